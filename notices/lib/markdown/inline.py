"""How this site reads signs inside a line: stars in words, apostrophes, addresses."""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as etree

from markdown.inlinepatterns import (
    InlineProcessor,
    LinkInlineProcessor,
)

# A gender star or a times sign: "Mieter*innen", "4*3", "5**2".
STAR_IN_WORD = r"(?<=[^\W_])\*(?=[^\W_])|(?<=\d)\*\*(?=\d)"
# A backtick inside a word is an apostrophe ("geht`s"), not the start of code.
BACKTICK = r"(?:(?<!\\)((?:\\{2})+)(?=`+)|(?<![\\\w`])`)"
# What stands in the brackets of "![picture](address)" stays as it was typed.
BARE_URL = r"(?<![\w@/.:-])(?<!\]\()(?:https?://|www\.)[^\s<>\"“”„\x02\x03]+"
BARE_MAIL = r"(?<![\w.+/:-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"
TRAILING = ".,;:!?'’*_…»"
STASHED = re.compile("\x02(\\d+)\x03")
MAIL = re.compile(r"[^\s@/:?#]+@[^\s@/:?#]+\.[^\s@/:?#]+$")
# "zoom.us/privacy": what looks like a host, ends as hosts end and not as a file does.
HOST = re.compile(
    r"(?:[\w-]+\.)+(?:[a-z]{2}|com|org|net|info|gov|edu|app|dev|berlin|hamburg|koeln|example)"
    r"(?:[:/?#]|$)",
    re.IGNORECASE,
)
WORKING = re.compile(
    r"https?://[^\s/?#]\S*$|mailto:\S+@\S+$|tel:\+?[\d()/.-]+$|[?#]\S*$|/(?![/\\])\S*$",
    re.IGNORECASE,
)


def working_address(typed: str) -> str | None:
    """Return the address that `typed` means, with its scheme, or None if it leads nowhere."""
    address = html.unescape(STASHED.sub(lambda sign: chr(int(sign[1])), typed)).strip()
    if "\\" in address:
        return None
    if address[:4].lower() == "tel:":
        address = re.sub(r"\s", "", address)
    if WORKING.match(address):
        return address
    if MAIL.match(address):
        return f"mailto:{address}"
    if re.match(r"www\.[^\s/]+\.\S", address, re.IGNORECASE) or HOST.match(address):
        return f"https://{address}" if not re.search(r"\s", address) else None
    return None


class StarInWord(InlineProcessor):
    """Leave a star between two letters or digits as it is."""

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[str, int, int]:
        return m[0], m.start(0), m.end(0)


class HouseLink(LinkInlineProcessor):
    """Make a link only of an address that leads somewhere; anything else stays as typed."""

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[etree.Element | None, int | None, int | None]:
        link, start, end = super().handleMatch(m, data)
        if link is None or isinstance(link, str):
            return None, None, None
        address = working_address(link.get("href", ""))
        if address is None:
            return None, None, None
        link.set("href", address)
        return link, start, end


class BareAddress(InlineProcessor):
    """Make a link of an address that stands in the text without any marks."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[etree.Element | None, int | None, int | None]:
        words = _without_end_of_sentence(m[0])
        address = working_address(words)
        if address is None:
            return None, None, None
        link = etree.Element("a", {"href": address})
        link.text = words
        return link, m.start(0), m.start(0) + len(words)


def _without_end_of_sentence(words: str) -> str:
    while words and (
        words[-1] in TRAILING
        or (words[-1] == ")" and words.count(")") > words.count("("))
        or (words[-1] == "]" and words.count("]") > words.count("["))
    ):
        words = words[:-1]
    return words
