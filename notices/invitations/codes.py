"""Meeting codes: ten random characters that survive being read aloud and typed again."""

from __future__ import annotations

import re
import secrets

# Crockford's base 32: no I, L, O, U, so that nothing typed is mistaken for another code.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
_TYPED = str.maketrans("OIL", "011")


class NotACode(ValueError):
    """The text cannot be a meeting code."""


def new_code() -> str:
    """Return a random code: 32^10 are about 1.1 × 10^15."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read_code(typed: str) -> str:
    """Return the code that `typed` means (any case, O as 0, I and L as 1), or raise NotACode.

    What is no letter or digit does not count: people and mail programs append sentence marks.
    """
    code = re.sub(r"[\W_]", "", typed).upper().translate(_TYPED)
    if len(code) != LENGTH or not set(code) <= set(ALPHABET):
        raise NotACode(typed)
    return code
