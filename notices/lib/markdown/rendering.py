"""Markdown of the staff to HTML that is safe for everybody."""

from __future__ import annotations

import html
import re

import nh3
from markdown import Markdown
from markdown.extensions.def_list import DefListExtension
from markdown.extensions.fenced_code import FencedCodeExtension
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.extensions.toc import TocExtension

from notices.lib.folding import is_blank
from notices.lib.words import words_of

from .limits import BLANK_LINES, MarkdownError
from .signs import tidy
from .tree import HouseStyle, slug
from .typed import measured

HEADINGS = {"h2", "h3", "h4", "h5", "h6"}
TAGS = HEADINGS | {
    *("p", "br", "hr", "blockquote", "pre", "code", "em", "strong", "sup", "a", "div"),
    *("ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td"),
}
ALIGNMENTS = {"align-left", "align-center", "align-right"}
ATTRIBUTES: dict[str, set[str]] = {
    # Without this line the sanitiser lets `title` and `lang` through everywhere.
    "*": set(),
    **{heading: {"id"} for heading in HEADINGS},
    "a": {"href", "rel", "class", "role", "aria-label"},
    "div": {"class", "role", "aria-label", "tabindex"},
    "li": {"id"},
    "ol": {"start"},
    "sup": {"id"},
    "td": {"class"},
    "th": {"class", "scope"},
}
SCHEMES = {"http", "https", "mailto", "tel"}


def render(text: str, language: str = "") -> str:
    """Return `text` as safe HTML; what cannot be rendered comes out as plain paragraphs."""
    text = tidy(text)
    if is_blank(text):
        return ""
    try:
        unsafe = convert(measured(text).text, language)
    except (MarkdownError, RecursionError):
        return _paragraphs(text)
    # Nothing may touch the HTML after this: a later clean-up can revive a dead link.
    return CLEANER.clean(unsafe)


def is_clean(html: str) -> bool:
    """Say whether cleaning `html` once more would leave it as it is."""
    return CLEANER.clean(html) == html


def convert(text: str, language: str) -> str:
    """Return the HTML of plain Markdown before it is made safe."""
    # Named one by one: `extra` would bring in attribute lists and Markdown inside HTML.
    extensions = [
        TableExtension(use_align_attribute=True),
        FootnoteExtension(BACKLINK_TITLE=words_of(language).back + " {}", BACKLINK_TEXT="↩"),
        DefListExtension(),
        FencedCodeExtension(),
        SaneListExtension(),
        TocExtension(marker="", slugify=slug),
        HouseStyle(language),
    ]
    return Markdown(extensions=extensions).convert(text)


def _paragraphs(text: str) -> str:
    # Written as the sanitiser writes, which takes half a second for a million entities.
    escaped = html.escape(text, quote=False).replace("\xa0", "&nbsp;")
    return "\n".join(f"<p>{part}</p>" for part in BLANK_LINES.split(escaped))


def _own_address(url: str) -> str | None:
    """Refuse addresses that only look relative: browsers read `/ \\host` as another host."""
    squeezed = re.sub(r"\s", "", url)
    foreign = squeezed.startswith("//") or "\\" in squeezed or re.match("[^/?#]*:", squeezed)
    return None if foreign else url


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Keep only the table cell classes this site knows."""
    if tag in {"td", "th"} and name == "class" and value not in ALIGNMENTS:
        return None
    return value


CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    attribute_filter=_attribute,
    url_schemes=SCHEMES,
    url_relative=_own_address,
    link_rel=None,
)
