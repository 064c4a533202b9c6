"""Words that let a stranger into a meeting, found in a text that readers will see."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from urllib.parse import unquote


class Giveaway(StrEnum):
    """What a text gives away."""

    JOIN_LINK = "join_link"
    MEETING_ID = "meeting_id"
    PASSCODE = "passcode"
    EMAIL = "email"


# A link that lets people in: https://….zoom.us/j/… and its relatives, also as an app link.
JOIN_LINK = re.compile(
    r"zoom(?:gov)?\.[a-z.]+(?::\d+)?/(?:wc/)?(?:(?:j|s|w|my|join|launch)/|\d{9,11}/)"
    r"|zoom(?:mtg|us)://",
    re.I,
)

_EMAIL = re.compile(r"[^\s@<>()]+(?:@|\s?[(\[{](?:at|ät)[)\]}]\s?)[^\s@<>()]+\.[^\W\d_]{2,}", re.I)
_CALLED = r"(?:ken+\s?(?:code|wort)|pass?(?:wor[td]|\s?code|\s?wd)|zugangs-?code|pwd|pin)s?"
# Whatever follows a colon is one, unless the sentence goes on with where to find it.
_ELSEWHERE = r"(?:siehe|steht|folgt|kommt|wird|in|im|auf|per|mit|see|on|by|with|is|will)\b"
_PASSCODE = re.compile(
    rf"\b{_CALLED}\s*(?:[:=]|(?:\w+\s+)?lautet\b:?)\s*(?!{_ELSEWHERE})\S+"
    # Without one only what has a digit in it: "Kenncode 4711", "the password is abc1".
    rf"|\b{_CALLED}\s+(?:(?:ist|is)\s+)?[„“\"']?(?=\S*\d)\S+",
    re.I,
)

# An ID is shown as 812 3456 7890, copied as 81234567890, typed with hyphens or dots.
_DIGITS = re.compile(r"(?:\+?\(?\d+\)\s?)?\+?\d(?:[\s.\-–—/]{0,3}\d)*")
_GROUPED = re.compile(r",3,(?:3,3|3,4|4,4)(?!\d)")
_SOLID = re.compile(r"(?<!\d)[1-9]\d{8,10}(?!\d)")
_NO_ID = re.compile(
    r"(?<!\d)\d{1,2}\.\s?\d{1,2}\.\s?(?:\d{4}|\d{2})?(?!\d)"  # 12.12.2026
    r"|(?<!\d)\d{4}-\d\d-\d\d(?!\d)"  # 2026-12-12
    r"|(?<!\d)\d{1,2}[:.]\d\d(?=\s?(?:Uhr|h\b|-|–|bis|to\b))"  # 18.30 Uhr
    r"|(?<!\d)(?<!\d[\s.\-–/])(?:19|20)\d\d\s?[/–-]\s?(?:19|20)?\d\d(?!\d)"  # 2025/2026
    r"|(?<=[\d\s])\d{5}(?=,?\s+[A-ZÄÖÜ][a-zäöüß])"  # 10115 Berlin
)
# A German number without its country has at most 12 digits with the 0, with it 13.
_LONGEST_PHONE = 13


def giveaway(text: str) -> tuple[Giveaway, str] | None:
    """Return what `text` gives away first, and the words that do; None for a harmless text."""
    read = _plain(text)
    if found := JOIN_LINK.search(read):
        return Giveaway.JOIN_LINK, found[0]
    if found := _EMAIL.search(read):
        return Giveaway.EMAIL, found[0]
    if found := _PASSCODE.search(read):
        return Giveaway.PASSCODE, found[0]
    if found := _SOLID.search(_without_phones(read)):
        return Giveaway.MEETING_ID, found[0]
    # A letter in place of a date parts the digits before it from those after it.
    for run in _DIGITS.finditer(_NO_ID.sub("x", read)):
        if _is_meeting_id(run[0]):
            return Giveaway.MEETING_ID, run[0].strip()
    return None


def _plain(text: str) -> str:
    """Return the text as people read it: no disguise by width, zero-width signs or %2F."""
    plain = unicodedata.normalize("NFKC", unquote(text))
    return "".join(sign for sign in plain if unicodedata.category(sign) != "Cf")


def _without_phones(text: str) -> str:
    return _DIGITS.sub(lambda run: "x" if _is_phone(run[0]) else run[0], text)


def _is_phone(run: str) -> bool:
    """Say whether digits are a phone number: Zoom's IDs are whole numbers, no 0 or + leads."""
    return _is_led(run) and len(re.findall(r"\d", run)) <= _LONGEST_PHONE


def _is_led(run: str) -> bool:
    return run.lstrip("(")[:1] in ("+", "0")


def _is_meeting_id(run: str) -> bool:
    if _is_phone(run):
        return False
    groups = re.findall(r"\d+", run)
    count = sum(map(len, groups))
    sizes = "".join(f",{len(group)}" for group in groups)
    # Among other numbers by its grouping, after a phone number by the length of it all.
    return (
        9 <= count <= 11
        or (_is_led(run) and count > _LONGEST_PHONE)
        or bool(_GROUPED.search(sizes))
    )
