"""Letters as word processors save them, and as nobody means them, made in memory."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils.html import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_STYLES = "".join(
    f'<w:style w:type="paragraph" w:styleId="{style}"><w:name w:val="{name}"/></w:style>'
    for style, name in (("T", "Title"), ("H", "heading 1"))
)
_NUMBERS = (
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl>'
    '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
)


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return file.getvalue()


def docx(markdown: str, more: Mapping[str, str | bytes] | None = None) -> bytes:
    """Return a file of Word with headings, numbered items and paragraphs of a simple Markdown."""
    return docx_of("".join(map(_of_word, _lines(markdown))), more)


def docx_of(body: str, more: Mapping[str, str | bytes] | None = None) -> bytes:
    return packed(
        {
            "[Content_Types].xml": (
                '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
            ),
            "word/document.xml": f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>',
            "word/styles.xml": f'<w:styles xmlns:w="{W}">{_STYLES}</w:styles>',
            "word/numbering.xml": f'<w:numbering xmlns:w="{W}">{_NUMBERS}</w:numbering>',
            **(more or {}),
        }
    )


def odt(markdown: str, more: Mapping[str, str | bytes] | None = None) -> bytes:
    """Return the same as a file of LibreOffice."""
    names = ("office", "text", "style", "table")
    spaces = " ".join(f'xmlns:{name}="{OASIS}{name}:1.0"' for name in names)
    style = (
        '<text:list-style style:name="L"><text:list-level-style-number text:level="1"/>'
        "</text:list-style>"
    )
    body, is_list = "", False
    for kind, words in _lines(markdown):
        if is_list != (kind == "item"):
            body += "</text:list>" if is_list else '<text:list text:style-name="L">'
            is_list = not is_list
        body += {
            "title": f'<text:p text:style-name="Title">{words}</text:p>',
            "heading": f'<text:h text:outline-level="1">{words}</text:h>',
            "item": f"<text:list-item><text:p>{words}</text:p></text:list-item>",
        }.get(kind, f"<text:p>{words}</text:p>")
    body += "</text:list>" if is_list else ""
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": (
                f"<office:document-content {spaces}><office:automatic-styles>{style}"
                f"</office:automatic-styles><office:body><office:text>{body}</office:text>"
                "</office:body></office:document-content>"
            ),
            **(more or {}),
        }
    )


def html(markdown: str) -> bytes:
    tags = {"title": "h1", "heading": "h2", "item": "li"}
    body = "".join(
        f"<{tags.get(kind, 'p')}>{words}</{tags.get(kind, 'p')}>"
        for kind, words in _lines(markdown)
    )
    body = body.replace("<li>", "<ol><li>", 1)[::-1].replace(">il/<", ">lo/<>il/<", 1)[::-1]
    return f"<html><head><style>p {{}}</style></head><body>{body}</body></html>".encode()


def _lines(markdown: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for line in filter(None, markdown.split("\n")):
        mark, _blank, words = line.partition(" ")
        kind = {"#": "title", "##": "heading"}.get(mark, "item" if mark[0].isdigit() else "")
        found.append((kind, escape(words if kind else line)))
    return found


def _of_word(line: tuple[str, str]) -> str:
    kind, words = line
    looks = {
        "title": '<w:pStyle w:val="T"/>',
        "heading": '<w:pStyle w:val="H"/>',
        "item": '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>',
    }.get(kind, "")
    return f"<w:p><w:pPr>{looks}</w:pPr><w:r><w:t>{words}</w:t></w:r></w:p>"
