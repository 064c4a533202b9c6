"""What staff type stays: beside a colleague, after a session has ended, and when they leave."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, expect

from notices.editions.drafting import begin
from notices.editions.models import Notice
from notices.faq.models import Synonyms
from notices.safeguards.models import Safeguard
from tests.e2e.conftest import Visit
from tests.e2e.looking import violations
from tests.e2e.test_staff import PASSWORD, sign_in
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("site")
Tab = Callable[..., Visit]
SIZES = [(360, 740), (1280, 900)]


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def shot(page: Page, name: str) -> None:
    """Keep a picture where somebody wants to look at it."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def staff(open_tab: Tab, name: str, width: int = 1280, height: int = 900) -> Visit:
    make_user("editor", name)
    visit = open_tab(bypass_csp=True, viewport={"width": width, "height": height})
    sign_in(visit, name)
    return visit


@pytest.mark.parametrize(("width", "height"), SIZES, ids=lambda one: str(one))
def test_two_people_on_one_form_see_both_values_and_choose(
    open_tab: Tab, width: int, height: int
) -> None:
    row = Synonyms.objects.create(language="de", words="Tür, Pforte")
    path = f"/admin/faq/synonyms/{row.pk}/change/"
    one, two = staff(open_tab, "eine"), staff(open_tab, "andere", width, height)
    first, second = one.go(path), two.go(path)
    first.locator("#id_words").fill("Tür, Tor")
    second.locator("#id_words").fill("Tür, Eingang")
    first.locator('[name="_save"]').click()
    first.wait_for_url("**/synonyms/")
    second.locator('[name="_save"]').click()
    expect(second.get_by_role("heading", name="Was sich unterscheidet")).to_be_visible()
    shot(second, f"two-people-{width}")
    assert violations(second) == []
    assert second.evaluate("document.documentElement.scrollWidth") <= width
    row.refresh_from_db()
    assert row.words == "Tür, Tor"
    second.get_by_label("Das Gespeicherte nehmen: Wörter").check()
    second.locator('[name="_save"]').click()
    second.wait_for_url("**/synonyms/")
    row.refresh_from_db()
    assert row.words == "Tür, Tor"


@pytest.mark.parametrize(("width", "height"), SIZES, ids=lambda one: str(one))
def test_an_ended_session_gives_the_filled_form_back(
    open_tab: Tab, width: int, height: int
) -> None:
    row = Synonyms.objects.create(language="de", words="Tür, Pforte")
    visit = staff(open_tab, "redaktion", width, height)
    page = visit.go(f"/admin/faq/synonyms/{row.pk}/change/")
    page.locator("#id_words").fill("Tür, Eingang")
    page.context.clear_cookies(name="session")
    page.locator('[name="_save"]').click()
    page.get_by_label("Passwort").wait_for()
    page.get_by_label("Benutzername").fill("redaktion")
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    button = page.get_by_role("button", name="Zurück zum ausgefüllten Formular")
    expect(button).to_be_visible()
    shot(page, f"unsent-{width}")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    button.click()
    expect(page.locator("#id_words")).to_have_value("Tür, Eingang")
    shot(page, f"refilled-{width}")
    row.refresh_from_db()
    assert row.words == "Tür, Pforte"
    page.locator('[name="_save"]').click()
    page.wait_for_url("**/synonyms/")
    row.refresh_from_db()
    assert row.words == "Tür, Eingang"


def test_a_draft_saves_itself_and_leaving_with_unsaved_words_warns(open_tab: Tab) -> None:
    draft = begin(Notice.objects.get(key="easy"), by=make_user())
    visit = staff(open_tab, "redaktion")
    page = visit.page
    page.clock.install()
    visit.go(f"/admin/editions/edition/{draft.pk}/change/")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.locator("#id_change_note_de").click()
    page.keyboard.type("Neuer Satz.")
    page.evaluate("location.href = '/admin/'")
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert page.url.endswith("/change/")
    page.clock.fast_forward(31_000)
    expect(page.locator(".form-says")).to_contain_text("Von selbst gespeichert um")
    draft.refresh_from_db()
    assert draft.change_note_de == "Neuer Satz."
    shot(page, "saved-by-itself")
    # Saved is saved: nobody is asked, and the next save is no conflict with the own one.
    page.keyboard.type(" Noch einer.")
    page.locator('[name="_continue"].main-button').click()
    page.wait_for_load_state()
    assert "inzwischen" not in page.locator("#content").inner_text()
    draft.refresh_from_db()
    assert draft.change_note_de == "Neuer Satz. Noch einer."
    page.evaluate("location.href = '/admin/'")
    page.wait_for_url("**/admin/")
    assert asked == ["beforeunload"]


def test_what_is_too_large_stays_in_its_field(open_tab: Tab, tmp_path: Path) -> None:
    visit = staff(open_tab, "redaktion")
    page = visit.go("/admin/einstellung-geaendert/")
    large = tmp_path / "gross.pdf"
    large.write_bytes(b"%PDF-1.7" + b"0" * 6_000_000)
    page.get_by_text("Nachweis, nur für uns").click()
    page.locator("#id_note").fill("Nachgesehen.")
    page.locator("#id_file").set_input_files(large)
    page.locator("button.main-button").click()
    expect(page.get_by_role("alert")).to_contain_text("höchstens 2 MB Text und 5 MB je Datei")
    expect(page.locator("#id_note")).to_have_value("Nachgesehen.")


@pytest.mark.parametrize(("width", "height"), SIZES, ids=lambda one: str(one))
def test_an_error_is_where_one_looks(open_tab: Tab, width: int, height: int) -> None:
    visit = staff(open_tab, "redaktion", width, height)
    safeguard = Safeguard.objects.get(key="password")
    page = visit.go(f"/admin/safeguards/safeguard/{safeguard.pk}/change/")
    expect(page.locator("#id_slug_en")).to_be_hidden()
    page.locator("details", has=page.locator("#id_slug_en")).locator("summary").click()
    page.locator("#id_slug_en").fill("Not a slug")
    page.locator('[name="_save"]').click()
    expect(page.locator("#id_slug_en")).to_be_visible()
    expect(page.locator("#id_slug_en")).to_have_value("Not a slug")
    shot(page, f"errors-{width}")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator(".wrong-fields a").click()
    assert page.evaluate("location.hash") == "#id_slug_en"
