"""Read rendered notices again: their headings, and their words without markup."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser

HEADINGS = {"h2", "h3", "h4", "h5", "h6"}
BLOCKS = HEADINGS | {"p", "li", "dt", "dd", "tr", "pre", "blockquote", "div", "ul", "ol", "dl"}
FOOTNOTE_LINKS = {"footnote-ref", "footnote-backref"}


@dataclass(frozen=True)
class Heading:
    """A heading that a table of contents can link to."""

    id: str
    text: str
    level: int


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = [""]
        self.headings: list[Heading] = []
        self.heading = ""
        self.muted = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in BLOCKS:
            self.blocks.append("")
        elif tag in {"br", "td", "th"}:
            self.blocks[-1] += " "
        elif tag == "a" and values.get("class") in FOOTNOTE_LINKS:
            self.muted = True
        if tag in HEADINGS:
            self.heading = values.get("id") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self.muted = False
        if tag in HEADINGS and self.heading:
            self.headings.append(Heading(self.heading, _squeeze(self.blocks[-1]), int(tag[1])))
            self.heading = ""
        if tag in BLOCKS:
            self.blocks.append("")

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


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader


def _squeeze(text: str) -> str:
    return " ".join(text.replace("\xad", "").split())
