"""A letter of LibreOffice as HTML: words, headings, lists, tables, links; no looks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from xml.etree import ElementTree

MAIN = "content.xml"
KIND = b"application/vnd.oasis.opendocument.text"

_OASIS = "{urn:oasis:names:tc:opendocument:xmlns:"
TEXT, STYLE, OFFICE = f"{_OASIS}text:1.0}}", f"{_OASIS}style:1.0}}", f"{_OASIS}office:1.0}}"
TABLE, DRAW = f"{_OASIS}table:1.0}}", f"{_OASIS}drawing:1.0}}"
LOOKS = f"{_OASIS}xsl-fo-compatible:1.0}}"
HREF = "{http://www.w3.org/1999/xlink}href"

# Stands in the file and not in the letter.
LEFT_OUT = {
    *(f"{TEXT}{name}" for name in ("tracked-changes", "sequence-decls", "table-of-content")),
    *(f"{OFFICE}{name}" for name in ("annotation", "forms", "scripts", "event-listeners")),
}
AS_HTML = {
    f"{TEXT}list-item": "li",
    f"{TABLE}table": "table",
    f"{TABLE}table-row": "tr",
    f"{TABLE}table-cell": "td",
    f"{DRAW}image": "img",
}
SIGNS = {f"{TEXT}s": " ", f"{TEXT}tab": " ", f"{TEXT}line-break": "<br>"}


def html_of(parts: Mapping[str, bytes]) -> str:
    """Return the text of an .odt file; each picture is an empty `img`."""
    # Every part was looked into before: it declares no entities and is not deep.
    found = [parts[name] for name in (MAIN, "styles.xml") if name in parts]
    roots = [ElementTree.fromstring(part) for part in found]  # noqa: S314
    root, styles = roots[0], _Styles(roots)
    body = root.find(f"{OFFICE}body/{OFFICE}text")
    return "" if body is None else "".join(_children(body, styles))


class _Styles:
    """What the names of styles mean for a text: bold, italic, title, a list with numbers."""

    def __init__(self, roots: list[ElementTree.Element]) -> None:
        self.bold, self.italic, self.numbered = set(), set(), set()
        self.parents: dict[str, str] = {}
        for style in (style for root in roots for style in root.iter(f"{STYLE}style")):
            name = style.get(f"{STYLE}name", "")
            self.parents[name] = style.get(f"{STYLE}parent-style-name", "")
            looks = style.find(f"{STYLE}text-properties")
            if looks is not None and style.get(f"{STYLE}family") == "text":
                if looks.get(f"{LOOKS}font-weight") == "bold":
                    self.bold.add(name)
                if looks.get(f"{LOOKS}font-style") == "italic":
                    self.italic.add(name)
        for style in (style for root in roots for style in root.iter(f"{TEXT}list-style")):
            if style.find(f"{TEXT}list-level-style-number") is not None:
                self.numbered.add(style.get(f"{STYLE}name", ""))

    def is_title(self, name: str) -> bool:
        return "Title" in (name, self.parents.get(name))


def _children(element: ElementTree.Element, styles: _Styles) -> Iterator[str]:
    yield escape(element.text or "")
    for child in element:
        if child.tag not in LEFT_OUT:
            yield from _html(child, styles)
        yield escape(child.tail or "")


def _html(element: ElementTree.Element, styles: _Styles) -> Iterator[str]:
    if element.tag in SIGNS:
        yield SIGNS[element.tag]
        return
    if element.tag == f"{TEXT}note":
        # A footnote stands in the text, where it is read.
        note = element.find(f"{TEXT}note-body")
        words = "" if note is None else "".join(note.itertext()).strip()
        yield f" ({escape(words)})" if words else ""
        return
    begin, end = _tags(element, styles)
    yield begin
    yield from _children(element, styles)
    yield end


def _tags(element: ElementTree.Element, styles: _Styles) -> tuple[str, str]:
    style = element.get(f"{TEXT}style-name", "")
    if element.tag == f"{TEXT}h":
        level = element.get(f"{TEXT}outline-level", "1")
        level = level if level in {"1", "2", "3", "4", "5", "6"} else "6"
        return f"<h{level}>", f"</h{level}>"
    if element.tag == f"{TEXT}p":
        return ("<h1>", "</h1>") if styles.is_title(style) else ("<p>", "</p>")
    if element.tag == f"{TEXT}list":
        return ("<ol>", "</ol>") if style in styles.numbered else ("<ul>", "</ul>")
    if element.tag == f"{TEXT}a":
        return f'<a href="{escape(element.get(HREF, ""))}">', "</a>"
    if element.tag == f"{TEXT}span":
        begin = "<strong>" * (style in styles.bold) + "<em>" * (style in styles.italic)
        end = "</em>" * (style in styles.italic) + "</strong>" * (style in styles.bold)
        return begin, end
    name = AS_HTML.get(element.tag, "")
    if name == "img":
        return "<img>", ""
    return (f"<{name}>", f"</{name}>") if name else ("", "")
