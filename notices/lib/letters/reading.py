"""A letter as somebody sends it: which kind of file it is, and its words as Markdown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from notices.lib.markdown.signs import tidy

from . import open_document, word
from .html_text import markdown_of
from .limits import LARGEST, Fault, LetterError
from .packages import KIND, parts_of

PLAIN = (".txt", ".md", ".markdown")
PAGES = (".html", ".htm")
ENDINGS = (".docx", ".odt", *PAGES, *PLAIN)

_PACKAGE, _OLD, _PDF, _RICH = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"{\\rtf"
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset=[\"']?([\w-]{1,40})", re.IGNORECASE)
_HEADING = re.compile(r"^(#{1,6})(?=[ \t])", re.MULTILINE)
_TITLE = re.compile(r"\A\s*# +(.+?)[ #]*(?:\n|\Z)")


@dataclass(frozen=True, slots=True)
class Letter:
    """The words of a letter as Markdown, its title apart, and what was left out."""

    title: str
    text: str
    pictures: int = 0


def read(name: str, raw: bytes) -> Letter:
    """Return the letter in a file of this name; raise LetterError for what is none."""
    if len(raw) > LARGEST:
        raise LetterError(Fault.TOO_LARGE)
    if not raw.strip():
        raise LetterError(Fault.EMPTY)
    _refuse_others(raw)
    ending = next((one for one in ENDINGS if name.lower().endswith(one)), None)
    if ending is None:
        raise LetterError(Fault.UNKNOWN_ENDING)
    if raw.startswith(_PACKAGE) != (ending in {".docx", ".odt"}):
        raise LetterError(Fault.OTHER_INSIDE)
    if ending in PLAIN:
        return typed(_decoded(raw))
    html = _decoded(raw) if ending in PAGES else _unpacked(ending, parts_of(raw))
    text, pictures = markdown_of(html)
    return _titled(text, pictures)


def typed(text: str) -> Letter:
    """Return the letter that somebody typed or pasted."""
    return _titled(tidy(text), 0)


def _refuse_others(raw: bytes) -> None:
    if raw.startswith(_PDF):
        raise LetterError(Fault.IS_PDF)
    if raw.startswith((_OLD, _RICH)):
        # Also how Word saves a .docx that asks for a password.
        raise LetterError(Fault.OLD_WORD)


def _unpacked(ending: str, parts: Mapping[str, bytes]) -> str:
    if ending == ".docx":
        if word.MAIN not in parts:
            raise LetterError(Fault.OTHER_INSIDE)
        return word.html_of(parts)
    if parts.get(KIND, b"").strip() != open_document.KIND or open_document.MAIN not in parts:
        raise LetterError(Fault.OTHER_INSIDE)
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise LetterError(Fault.LOCKED)
    return open_document.html_of(parts)


def _decoded(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        codes = ["utf-16"]
    else:
        # What Windows saves without saying so comes last: it fits everything.
        named = _CHARSET.search(raw[:4096])
        codes = ["utf-8-sig", *([named[1].decode()] if named else []), "cp1252"]
    for code in codes:
        try:
            text = raw.decode(code)
        except (UnicodeError, LookupError):
            continue
        if "\x00" not in text:
            return text
    raise LetterError(Fault.OTHER_INSIDE)


def _titled(text: str, pictures: int) -> Letter:
    """Take the first line for the title if it is the heading above all others."""
    found = _TITLE.match(text)
    title, body = (found[1], text[found.end() :]) if found else ("", text)
    # The title of a page is its one heading of the first level; sections begin below.
    if any(len(marks) == 1 for marks in _HEADING.findall(body)):
        body = _HEADING.sub(lambda marks: marks[1][:5] + "#", body)
    if not body.strip() and not title:
        raise LetterError(Fault.NO_WORDS)
    return Letter(re.sub(r"\\(.)", r"\1", title).strip()[:120], body.strip("\n"), pictures)
