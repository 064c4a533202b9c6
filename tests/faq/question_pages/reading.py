"""Read a page about questions, and the data in it that search engines read."""

from __future__ import annotations

from html.parser import HTMLParser

from django.test import Client

from tests.pages import html_of


class Structured(HTMLParser):
    """Read microdata as a machine does: the text inside each `name` and `text`."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.types: list[str] = []
        self.found: dict[str, list[str]] = {"name": [], "text": []}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if "itemtype" in values:
            self.types.append(str(values["itemtype"]))
        if tag not in {"meta", "link", "input", "br", "path", "use", "circle"}:
            self.open.append(values.get("itemprop") or "")
        if values.get("itemprop") in self.found:
            self.found[str(values["itemprop"])].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag not in {"path", "use", "circle"}:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        for prop, texts in self.found.items():
            if prop in self.open:
                texts[-1] += data + " "


def structured(html: str) -> list[tuple[str, str]]:
    """Return the questions and answers that a machine finds in the page."""
    read = Structured(html)
    assert read.types[0] == "https://schema.org/FAQPage"
    assert set(read.types[1:]) == {"https://schema.org/Question", "https://schema.org/Answer"}
    squeezed = [[" ".join(text.split()) for text in texts] for texts in read.found.values()]
    return list(zip(*squeezed, strict=True))


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return " ".join(html_of(response).split())
