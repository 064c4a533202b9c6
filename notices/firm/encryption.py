"""Texts that stand in the database but are readable only with SECRET_KEY."""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def encrypt(text: str) -> str:
    """Return `text` so that only a portal with the same SECRET_KEY can read it."""
    return _fernet(settings.SECRET_KEY).encrypt(text.encode()).decode()


def decrypt(token: str) -> str | None:
    """Return the text that was encrypted, or None if this portal cannot read it."""
    try:
        return _fernet(settings.SECRET_KEY).decrypt(token.encode()).decode()
    except (InvalidToken, UnicodeError):
        return None


@lru_cache(maxsize=1)
def _fernet(secret: str) -> Fernet:
    # A key of its own: whoever learned it could not sign sessions with it.
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"encrypted fields")
    return Fernet(base64.urlsafe_b64encode(derive.derive(secret.encode())))
