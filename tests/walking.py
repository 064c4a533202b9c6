"""A person who walks through pages and fills in forms; what they do is counted."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

from django.test import Client
from django.utils import timezone

from notices.invitations.models import Meeting, MeetingType

CHECKED = ("checkbox", "radio")


class Form(HTMLParser):
    """The first form of a page that has `wanted`, and what a browser would send of it."""

    def __init__(self, html: str, wanted: str = "") -> None:
        super().__init__()
        self.wanted = wanted
        self.values: dict[str, list[str]] = {}
        self.names: set[str] = set()
        self.is_open = self.is_found = False
        self.action = self._area = self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form" and not self.is_found:
            self.is_open = told.get("id") != "logout-form"
            self.action, self.values, self.names = told.get("action", ""), {}, set()
        if not self.is_open:
            return
        name = told.get("name", "")
        self.names.add(name)
        if tag == "input" and name and told.get("type") not in ("submit", "file"):
            if told.get("type") not in CHECKED or "checked" in told:
                usual = "on" if told.get("type") in CHECKED else ""
                self.values.setdefault(name, []).append(told.get("value", usual))
        elif tag == "textarea":
            self._area = name
            self.values.setdefault(name, [""])
        elif tag == "select":
            self._select = name
        elif tag == "option" and ("selected" in told or self._select not in self.values):
            # A browser sends the first one if none is selected.
            self.values[self._select] = [told.get("value", "")]

    def handle_data(self, data: str) -> None:
        if self.is_open and self._area:
            self.values[self._area] = [self.values[self._area][0] + data]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area:
            # A browser drops the line break that stands right behind the tag.
            self.values[self._area] = [self.values[self._area][0].removeprefix("\n")]
            self._area = ""
        if tag == "form" and self.is_open:
            self.is_open = False
            self.is_found = not self.wanted or self.wanted in self.names


@dataclass
class Walker:
    """One person at the portal; each field filled in and each click is one act."""

    client: Client
    who: str
    log: list[tuple[str, str, int, int]] = field(default_factory=list)
    path: str = ""
    html: str = ""

    def arrive(self, path: str) -> None:
        """Begin at `path`; that is no act yet."""
        self._read(self.client.get(path, follow=True), path)

    def open(self, path: str) -> None:
        """Follow a link to `path`, which has to stand on the page that is open."""
        assert f'href="{path}"' in self.html, f"no link to {path} on {self.path}"
        self._read(self.client.get(path, follow=True), path)
        self.log.append((self.who, f"→ {self.path}", 0, 1))

    def send(self, wanted: str = "", button: str = "", **typed: Any) -> None:
        """Fill in `typed` in the form that has the field `wanted` and press its button.

        A button of several with one name is told with its value: "meaning=no".
        """
        form = Form(self.html, wanted)
        assert form.is_found, f"no form with {wanted} on {self.path}: {self.errors}"
        assert set(typed) <= form.names, set(typed) - form.names
        data = {**form.values, **typed}
        name, _, value = button.partition("=")
        data |= {name: value or "1"} if name else {}
        address, before = form.action or self.path, self.path
        self._read(self.client.post(address, data, follow=True), address)
        self.log.append((self.who, before, len(typed), 1))

    @property
    def errors(self) -> list[str]:
        return re.findall(r'class="field-error"[^>]*>([^<]*)', self.html)

    @property
    def fields(self) -> int:
        return sum(fields for _who, _where, fields, _clicks in self.log)

    @property
    def clicks(self) -> int:
        return sum(clicks for _who, _where, _fields, clicks in self.log)

    @property
    def acts(self) -> int:
        return self.fields + self.clicks

    def _read(self, answer: Any, path: str) -> None:
        assert answer.status_code == 200, (path, answer.status_code)
        self.path = answer.request["PATH_INFO"]
        self.html = answer.content.decode()


def told(*walkers: Walker) -> str:
    """Return what was counted, as a table, for people."""
    lines = [f"{'who':<10} {'where':<52} fields clicks"]
    for walker in walkers:
        lines += [
            f"{who:<10} {where:<52} {fields:>6} {clicks:>6}"
            for who, where, fields, clicks in walker.log
        ]
    fields = sum(walker.fields for walker in walkers)
    clicks = sum(walker.clicks for walker in walkers)
    lines.append(f"{'all':<63} {fields:>6} {clicks:>6}   = {fields + clicks} acts")
    return "\n".join(lines)


def enter_meeting(office: Walker) -> Meeting:
    """Type a meeting into its form, as an invitation needs it."""
    office.open("/admin/invitations/meeting/add/")
    starts = timezone.localtime() + timedelta(days=30)
    office.send(
        "title_de",
        type=str(MeetingType.objects.get(key="owners_meeting").pk),
        title_de="Versammlung Sonnenallee 3",
        starts_at=f"{starts:%Y-%m-%dT18:00}",
        ends_at=f"{starts:%Y-%m-%dT20:00}",
        place_de="Gemeindesaal, Sonnenallee 3",
    )
    return Meeting.objects.latest("pk")
