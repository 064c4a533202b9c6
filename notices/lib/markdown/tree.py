"""What this site does to the parsed tree of a Markdown text before it becomes HTML."""

from __future__ import annotations

import re
import unicodedata
import xml.etree.ElementTree as etree

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import (
    LINK_RE,
    BacktickInlineProcessor,
    SubstituteTagInlineProcessor,
)
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from notices.lib.words import Words, words_of

from . import blocks, inline

UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
BLOCKS = HEADINGS | {"p", "li", "dt", "dd", "td", "th", "blockquote", "div"}
EXTERNAL = re.compile(r"\s*(?:https?:|//)", re.IGNORECASE)
STROKE_SIGNS = {"...": "…", "--": "–"}
STROKES = re.compile(r"[\"']|(?<!-)--(?!-)|(?<!\.)\.{3}(?!\.)")


def slug(text: str, separator: str = "-") -> str:
    """Turn a heading into an id that spells umlauts as German does (ä -> ae)."""
    spelled = unicodedata.normalize("NFC", text.replace("\xad", "")).casefold().translate(UMLAUTS)
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", separator, plain.casefold()).strip(separator) or "abschnitt"


def place_headings(root: etree.Element) -> None:
    """Make the outermost heading h2 and close every gap below it."""
    open_levels: list[int] = []
    for element in root.iter():
        if element.tag in HEADINGS:
            written = int(element.tag[1])
            while open_levels and open_levels[-1] >= written:
                open_levels.pop()
            open_levels.append(written)
            element.tag = f"h{min(len(open_levels) + 1, 6)}"


def dress_tables(root: etree.Element, words: Words) -> None:
    """Give cells a class instead of a style, headers a scope, and tables room to scroll."""
    for cell in root.iter():
        if cell.tag == "th":
            cell.set("scope", "col")
        if cell.tag in {"th", "td"} and (align := cell.attrib.pop("align", "")):
            cell.set("class", f"align-{align}")
    for parent in list(root.iter()):
        for index, child in enumerate(list(parent)):
            if child.tag == "table":
                box = etree.Element("div", {"class": "table", "role": "group", "tabindex": "0"})
                box.set("aria-label", words.table)
                box.tail, child.tail = child.tail, None
                box.append(child)
                parent[index] = box


def dress_links(root: etree.Element) -> None:
    """Keep outside pages from learning where a reader came from."""
    for link in root.iter("a"):
        if EXTERNAL.match(link.get("href", "")):
            link.set("rel", "noopener noreferrer nofollow")


def dress_footnotes(root: etree.Element, words: Words) -> None:
    """Name footnotes, their marks and the ways back for people who cannot see them."""
    numbers: dict[str, str] = {}
    for box in root.iter("div"):
        if box.get("class") == "footnote":
            box.set("role", "doc-endnotes")
            box.set("aria-label", words.footnotes)
            names = [item.get("id", "").removeprefix("fn:") for item in box.iterfind("ol/li")]
            numbers = {name: str(number) for number, name in enumerate(names, start=1)}
    # Authors may name a footnote with blanks or quotes, which make a poor id.
    for element in root.iter():
        for key in ("id", "href"):
            start, colon, name = element.get(key, "").partition(":")
            if colon and start.lstrip("#").startswith("fn") and name in numbers:
                element.set(key, f"{start}:{numbers[name]}")
    for link in root.iter("a"):
        if link.get("class") == "footnote-ref":
            link.set("role", "doc-noteref")
            link.set("aria-label", f"{words.footnote} {link.text}")
        elif link.get("class") == "footnote-backref":
            link.set("role", "doc-backlink")
            link.set("aria-label", link.attrib.pop("title"))


class Typography:
    """Set quotes, dashes and ellipses of one language, looking across inline elements."""

    def __init__(self, language: str) -> None:
        self.quotes = words_of(language).quotes
        self._start_block()

    def _start_block(self) -> None:
        self.before = " "
        self.open = {'"': False, "'": False}

    def run(self, element: etree.Element) -> None:
        """Set the text of `element` and of all elements inside it."""
        if element.tag in BLOCKS:
            self._start_block()
        fixed = element.tag in {"code", "pre"} or isinstance(element.text, AtomicString)
        if element.text:
            element.text = element.text if fixed else self._set(element.text)
            self.before = element.text[-1]
        for child in element:
            self.run(child)
            if child.tail:
                child.tail = self._set(child.tail)
                self.before = child.tail[-1]

    def _set(self, text: str) -> str:
        done = [""]
        position = 0
        for match in STROKES.finditer(text):
            done.append(text[position : match.start()])
            position = match.end()
            if match.group() in STROKE_SIGNS:
                done.append(STROKE_SIGNS[match.group()])
                continue
            before = next((piece[-1] for piece in reversed(done) if piece), self.before)
            # At the end of a text an inline element may follow, so it counts as a letter.
            done.append(self._quote(match.group(), before, text[position : position + 1] or "a"))
        return "".join([*done, text[position:]])

    def _quote(self, sign: str, before: str, after: str) -> str:
        first = 0 if sign == '"' else 2
        opening, closing = self.quotes[first], self.quotes[first + 1]
        if sign == "'" and before.isalnum() and after.isalnum():
            return "’"
        starts = before.isspace() or before in "([{" or before in (self.quotes[0], self.quotes[2])
        # A quote after a dash or an entity may open or close; it closes what is open.
        starts = starts or (before in "-–—/\x03" and not self.open[sign])
        if starts and not after.isspace() and not (sign == "'" and after.isdigit()):
            self.open[sign] = True
            return opening
        if self.open[sign]:
            self.open[sign] = False
            return closing
        return "’" if sign == "'" else sign


class HouseTree(Treeprocessor):
    """Apply the steps above, after inline text and before heading ids."""

    def __init__(self, md: Markdown, language: str) -> None:
        super().__init__(md)
        self.language = language

    def run(self, root: etree.Element) -> None:
        words = words_of(self.language)
        blocks.drop_separators(root)
        place_headings(root)
        dress_footnotes(root, words)
        dress_links(root)
        dress_tables(root, words)
        Typography(self.language).run(root)


class HouseStyle(Extension):
    """Leave out raw HTML (but `<br>`) and images, and shape the tree as this site needs it."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language

    def extendMarkdown(self, md: Markdown) -> None:
        """Register the tree steps and take away what authors must not use."""
        md.preprocessors.deregister("html_block")
        for name in ("html", "image_link", "image_reference", "short_image_ref"):
            md.inlinePatterns.deregister(name)
        patterns = md.inlinePatterns
        patterns.register(BacktickInlineProcessor(inline.BACKTICK), "backtick", 190)
        patterns.register(inline.HouseLink(LINK_RE, md), "link", 160)
        patterns.register(inline.BareAddress(inline.BARE_URL, md), "bare_url", 108)
        patterns.register(inline.BareAddress(inline.BARE_MAIL, md), "bare_mail", 106)
        patterns.register(SubstituteTagInlineProcessor("<br ?/?>", "br"), "br", 95)
        patterns.register(inline.StarInWord(inline.STAR_IN_WORD, md), "star_in_word", 61)
        parser = md.parser
        # Nobody who indents a paragraph means code; fences do.
        parser.blockprocessors.deregister("code")
        parser.blockprocessors.register(blocks.Heading(parser), "hashheader", 70)
        parser.blockprocessors.register(blocks.Underlined(parser), "setextheader", 60)
        parser.blockprocessors.register(blocks.EndOfList(parser), "end_of_list", 95)
        parser.blockprocessors.register(blocks.Definition(parser), "reference", 15)
        md.treeprocessors.register(HouseTree(md, self.language), "house", 12)
