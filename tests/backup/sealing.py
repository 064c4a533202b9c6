"""Locked files at little cost: age asks a passphrase for a second of work, tests ask it often."""

from __future__ import annotations

import hashlib
import hmac
import os
from base64 import b64encode

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PIECE = 64 * 1024


def sealed(plain: bytes, passphrase: str) -> bytes:
    """Return the file that age makes, with 2^10 rounds for the key where it takes some 2^19."""
    salt, file_key, nonce = os.urandom(16), os.urandom(16), os.urandom(16)
    labelled = b"age-encryption.org/v1/scrypt" + salt
    wrapping = hashlib.scrypt(passphrase.encode(), salt=labelled, n=2**10, r=8, p=1, dklen=32)
    wrapped = ChaCha20Poly1305(wrapping).encrypt(bytes(12), file_key, None)
    head = b"age-encryption.org/v1\n-> scrypt %b 10\n%b\n---" % (_text(salt), _text(wrapped))
    mac = hmac.digest(_key(file_key, b"", b"header"), head, "sha256")
    payload = ChaCha20Poly1305(_key(file_key, nonce, b"payload"))
    pieces = [plain[at : at + PIECE] for at in range(0, len(plain), PIECE)]
    body = b"".join(
        # Each piece has its number, and the last of them a 1 behind it.
        payload.encrypt(
            number.to_bytes(11, "big") + bytes([number == len(pieces) - 1]), piece, None
        )
        for number, piece in enumerate(pieces)
    )
    return head + b" " + _text(mac) + b"\n" + nonce + body


def _text(raw: bytes) -> bytes:
    return b64encode(raw).rstrip(b"=")


def _key(given: bytes, salt: bytes, use: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, use).derive(given)
