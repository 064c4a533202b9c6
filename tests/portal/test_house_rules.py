"""Rules that hold on every public page, and one that no page escapes them."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import translation

from notices.invitations.models import Meeting
from tests.pages import (
    LANGUAGES,
    NOT_PAGES,
    PAGES,
    POSTED_TO,
    VISITED_ELSEWHERE,
    all_url_names,
    page_path,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter"), pytest.mark.thorough]

SCRIPTLESS_TYPES = {"application/ld+json", "application/json"}


class Page(HTMLParser):
    """The parts of a page that the rules are about."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.ids: list[str] = []
        self.open: list[str] = []
        self.title = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if attributes.get("id"):
            self.ids.append(str(attributes["id"]))
        self.open.append(tag)

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "title":
            self.title += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def alternates(page: Page) -> dict[str, str]:
    return {
        str(link["hreflang"]): re.sub(r"^https?://[^/]+", "", str(link["href"]))
        for link in page.all("link")
        if link.get("hreflang")
    }


def test_no_public_page_escapes_these_rules() -> None:
    assert all_url_names() - NOT_PAGES == PAGES
    assert not NOT_PAGES & PAGES


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_page_keeps_the_house_rules(client: Client, name: str, language: str) -> None:
    path = page_path(name, language)
    response = client.get(path)
    assert response.status_code == 200
    html = response.content.decode()
    page = Page(html)

    assert page.all("html")[0]["lang"] == language
    assert page.headings.count(1) == 1
    assert page.headings[0] == 1
    for before, after in pairwise(page.headings):
        assert after <= before + 1, f"heading {after} after {before}"
    service = "Datenschutz bei Videotreffen" if language == "de" else "Privacy in video meetings"
    assert service in page.title
    assert len(page.ids) == len(set(page.ids)), "an id stands twice"
    targets = [str(a["href"]) for a in page.all("a") if str(a.get("href", "")).startswith("#")]
    assert {target[1:] for target in targets} <= set(page.ids), "a link to nowhere on the page"
    for tag, attributes in page.tags:
        assert "style" not in attributes
        assert not [attribute for attribute in attributes if attribute.startswith("on")]
        assert tag == "link" or "title" not in attributes, "a tooltip"
    assert not page.all("style")
    assert all(script.get("src") for script in page.all("script"))
    assert ("Beispieldaten" if language == "de" else "Sample data") in html

    other = "en" if language == "de" else "de"
    pairs = alternates(page)
    assert pairs[language] == path
    back = Page(client.get(pairs[other]).content.decode())
    assert alternates(back) == pairs
    (language_link,) = [a for a in page.all("a") if a.get("class") == "lang"]
    assert language_link["href"] == pairs[other]
    assert language_link["lang"] == other
    (canonical,) = [link for link in page.all("link") if link.get("rel") == "canonical"]
    assert str(canonical["href"]).startswith("http")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_page_is_only_read(client: Client, name: str, language: str) -> None:
    path = page_path(name, language)
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
        assert client.generic(method, path).status_code == 405, method
    head = client.head(path)
    assert head.status_code == 200
    assert head.content == b""


@pytest.mark.parametrize("name", sorted(NOT_PAGES - POSTED_TO - VISITED_ELSEWHERE - {"readyz"}))
def test_doors_that_are_no_pages_are_only_read_too(client: Client, name: str) -> None:
    code = {"code": Meeting.objects.first().code} if "meeting" in name else {}  # type: ignore[union-attr]
    path = reverse(name, kwargs=code)
    assert client.get(path).status_code in (200, 302)
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
        assert client.generic(method, path).status_code == 405, method


@pytest.mark.parametrize("name", sorted(PAGES | (NOT_PAGES - VISITED_ELSEWHERE - {"readyz"})))
def test_every_door_has_the_headers_and_sets_no_cookie(client: Client, name: str) -> None:
    if name in PAGES:
        path = page_path(name, "de")
    else:
        code = {"code": Meeting.objects.first().code} if "meeting" in name else {}  # type: ignore[union-attr]
        path = reverse(name, kwargs=code)
    response = client.get(path)
    assert not response.cookies
    assert "Set-Cookie" not in response.headers
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response.headers["Referrer-Policy"] in ("no-referrer", "same-origin")
    assert "camera=()" in response.headers["Permissions-Policy"]
    assert "Cookie" not in response.headers.get("Vary", "")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(PAGES))
def test_no_page_carries_a_way_into_a_meeting(client: Client, name: str, language: str) -> None:
    html = client.get(page_path(name, language)).content.decode()
    assert not re.search(r"zoom\.(us|com)/(j|s|w|my)/", html)


def test_both_languages_say_the_same_states(client: Client) -> None:
    marks = []
    for language in LANGUAGES:
        html = client.get(page_path("safeguard-list", language)).content.decode()
        marks.append(re.findall(r'class="state (\w+)"', html))
    assert marks[0] == marks[1]
    assert len(marks[0]) >= 16


def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_german_words_are_compiled() -> None:
    with translation.override("de"):
        assert translation.gettext("Protection on") == "Schutz aktiv"
        assert reverse("safeguard-list") == "/de/schutz/"
    with translation.override("en"):
        assert translation.gettext("Protection on") == "Protection on"
        assert reverse("safeguard-list") == "/en/safeguards/"
