"""Printed pages are documents: sender, moment, address and code, digest, numbered pages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from playwright.sync_api import Page
from pypdf import PdfReader

from notices.safeguards.models import Safeguard
from tests.e2e.conftest import Visit
from tests.factories import record_state
from tests.pages import LANGUAGES, page_path

pytestmark = pytest.mark.usefixtures("records")

# The most sheets that each may take.
MOST = {"safeguard-label": 1, "safeguard-list": 4, "meeting-detail": 2, "archive-day": 3}


@pytest.fixture
def records(site: str) -> None:
    """Have something to say about the day in the archive."""
    for safeguard in Safeguard.objects.all():
        record_state(safeguard, at=timezone.now() - timedelta(days=20))


def printed(page: Page) -> list[str]:
    """Return the words of each sheet."""
    pdf = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
    for sheet in pdf.pages:
        # A4 in points.
        assert [round(float(side)) for side in sheet.mediabox[2:]] == [595, 842]
    # Some fonts draw "ffi" as one sign.
    texts = [unicodedata.normalize("NFKC", sheet.extract_text()) for sheet in pdf.pages]
    return [" ".join(text.split()) for text in texts]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(MOST))
def test_a_page_prints_as_a_document(
    open_tab: Callable[..., Visit], name: str, language: str
) -> None:
    visit = open_tab()
    page = visit.go(page_path(name, language))
    sheets = printed(page)
    assert 1 <= len(sheets) <= MOST[name]
    first = sheets[0]
    assert "Hausverwaltung Beispiel GmbH, Musterweg 1" in first
    assert re.search(r"Stand \d+\. \w+ \d{4}, \d+" if language == "de" else r"As of \d+ \w+", first)
    assert re.search(r": [0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}", first)
    address = page.locator(".document").text_content() or ""
    assert visit.site.split("//")[1].lower() in address.lower()
    assert page.locator(".document .code svg").count() == 1
    for number, sheet in enumerate(sheets, start=1):
        assert f"{number} / {len(sheets)}" in sheet
    # No line about cookies, no button, no nearly empty last sheet.
    whole = " ".join(sheets)
    for left_out in ("Cookies", "cookies", "als PDF", "as PDF", "English", "Evidence"):
        assert left_out not in whole
    assert len(sheets[-1]) > 250


@pytest.mark.parametrize("name", ["safeguard-list", "archive-day"])
def test_no_group_is_cut_open_by_the_end_of_a_sheet(
    open_tab: Callable[..., Visit], name: str
) -> None:
    page = open_tab().go(page_path(name, "de"))
    groups = page.locator(".group:has(.rows)").evaluate_all(
        "all => all.map(one => [...one.querySelectorAll('h2, h3')].map(h => h.textContent))"
    )
    assert len(groups) >= 5
    sheets = [sheet.replace(" ", "") for sheet in printed(page)]
    for group in groups:
        heads = ["".join(head.replace("\xad", "").split()) for head in group]
        assert any(all(head in sheet for head in heads) for sheet in sheets), group


def test_two_prints_have_the_same_digest_only_if_they_say_the_same(
    open_tab: Callable[..., Visit],
) -> None:
    page = open_tab().page
    found = []
    for path in (page_path("archive-day", "de"), "/de/archiv/", page_path("archive-day", "de")):
        page.goto(open_tab().site + path)
        found += re.findall(r"[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}", page.content())
    assert len(found) == 2
    assert found[0] == found[1]
