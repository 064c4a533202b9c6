"""An independent reading of what rendered Markdown may contain."""

from __future__ import annotations

import re
from html.parser import HTMLParser

TAGS = {
    *("h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "blockquote", "pre", "code", "em", "strong"),
    *("sup", "a", "div", "ul", "ol", "li", "dl", "dt", "dd"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"id", "href", "rel", "class", "role", "aria-label", "tabindex", "start", "scope"}
ADDRESS = re.compile(r"(?:https?:|mailto:|tel:|#|\?|/(?![/\\])|\.|[^:/\\]*(?:/|$))", re.IGNORECASE)


class _Judge(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            if name not in ATTRIBUTES:
                self.faults.append(f"{tag} {name}")
            if name == "href" and not ADDRESS.match("".join((value or "").split())):
                self.faults.append(f"href {value}")
            if name == "id":
                self.ids.append(value or "")

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.faults.append(f"declaration {decl}")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"instruction {data}")

    def unknown_decl(self, data: str) -> None:
        self.faults.append(f"section {data}")


def faults(html: str) -> list[str]:
    """List everything in `html` that must not be there."""
    judge = _Judge()
    judge.feed(html)
    judge.close()
    twice = {f"id {name} twice" for name in judge.ids if judge.ids.count(name) > 1}
    return judge.faults + sorted(twice)
