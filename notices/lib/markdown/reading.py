"""Read rendered notices again: their headings, and their words without markup."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

HEADINGS = {"h2", "h3", "h4", "h5", "h6"}
BLOCKS = HEADINGS | {"p", "li", "dt", "dd", "tr", "pre", "blockquote", "div", "ul", "ol", "dl"}
FOOTNOTE_LINKS = {"footnote-ref", "footnote-backref"}
_FIRST = re.compile(r"\s*<p\b[^>]*>.*?</p>", re.DOTALL)


@dataclass(frozen=True)
class Heading:
    """A heading that a table of contents can link to."""

    id: str
    text: str
    level: int


class _Reader(HTMLParser):
    def __init__(self, *, with_addresses: bool = False) -> None:
        super().__init__(convert_charrefs=True)
        self.with_addresses = with_addresses
        self.blocks: list[str] = [""]
        self.counters: list[int | None] = []
        self.headings: list[Heading] = []
        self.heading = ""
        self.muted = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if self.with_addresses:
            self.blocks[-1] += " "
        if tag in BLOCKS:
            self.blocks.append("")
        if tag in {"ol", "ul"}:
            self.counters.append(int(values.get("start") or 1) if tag == "ol" else None)
        elif tag == "li" and self.counters and not values.get("id"):
            self._count()
        elif tag in {"br", "td", "th"}:
            self.blocks[-1] += " "
        elif tag == "a" and values.get("class") in FOOTNOTE_LINKS:
            self.muted = True
        elif tag == "a" and self.with_addresses:
            self.blocks[-1] += f" {values.get('href') or ''} "
        if tag in HEADINGS:
            self.heading = values.get("id") or ""

    def handle_endtag(self, tag: str) -> None:
        if self.with_addresses:
            self.blocks[-1] += " "
        if tag == "a":
            self.muted = False
        elif tag in {"ol", "ul"} and self.counters:
            self.counters.pop()
        if tag in HEADINGS and self.heading:
            self.headings.append(Heading(self.heading, _squeeze(self.blocks[-1]), int(tag[1])))
            self.heading = ""
        if tag in BLOCKS:
            self.blocks.append("")

    def _count(self) -> None:
        """Begin an item with the number that browsers show before it."""
        number = self.counters[-1]
        if number is not None:
            self.blocks[-1] += f"{number}. "
            self.counters[-1] = number + 1

    def handle_data(self, data: str) -> None:
        if not self.muted:
            self.blocks[-1] += data


def outline(html: str) -> list[Heading]:
    """List the headings of rendered HTML in reading order."""
    return _read(html).headings


def plain_text(html: str) -> str:
    """Return the words of rendered HTML, one paragraph per block, without footnote marks."""
    blocks = (_squeeze(block) for block in _read(html).blocks)
    return "\n\n".join(block for block in blocks if block)


def first_paragraph(html: str) -> str:
    """Return the words of the paragraph with which rendered HTML begins; nothing if none does."""
    begun = _FIRST.match(html)
    return plain_text(begun[0]) if begun else ""


def everything(html: str) -> str:
    """Return all that rendered HTML says, with the addresses of its links."""
    return "\n".join(_read(html, with_addresses=True).blocks)


def _read(html: str, *, with_addresses: bool = False) -> _Reader:
    reader = _Reader(with_addresses=with_addresses)
    reader.feed(html)
    reader.close()
    return reader


def _squeeze(text: str) -> str:
    return " ".join(text.replace("\xad", "").split())
