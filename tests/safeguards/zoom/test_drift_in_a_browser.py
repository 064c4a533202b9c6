"""A drift of the account, from one command to what people see in a browser, and back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import cache
from playwright.sync_api import Page

from notices.safeguards.models import Safeguard
from portal.starter.loading import load
from tests.factories import make_user

from .conftest import Fake
from .test_check_zoom import check_zoom

PASSWORD = "a long enough test password"


@pytest.fixture
def visit(transactional_db: None, live_server: object, page: Page) -> Callable[[str], str]:
    """Open a page of the running portal in Chromium and return the words a person sees."""
    load()
    cache.clear()

    def seen(path: str) -> str:
        page.goto(f"{live_server.url}{path}")  # type: ignore[attr-defined]
        return page.locator("body").inner_text()

    return seen


def test_a_drift_shows_everywhere_after_one_command_and_ends_with_its_history(
    fake: Fake, visit: Callable[[str], str], page: Page
) -> None:
    make_user("reviewer", "pruefung")
    visit("/admin/")
    page.get_by_label("Benutzername").fill("pruefung")
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden").click()
    page.wait_for_url("**/admin/")
    cloud = Safeguard.objects.get(key="cloud_recording")
    texts = {one.state: one.text_de for one in cloud.wordings.exclude(text_de="")}

    def recording() -> str:
        visit("/de/schutz/")
        return page.locator(f"#{cloud.slug_de}").inner_text()

    assert check_zoom()[0] == 0
    assert texts["on"] in recording()
    assert "Abweichung" not in recording()
    visit("/de/")
    calm = page.locator(".qa").inner_text()

    fake.play({"bundle": "../examples/02-drifted.json", "token": {"expires_in": 3600}})
    assert check_zoom()[0] == 1
    assert texts["off"] in recording()
    assert "Abweichung: festgestellt am" in recording()
    visit("/de/")
    assert page.locator(".qa").inner_text() != calm
    assert cloud.name_de in page.request.get(page.url + "aenderungen.atom").text()
    api = page.request.get(page.url.replace("/de/", "/api/safeguards.json")).json()
    [told] = [row for row in api["safeguards"] if row["key"] == cloud.key]
    assert (told["state"], told["deviation"] is None) == ("off", False)
    visit("/admin/")
    assert cloud.name_de in page.locator("#deviations").inner_text()
    page.get_by_role("link", name="Alle Abweichungen, auch geschlossene").click()
    assert cloud.name_de in page.locator(".cards").inner_text()

    fake.play("happy")
    assert check_zoom()[0] == 0
    assert texts["on"] in recording()
    assert "Abweichung: festgestellt am" not in recording()
    visit("/de/")
    assert page.locator(".qa").inner_text() == calm
    visit("/admin/")
    # What the access rows say under this account stays; the drift is gone.
    assert cloud.name_de not in page.locator("#deviations").inner_text()
    visit("/admin/abweichungen/")
    assert cloud.name_de not in page.locator(".cards").inner_text()
    page.get_by_role("link", name="Geschlossen").click()
    assert cloud.name_de in page.locator(".cards").inner_text()
    visit("/de/schutz/?druck=voll")
    history = page.locator(f"#{cloud.slug_de} .hist").inner_text()
    assert history.count("Schutz nicht aktiv") == 1
