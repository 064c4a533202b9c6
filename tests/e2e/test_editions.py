"""A typing error (J9) and a new edition from draft to approval (J11), in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from notices.editions.models import Edition
from notices.editions.pages import preview_links
from notices.firm.days import BERLIN
from tests.e2e.conftest import Visit
from tests.e2e.looking import faults_at, unfold
from tests.e2e.test_staff import WIDE, sign_in
from tests.factories import make_edition, make_notice, make_user

pytestmark = pytest.mark.usefixtures("site")
Tab = Callable[..., Visit]
PUBLIC = "/de/hinweise/hausordnung/"


def staff_page(edition: Edition, act: str = "change") -> str:
    return f"/admin/editions/edition/{edition.pk}/{act}/"


@pytest.fixture
def edition() -> Edition:
    notice = make_notice("hausordnung", kind="letter", slug_de="hausordnung", slug_en="house")
    return make_edition(
        notice, text_de="Der Texxt steht 30 Tage hier.", text_en="The text stays 30 days."
    )


def correct(page: Page, wrong: str, right: str) -> None:
    """Change one word on the page for typing errors and ask for the difference."""
    field = page.locator("[name=text_de]")
    field.fill(field.input_value().replace(wrong, right))
    page.get_by_role("button", name="Unterschied zeigen").click()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_typing_error_is_shown_asked_about_and_public_at_once(
    open_tab: Tab, edition: Edition, script: bool
) -> None:
    make_user("editor", "redaktion")
    staff, reader = open_tab(viewport=WIDE, java_script_enabled=script), open_tab()
    page = sign_in(staff, "redaktion")
    staff.go(staff_page(edition))
    page.get_by_role("link", name="Tippfehler korrigieren").click()
    correct(page, "Texxt", "Text")
    assert page.locator("del").first.inner_text() == "Texxt"
    assert page.locator("ins").first.inner_text() == "Text"
    assert page.get_by_text("Ändert das die Bedeutung?").is_visible()
    assert "Texxt" in reader.go(PUBLIC).locator("main").inner_text()
    page.get_by_role("button", name="Nein, Korrektur veröffentlichen").click()
    page.wait_for_load_state()
    public = reader.go(PUBLIC).locator("main").inner_text()
    assert "Texxt" not in public
    assert "1.1" in public
    old = reader.go(f"{PUBLIC}fassung/1.1/").locator("main").inner_text()
    assert "Sie ändert die Bedeutung nicht." in old


def test_a_changed_number_is_no_typing_error_and_becomes_a_draft(
    open_tab: Tab, edition: Edition
) -> None:
    make_user("editor", "redaktion")
    staff, reader = open_tab(viewport=WIDE), open_tab()
    page = sign_in(staff, "redaktion")
    staff.go(staff_page(edition, "korrigieren"))
    correct(page, "30", "90")
    assert page.get_by_role("button", name="Nein, Korrektur veröffentlichen").count() == 0
    page.get_by_role("button", name="Ja, als Entwurf der nächsten Fassung").click()
    page.wait_for_load_state()
    assert page.locator("[name=text_de]").input_value() == "Der Texxt steht 90 Tage hier."
    assert "30 Tage" in reader.go(PUBLIC).locator("main").inner_text()


def test_a_new_edition_goes_to_the_reviewer_back_and_comes_into_force_on_its_day(
    open_tab: Tab, edition: Edition
) -> None:
    make_user("editor", "redaktion")
    make_user("reviewer", "datenschutz")
    office, officer, reader = open_tab(viewport=WIDE), open_tab(viewport=WIDE), open_tab()
    author = sign_in(office, "redaktion")
    office.go(f"/admin/editions/notice/{edition.notice_id}/change/")
    author.get_by_role("button", name="Neue Fassung beginnen").click()
    author.locator("[name=text_de]").fill("Der Text steht 60 Tage hier.")
    author.locator("[name=text_en]").fill("The text stays 60 days.")
    author.get_by_role("button", name="Speichern und zur Freigabe geben").click()
    author.wait_for_load_state()
    draft = Edition.objects.get(status="review")
    assert author.get_by_role("button", name="Freigeben").count() == 0

    review = sign_in(officer, "datenschutz")
    assert "1" in review.get_by_role("link", name="Wartet auf Sie").first.inner_text()
    officer.go(staff_page(draft))
    changes = review.locator(".difference").inner_text()
    assert "Verglichen mit Fassung 1" in changes
    assert review.locator(".difference ins", has_text="60").count() == 2
    review.get_by_label("Kommentar").fill("Bitte nennen Sie den Grund.")
    review.get_by_role("button", name="Zurückgeben mit Kommentar").click()
    review.wait_for_load_state()

    office.go(staff_page(draft))
    assert author.get_by_text("Bitte nennen Sie den Grund.").is_visible()
    author.get_by_role("button", name="Speichern und zur Freigabe geben").click()
    author.wait_for_load_state()

    officer.go(staff_page(draft))
    tomorrow = timezone.now().astimezone(BERLIN) + timedelta(days=1)
    review.get_by_label("In Kraft ab").fill(f"{tomorrow:%Y-%m-%dT%H:%M}")
    review.get_by_role("button", name="Freigeben").first.click()
    review.wait_for_load_state()
    draft.refresh_from_db()
    assert (draft.status, draft.number) == ("published", 2)
    assert "30 Tage" in reader.go(PUBLIC).locator("main").inner_text()
    assert reader.go(f"{PUBLIC}fassung/2/").locator("h1").count() == 1
    assert reader.status == 404


def test_axe_finds_nothing_on_the_pages_of_an_edition(open_tab: Tab, edition: Edition) -> None:
    make_user("reviewer", "datenschutz")
    waiting = make_edition(edition.notice, status="review", text_de="Anderer Text.")
    draft = make_edition(make_notice(), status="draft")
    visit = open_tab(bypass_csp=True)
    sign_in(visit, "datenschutz")
    preview = reverse("edition-preview", kwargs={"token": preview_links.make_token(draft)})
    paths = [
        *(staff_page(one) for one in (edition, waiting, draft)),
        *(staff_page(edition, act) for act in ("korrigieren", "zurueckziehen")),
        preview,
    ]
    found = {}
    for path in paths:
        page = visit.go(path)
        assert visit.status == 200, path
        unfold(page)
        found[path] = faults_at(page, {"light": 1280, "dark": 360})
    assert {path: faults for path, faults in found.items() if faults} == {}
