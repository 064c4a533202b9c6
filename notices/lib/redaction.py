"""Put a mark in the place of words: in a line, in Markdown, in HTML that is frozen.

Only what people read is changed, never a tag and never the address of a link, so that no word,
however it is spelled, can break or open anything.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape, unescape
from html.parser import HTMLParser

from .markdown.tree import slug

# The address of a link stays: it is no word that people read.
# After "[^1]:" follow the words of a footnote.
ADDRESS = re.compile(r"\]\(\s*<?[^)\s>]*|(?m:^[ ]{0,3}\[(?!\^)[^\]\n]+\]:\s*\S+)")
# But links to a heading repeat its words, and an address that was named itself goes.
SOURCE_ANCHOR = re.compile(r"\(\s*<?#[^)\s]*|\{[^}\n]*#[^}\n]*\}|\]:\s*#\S*")
HTML_ANCHOR = re.compile(r'(?<= )(?:(?:id|name)="[^"]*"|href="#[^"]*")')
HTML_ADDRESS = re.compile(r' href="([^"]*)"')

# What one sign may also be: as it was typed, as it is set, or taken apart.
ALIKE = ("'’‘`´ʼ", '"„“”‟«»', "-‐‑–—")
SHARP_S = r"(?:ß|ẞ|ss)"
# Signs that nobody sees, and marks above or below a letter that stand apart from it.
UNSEEN = r"[\u00ad\u200b-\u200d\u2060\ufeff]*"
MARKS = r"\u0300-\u036f"

SHORTEST = 3
MOST = 20


# So much is shown on each side of a place where words will go.
SURROUNDING = 60


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where words will go, with what stands around it."""

    before: str
    words: str
    after: str


class _Pieces(HTMLParser):
    """HTML in its pieces, each as it was written: ("tag", ...) or ("text", ...)."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[tuple[str, str]] = []
        self.feed(html)
        self.close()

    def _add(self, kind: str, raw: str) -> None:
        if kind == "text" and self.found and self.found[-1][0] == "text":
            raw = self.found.pop()[1] + raw
        self.found.append((kind, raw))

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._add("tag", self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        self._add("tag", self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        self._add("tag", f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._add("text", data)

    def handle_entityref(self, name: str) -> None:
        self._add("text", f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._add("text", f"&#{name};")


def phrases_in(lines: str) -> list[str]:
    """Return one phrase per line, the longest first so that none hides inside another.

    None at all where there is none, one is too short to stand for personal data, or too many.
    """
    found = {" ".join(line.split()) for line in lines.splitlines()} - {""}
    if len(found) > MOST or any(len(one) < SHORTEST for one in found):
        return []
    return sorted(found, key=lambda one: (-len(one), one))


def in_line(text: str, phrases: Sequence[str], mark: str) -> str:
    """Return `text`, which is shown as it is, with `mark` in the place of `phrases`."""
    for phrase in phrases:
        text = pattern(phrase).sub(lambda _found: mark, text)
    return text


def in_source(text: str, phrases: Sequence[str], mark: str) -> str:
    """Return Markdown with `mark` in the place of `phrases`; addresses of links stay."""
    parts, end = [], 0
    for found in ADDRESS.finditer(text):
        parts += [in_line(text[end : found.start()], phrases, mark), found[0]]
        end = found.end()
    text = "".join([*parts, in_line(text[end:], phrases, mark)])
    text = in_line(text, [one for one in phrases if is_address(one)], mark)
    return SOURCE_ANCHOR.sub(lambda found: _without_traces(found[0], phrases), text)


def hits_in_line(text: str, phrases: Sequence[str]) -> list[Hit]:
    """Return every place at which `in_line` puts the mark."""
    return [_hit(text, found) for found in _found(text, phrases)]


def hits_in_source(text: str, phrases: Sequence[str]) -> list[Hit]:
    """Return every place at which `in_source` puts the mark."""
    addresses = [found.span() for found in ADDRESS.finditer(text)]
    return [
        _hit(text, found)
        for found in _found(text, phrases)
        if is_address(found[0]) or not any(start <= found.start() < end for start, end in addresses)
    ]


def in_html(html: str, phrases: Sequence[str], mark: str) -> str:
    """Return safe HTML with `mark` in the place of `phrases` in its text; its tags stay."""
    return "".join(
        _in_tag(raw, phrases) if kind == "tag" else _in_text(raw, phrases, mark)
        for kind, raw in _Pieces(html).found
    )


def shown(html: str) -> str:
    """Return what people read of `html`, as one text, with the names of its places."""
    pieces = _Pieces(html).found
    words = "".join(unescape(raw) for kind, raw in pieces if kind == "text")
    return words.replace("\xad", "")


def tags_of(html: str) -> list[str]:
    """Return the tags of `html` in order, without their attributes."""
    tags = [raw for kind, raw in _Pieces(html).found if kind == "tag"]
    return [re.match(r"</?\w*", raw)[0] for raw in tags]  # type: ignore[index]


def is_address(phrase: str) -> bool:
    """Say whether the phrase is itself an address that a link may lead to."""
    return "@" in phrase or "/" in phrase


def pattern(phrase: str) -> re.Pattern[str]:
    """Match the phrase as whole words, in any case and across line breaks.

    However it is written: with typed or typographic signs, with letters and their marks in one
    sign or two, with signs inside that nobody sees. "_" belongs to no word: it is emphasis.
    """
    phrase = unicodedata.normalize("NFC", phrase)
    words = r"\s+".join(UNSEEN.join(map(_alike, _signs(word))) for word in phrase.split())
    before = r"(?<![^\W_])" if phrase[0].isalnum() else ""
    after = rf"(?![^\W_]|[{MARKS}])" if phrase[-1].isalnum() else ""
    return re.compile(before + words + after, re.IGNORECASE)


def _found(text: str, phrases: Sequence[str]) -> Iterator[re.Match[str]]:
    # In this order, so that the longer of two phrases counts and not the one inside it.
    parts = "|".join(pattern(one).pattern for one in phrases)
    return re.finditer(parts, text, re.IGNORECASE)


def _hit(text: str, found: re.Match[str]) -> Hit:
    before, after = text[: found.start()], text[found.end() :]
    return Hit(
        f"…{before[-SURROUNDING:]}" if len(before) > SURROUNDING else before,
        found[0],
        f"{after[:SURROUNDING]}…" if len(after) > SURROUNDING else after,
    )


def _signs(word: str) -> list[str]:
    return re.findall(r"(?i:ss)|.", word)


def _alike(sign: str) -> str:
    """Return what matches one sign in every way in which it may be written."""
    if sign.lower() in ("ss", "ß"):
        return SHARP_S
    if signs := next((signs for signs in ALIKE if sign in signs), ""):
        return f"[{re.escape(signs)}]"
    apart = unicodedata.normalize("NFD", sign)
    return re.escape(sign) if apart == sign else f"(?:{re.escape(sign)}|{re.escape(apart)})"


def _in_text(raw: str, phrases: Sequence[str], mark: str) -> str:
    text = unescape(raw)
    redacted = in_line(text, phrases, mark)
    if redacted == text:
        return raw
    # As the sanitiser writes it, so that nothing is left to clean.
    return escape(redacted, quote=False).replace("\xa0", "&nbsp;")


def _in_tag(raw: str, phrases: Sequence[str]) -> str:
    raw = HTML_ANCHOR.sub(lambda found: _without_traces(found[0], phrases), raw)
    named = [pattern(one) for one in phrases if is_address(one)]
    for found in HTML_ADDRESS.finditer(raw):
        if any(one.search(unescape(found[1])) for one in named):
            # A link that leads to somebody becomes plain words.
            return raw.replace(found[0], "", 1)
    return raw


def _without_traces(anchor: str, phrases: Sequence[str]) -> str:
    for phrase in phrases:
        if any(sign.isalnum() for sign in phrase):
            trace = rf"(?<![a-z0-9]){re.escape(slug(phrase))}(?![a-z0-9])"
            anchor = re.sub(trace, "x", anchor)
    return anchor
