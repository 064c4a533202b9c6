"""Reviewers in a real browser: export evidence (J11), redact personal data."""

from __future__ import annotations

from pathlib import Path

import pytest

from notices.editions.models import Edition
from portal.evidence.verify import verify
from tests.e2e.conftest import Visit
from tests.e2e.looking import violations
from tests.e2e.test_staff import WIDE, Tab, sign_in
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("site")


def reviewer(open_tab: Tab, theme: str = "light") -> Visit:
    make_user("reviewer", "datenschutz")
    visit = open_tab(color_scheme=theme, bypass_csp=True, viewport=WIDE)
    sign_in(visit, "datenschutz")
    return visit


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_evidence_is_exported_from_the_start_page_and_stands_the_check(
    open_tab: Tab, tmp_path: Path, theme: str
) -> None:
    visit = reviewer(open_tab, theme)
    page = visit.page
    page.get_by_role("link", name="Nachweis exportieren").click()
    assert violations(page) == []
    with page.expect_download() as download:
        page.get_by_role("button", name="Nachweis exportieren").click()
    path = tmp_path / "nachweis.zip"
    download.value.save_as(path)
    assert download.value.suggested_filename.startswith("nachweis-")
    assert verify(str(path)) == []


def test_redacting_shows_what_readers_will_see_before_it_is_done(open_tab: Tab) -> None:
    edition = Edition.objects.get(notice__key="zoom-letter", number=1)
    visit = reviewer(open_tab)
    page = visit.go(f"/admin/editions/edition/{edition.pk}/change/")
    page.get_by_role("link", name="Personenbezogene Daten schwärzen").click()
    assert violations(page) == []
    page.get_by_label("Was muss weg?").fill("Zoom")
    page.get_by_label("Warum?").fill("Nur eine Probe")
    page.get_by_role("button", name="Weiter").click()
    assert violations(page) == []
    assert page.get_by_text("‹geschwärzt›").first.is_visible()
    assert not Edition.objects.get(pk=edition.pk).redactions.exists()
    page.get_by_role("button", name="Endgültig schwärzen").click()
    page.wait_for_url(f"**/edition/{edition.pk}/change/")
    assert "‹geschwärzt›" in Edition.objects.get(pk=edition.pk).html_in("de")
