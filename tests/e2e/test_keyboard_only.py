"""The tasks of staff (J8 to J11 and the set-up) by keyboard alone, on phone and desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page

from notices.firm.days import BERLIN
from notices.firm.models import Organisation
from notices.invitations.models import Meeting
from notices.safeguards.board import timelines
from notices.safeguards.models import Safeguard
from notices.safeguards.states import State
from tests.e2e.conftest import Visit
from tests.e2e.test_staff import PASSWORD
from tests.factories import make_edition, make_notice, make_user

pytestmark = pytest.mark.usefixtures("site")
Tab = Callable[..., Visit]
MOST_STEPS = 150


def reach(page: Page, goal: Locator) -> None:
    """Press Tab until `goal` has the focus, and see that the focus can be seen."""
    for _step in range(MOST_STEPS):
        if goal.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    else:
        raise AssertionError(f"no way to {goal}")
    assert goal.evaluate(
        "one => { const look = getComputedStyle(one);"
        " return look.outlineStyle !== 'none' || look.boxShadow !== 'none'; }"
    )


def press(page: Page, goal: Locator) -> None:
    """Reach a link or button and go where it leads."""
    reach(page, goal)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, goal: Locator, text: str) -> None:
    reach(page, goal)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def choose(page: Page, goal: Locator, option: str) -> None:
    """Choose from a list by its first letters, as one does without a mouse."""
    reach(page, goal)
    page.keyboard.type(option)
    assert goal.locator("option:checked").inner_text().startswith(option)


def write_moment(page: Page, goal: Locator, moment: datetime) -> None:
    """Type a moment into a field of the browser, which asks in the order of its own language."""
    assert moment.day == moment.month
    assert moment.hour < 12
    reach(page, goal)
    page.keyboard.type(f"{moment:%d%m%Y}")
    page.keyboard.press("ArrowRight")
    # Before noon, if it asks for that too.
    page.keyboard.type(f"{moment:%H%M}A")


@pytest.fixture(params=[(360, 640), (1280, 900)], ids=["phone", "desk"])
def tab(open_tab: Tab, request: pytest.FixtureRequest) -> Callable[[str], Page]:
    """Sign in by keyboard."""
    Organisation.objects.update(confirmed_at=timezone.now())
    width, height = request.param

    def signed_in(role: str) -> Page:
        make_user(role, role)
        page = open_tab(viewport={"width": width, "height": height}).go("/admin/")
        write(page, page.get_by_label("Benutzername"), role)
        write(page, page.get_by_label("Passwort"), PASSWORD)
        press(page, page.get_by_role("button", name="Anmelden", exact=True))
        page.wait_for_url("**/admin/")
        return page

    return signed_in


def test_j8_a_setting_is_reported(tab: Callable[[str], Page]) -> None:
    page = tab("editor")
    room = Safeguard.objects.get(key="waiting_room")
    press(page, page.get_by_role("link", name="Etwas in Zoom hat sich geändert"))
    choose(page, page.locator("[name=safeguard]"), str(room.name_de))
    reach(page, page.locator("[name=value]").first)
    page.keyboard.press("ArrowDown")
    while page.locator("[name=value]:checked").input_value() != "off":
        page.keyboard.press("ArrowDown")
    write(page, page.locator("[name=reason_de]"), "Der Warteraum ist aus.")
    write(page, page.locator("[name=reason_en]"), "The waiting room is off.")
    press(page, page.get_by_role("button", name="Weiter"))
    press(page, page.locator("button[name=_publish]").first)
    assert timelines.load().state_of("waiting_room", timezone.now()) is State.OFF


def test_j9_a_typing_error_is_corrected(tab: Callable[[str], Page]) -> None:
    make_edition(
        make_notice("hausordnung", kind="letter", slug_de="hausordnung", slug_en="house"),
        text_de="Der Texxt steht 30 Tage hier.",
        text_en="The text stays 30 days.",
    )
    page = tab("editor")
    press(page, page.get_by_role("link", name="Ein Text soll geändert werden"))
    row = page.locator("tr, li, article").filter(has_text="hausordnung").last
    press(page, row.get_by_role("link", name="Tippfehler korrigieren"))
    write(page, page.locator("[name=text_de]"), "Der Text steht 30 Tage hier.")
    press(page, page.get_by_role("button", name="Unterschied zeigen"))
    press(page, page.get_by_role("button", name="Nein, Korrektur veröffentlichen"))
    page.goto(page.url.split("/admin/")[0] + "/de/hinweise/hausordnung/")
    assert "Der Text steht" in page.locator("main").inner_text()


def test_j10_an_invitation_is_made(tab: Callable[[str], Page]) -> None:
    page = tab("editor")
    press(page, page.get_by_role("link", name="Ein Treffen steht an"))
    today = timezone.now().astimezone(BERLIN)
    days = (today.replace(hour=9, minute=0) + timedelta(days=days) for days in range(1, 70))
    start = next(one for one in days if one.day == one.month)
    reach(page, page.locator("[name=type]"))
    page.keyboard.press("ArrowDown")
    write(page, page.locator("[name=title_de]"), "Versammlung Lindenstraße")
    write_moment(page, page.locator("[name=starts_at]"), start)
    write_moment(page, page.locator("[name=ends_at]"), start + timedelta(hours=2))
    press(page, page.locator("[name=_save]").first)
    press(page, page.get_by_role("link", name="Einladung erstellen").first)
    meeting = Meeting.objects.get(title_de="Versammlung Lindenstraße")
    assert meeting.starts_at.astimezone(BERLIN).date() == start.date()
    assert meeting.code in page.locator("#content").inner_text()


def test_j11_what_waits_is_approved(tab: Callable[[str], Page]) -> None:
    notice = make_notice("hausordnung", kind="letter", slug_de="hausordnung", slug_en="house")
    make_edition(notice, text_de="Der Text steht 30 Tage.", text_en="The text stays 30 days.")
    draft = make_edition(
        notice,
        number=None,
        status="review",
        text_de="Der Text steht 60 Tage.",
        text_en="The text stays 60 days.",
        written_by=make_user("editor"),
    )
    page = tab("reviewer")
    press(page, page.locator(f'a[href*="/edition/{draft.pk}/"]').first)
    press(page, page.get_by_role("button", name="Freigeben").first)
    draft.refresh_from_db()
    assert (draft.status, draft.number) == ("published", 2)


def test_the_set_up_begins(tab: Callable[[str], Page]) -> None:
    page = tab("editor")
    Organisation.objects.update(confirmed_at=None)
    page.goto(page.url)
    press(page, page.locator('a[href="/admin/einrichtung/"]').first)
    press(page, page.locator('a[href^="/admin/einrichtung/profil/"]').first)
    write(page, page.locator("[name=name]"), "Wohnbau Muster")
    write(page, page.locator("[name=legal_name]"), "Wohnbau Muster GmbH")
    press(page, page.get_by_role("button", name="Sichern und weiter"))
    assert page.url.endswith("/profil/2/")
    assert Organisation.objects.get().legal_name == "Wohnbau Muster GmbH"
