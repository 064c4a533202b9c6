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

from notices.lib.markdown_limits import BLANK_LINES, MAX_DEPTH, MarkdownError, measure
from notices.lib.markdown_tree import WORDS, HouseStyle, slug

__all__ = ["MarkdownError", "check", "render", "slug"]

HEADINGS = {"h2", "h3", "h4", "h5", "h6"}
TAGS = HEADINGS | {
    *("p", "br", "hr", "blockquote", "pre", "code", "em", "strong", "sup", "a", "div"),
    *("ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td"),
}
ALIGNMENTS = {"align-left", "align-center", "align-right"}
ATTRIBUTES = {
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
# Control characters mean something to the parser or to browsers, never to a reader.
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")


def render(text: str, language: str = "de") -> str:
    """Return `text` as safe HTML; what cannot be rendered comes out as plain paragraphs."""
    text = _tidy(text)
    try:
        measure(text)
        unsafe = _convert(text, language)
    except (MarkdownError, RecursionError):
        unsafe = _paragraphs(text)
    # Nothing may touch the HTML after this: a later clean-up can revive a dead link.
    return CLEANER.clean(unsafe)


def check(text: str) -> None:
    """Raise a `MarkdownError` if `render` could only show `text` as plain paragraphs."""
    text = _tidy(text)
    measure(text)
    try:
        _convert(text, "de")
    except RecursionError:
        raise MarkdownError(MAX_DEPTH) from None


def _tidy(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = CONTROLS.sub("", text)
    # Half a surrogate pair cannot be written as UTF-8.
    return text.encode("utf-8", "replace").decode("utf-8")


def _convert(text: str, language: str) -> str:
    language = language if language in WORDS else "de"
    # Named one by one: `extra` would bring in attribute lists and Markdown inside HTML.
    extensions = [
        TableExtension(use_align_attribute=True),
        FootnoteExtension(BACKLINK_TITLE=WORDS[language]["back"] + " {}", BACKLINK_TEXT="↩"),
        DefListExtension(),
        FencedCodeExtension(),
        SaneListExtension(),
        TocExtension(marker="", slugify=slug),
        HouseStyle(language),
    ]
    return Markdown(extensions=extensions).convert(text)


def _paragraphs(text: str) -> str:
    return "\n".join(f"<p>{html.escape(part)}</p>" for part in BLANK_LINES.split(text) if part)


def _own_address(url: str) -> str | None:
    """Refuse addresses that look relative but lead to another host (`//host`, `/\\host`)."""
    return None if re.match(r"[/\\]{2}", url.strip()) else url


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
