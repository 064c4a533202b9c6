"""Texts that stand in the database but are readable only with SECRET_KEY, or an earlier one."""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def encrypt(text: str) -> str:
    """Return `text` so that only a portal with the same SECRET_KEY can read it."""
    return _keys().encrypt(text.encode()).decode()


def decrypt(token: str) -> str | None:
    """Return the text that was encrypted, or None if this portal cannot read it."""
    try:
        return _keys().decrypt(token.encode()).decode()
    except (InvalidToken, UnicodeError):
        return None


def renewed(token: str) -> str | None:
    """Return `token` encrypted with today's key, or None if no key of this portal reads it."""
    try:
        return _keys().rotate(token.encode()).decode()
    except InvalidToken:
        return None


def _keys() -> MultiFernet:
    # The first key encrypts; earlier ones still read.
    return MultiFernet(map(_fernet, [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]))


@lru_cache(maxsize=8)
def _fernet(secret: str) -> Fernet:
    # A key of its own: whoever learned it could not sign sessions with it.
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"encrypted fields")
    return Fernet(base64.urlsafe_b64encode(derive.derive(secret.encode())))
