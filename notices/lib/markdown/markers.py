"""The signs with which lines begin: bullets, numbers that count, and numbers that do not."""

from __future__ import annotations

import re
from dataclasses import dataclass

FENCE = re.compile(r"(`{3,}|~{3,})[^`]*$")
RULE = re.compile(r"([-*_])[ \t]*(?:\1[ \t]*){2,}$")
NOTE = re.compile(r"\[\^[^\]]+\]:|:[ \t]")
TABLE_LINE = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
NUMBERED = re.compile(r"(0|[1-9]\d{0,2})\.[ \t\xa0]+(?=\S)")
LIKE_NUMBERED = re.compile(r"(\d+)(\.[ \t\xa0])")
LETTERED = re.compile(r"(?:\d{1,3}|[A-Za-z])\)[ \t\xa0]")
# Signs that are nothing but bullets; "\uf0b7" and its like come from symbol fonts.
BULLET = re.compile(r"[•▪◦‣●○■□➢►▸▶◆◇❖➔➤➜⁃∙\uf0b7\uf0a7\uf0d8\uf076][ \t\xa0]*(?=\S)")
DASH = re.compile(r"([-*+–—·§o])([ \t\xa0]+)(?=\S)")
# Numbers, paragraphs, phone numbers, ticks: lines that begin so, one below the other, are lines.
COUNTED = re.compile(
    r"\d|[+(|→⇒✓✔☑☐☒✗✘★☞]|§|[IVX]{1,5}\.[ \t\xa0]|Art(?:ikel|\.)[ \xa0]?\d|[A-Za-z]\.[ \t\xa0]"
)
COLUMNS = re.compile(r"[^\t]+\t+[^\t]")
# Word's signs for the second and third level, which it pastes without any indent.
DEEPER = {"o": 2, "§": 4}
QUOTE = re.compile(r">[ ]?")
MORE_THAN = re.compile(r">[ \t]*\d")
SENTENCE_END = re.compile(r"[:.;!?][\"“”’*_)]*$")

MONTHS = (
    "januar|jänner|jan|februar|feber|feb|märz|mär|mrz|april|apr|mai|juni|jun|juli|jul|august|aug|"
    "september|sept|sep|oktober|okt|november|nov|dezember|dez|january|february|june|july|october|"
    "oct|december|dec"
)
# "28. November", "28. 11. 2026"; "May" and "March" are other words too, so a year must follow.
DAY = re.compile(
    rf"(?:{MONTHS})\b|(?:may|march)\b,?[ ]+\d|\d{{1,2}}\.(?:[ ]*\d|[ ]|$)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Marker:
    """The sign that begins a list item: a bullet, or a number as it was typed."""

    sign: str
    number: int | None
    rest: str

    def follows(self, other: Marker) -> bool:
        """Say whether this item goes on with the list of `other`."""
        if self.number is None or other.number is None:
            return self.number is other.number and self.sign == other.sign
        return self.number == other.number + 1

    def __str__(self) -> str:
        start = "-" if self.number is None else f"{self.number}."
        return f"{start} {literal(self.rest)}"


def literal(line: str) -> str:
    """Escape what would begin a list although it does not mean one."""
    if match := LIKE_NUMBERED.match(line):
        return f"{match[1]}\\{line[match.end(1) :]}"
    if line[:1] in ("*", "+", "-") and line[1:2] in (" ", "\t", "\xa0") and not RULE.match(line):
        return f"\\{line}"
    if MORE_THAN.match(line):
        return f"\\{line}"
    return line
