"""What people, mail programs and word processors add to an address or a code on its way."""

from __future__ import annotations

import re
import unicodedata

# Rests of markup, of encodings and of files, sentence marks, blanks of any width.
_END = re.compile(
    r"(?:&#?\w+;|=[0-9a-f]{2}|%[0-9a-f]{2}|</?[a-z]{1,6} ?/?>?|(?<![^/])index\.\w+|\.html?|[\W_])$",
    re.IGNORECASE,
)
# A minus belongs to its number: there is no edition -1.
_EDGES = re.compile(r"^(?:(?!-\d)[\W_])+|[\W_]+$")
# Longer than any address of ours; what is longer is not looked at.
LONGEST = 300


def plain(text: str) -> str:
    """Return `text` in ordinary signs: no invisible ones, full width as usual width."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in text if unicodedata.category(sign) not in ("Cf", "Cc"))


def without_end(text: str) -> str:
    """Return `text` without whatever was appended to it."""
    text = plain(text[:LONGEST])
    while (shorter := _END.sub("", text)) != text:
        text = shorter
    return text


def parts_of(path: str) -> list[str]:
    """Return the parts of a path in lower case, without what was added before or behind them."""
    parts = (_EDGES.sub("", part) for part in without_end(path).lower().split("/"))
    return [part for part in parts if part]
