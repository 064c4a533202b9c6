"""Meeting codes: ten random characters that survive being read aloud and typed again."""

from __future__ import annotations

import re
import secrets
import unicodedata
from itertools import combinations

from notices.lib.appended import without_end

# Crockford's base 32: no I, L, O, U, so that nothing typed is mistaken for another code.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
# Nobody types more words around a code.
MOST = 20
_TYPED = str.maketrans("OIL", "011")
# A keyboard in another script has letters that look the same.
_OTHER_SCRIPTS = str.maketrans(
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0406"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a7",
    "ABEKMHOPCTXIABEZHIKMNOPTX",
)


class NotACode(ValueError):
    """The text cannot be a meeting code."""


def new_code() -> str:
    """Return a random code: 32^10 are about 1.1 × 10^15."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read_code(typed: str) -> str:
    """Return the code that `typed` means (any case, O as 0, I and L as 1), or raise NotACode.

    What is no letter or digit does not count, nor what stands around the code: the address of a
    short link with its query, a word before a colon, what mail programs append, other words.
    """
    text = without_end(re.split("[?#&]", typed)[0])
    words = text.split()
    # A code in groups, between other words.
    groups = (words[start:end] for start, end in combinations(range(len(words[:MOST]) + 1), 2))
    parts = [text, text.rpartition("/")[2], text.rpartition(":")[2], *words[::-1]]
    for part in [*parts, *("".join(group) for group in groups)]:
        signs = re.sub(r"[\W_]", "", part).upper().translate(_OTHER_SCRIPTS)
        code = "".join(str(unicodedata.decimal(sign, sign)) for sign in signs).translate(_TYPED)
        if len(code) == LENGTH and set(code) <= set(ALPHABET):
            return code
    raise NotACode(typed)
