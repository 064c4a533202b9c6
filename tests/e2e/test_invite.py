"""J10: staff enter a meeting and take everything that goes into its invitation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import icalendar
import pytest
from django.test import Client
from playwright.sync_api import Page

from notices.firm.addresses import for_paper
from notices.invitations.models import Meeting, MeetingType
from notices.safeguards.models import Safeguard
from tests.e2e.conftest import Visit
from tests.e2e.looking import violations_in_both_themes, widths
from tests.e2e.test_staff import WIDE, sign_in
from tests.factories import make_meeting, make_user
from tests.scanning import can_rasterise, first_page, millimetres, scan

pytestmark = pytest.mark.usefixtures("site")

Tab = Callable[..., Visit]
GERMAN = "Das Treffen wird nicht aufgezeichnet. Ihre Kamera ist beim Start aus."
ENGLISH = "The meeting is not recorded. Your camera is off at the start."


@pytest.fixture
def editor() -> None:
    make_user("editor", "redaktion")


def enter_meeting(page: Page) -> Meeting:
    """Fill in the form for a new meeting as its labels say."""
    page.get_by_text("Ein Treffen steht an").click()
    kind = MeetingType.objects.get(key="owners_meeting")
    page.locator("#id_type").select_option(str(kind.pk))
    page.locator("#id_title_de").fill("Eigentümerversammlung Lindenstraße 8")
    page.locator("#id_title_en").fill("Owners' meeting Lindenstraße 8")
    page.locator("#id_starts_at").fill("2031-05-12T18:00")
    page.locator("#id_ends_at").fill("2031-05-12T20:00")
    page.locator("#id_place_de").fill("Gemeindesaal")
    page.get_by_role("button", name="Treffen anlegen", exact=True).click()
    page.wait_for_url("**/admin/invitations/meeting/**")
    return Meeting.objects.get(title_de="Eigentümerversammlung Lindenstraße 8")


def paste(visit: Visit) -> tuple[str, str]:
    """Return what lies in the clipboard, as a source view and as a mail program get it."""
    other = visit.page.context.new_page()
    other.set_content("<textarea></textarea><main contenteditable></main>")
    for field in ("textarea", "main"):
        other.locator(field).focus()
        other.keyboard.press("Control+V")
    found = other.locator("textarea").input_value(), other.locator("main").inner_html()
    other.close()
    return found


class TestJ10Invitation:
    def test_with_script_each_text_is_copied_and_that_is_said(
        self, open_tab: Tab, editor: None
    ) -> None:
        visit = open_tab(viewport=WIDE, permissions=["clipboard-write"])
        page = sign_in(visit, "redaktion")
        meeting = enter_meeting(page)
        page.goto(f"{visit.site}/admin/invitations/meeting/{meeting.pk}/change/")
        page.get_by_role("link", name="Einladung erstellen").click()
        page.get_by_role("link", name="beide").click()
        page.wait_for_load_state()
        assert not page.get_by_text("So kopieren Sie einen Text:").is_visible()
        for name in ("mail", "html", "letter", "calendar"):
            box = page.locator(f"section:has(#text-{name})")
            expected = box.locator("textarea").input_value()
            box.get_by_role("button", name="Kopieren").click()
            box.get_by_role("status").get_by_text("Kopiert").wait_for()
            source, formatted = paste(visit)
            assert source == expected
            assert ("<li" in formatted) is (name == "html")
            assert ("border-radius:8px" in formatted) is (name == "html")
            if name != "calendar":
                # In the HTML every sentence is an item of a list.
                assert GERMAN.split(". ")[0] in expected
                assert ENGLISH.split(". ")[0] in expected
        assert visit.complaints == []
        assert visit.foreign == []

    def test_without_script_the_texts_are_there_to_be_selected(
        self, open_tab: Tab, editor: None, tmp_path: Path
    ) -> None:
        visit = open_tab(viewport=WIDE, java_script_enabled=False, accept_downloads=True)
        page = sign_in(visit, "redaktion")
        meeting = enter_meeting(page)
        page.goto(f"{visit.site}/admin/invitations/meeting/{meeting.pk}/change/")
        page.get_by_role("link", name="Einladung erstellen").click()
        page.wait_for_load_state()
        assert page.get_by_role("button", name="Kopieren").count() == 0
        assert page.get_by_text("So kopieren Sie einen Text:").is_visible()
        for language, words in (("Deutsch", GERMAN), ("Englisch", ENGLISH)):
            page.get_by_role("link", name=language, exact=True).click()
            field = page.locator("#text-mail")
            assert words in field.input_value()
            assert field.get_attribute("readonly") is not None
        with page.expect_download() as started:
            page.get_by_role("link", name="Kalenderdatei herunterladen (ICS)").click()
        started.value.save_as(tmp_path / "meeting.ics")
        file = icalendar.Calendar.from_ical((tmp_path / "meeting.ics").read_text())
        assert file.walk("VEVENT")[0]["SUMMARY"] == "Owners' meeting Lindenstraße 8"

    def test_a_deviation_is_warned_of_and_said_in_every_text(
        self, open_tab: Tab, editor: None
    ) -> None:
        meeting = make_meeting()
        meeting.adjustments.create(
            safeguard=Safeguard.objects.get(key="cloud_recording"),
            value="off",
            reason_de="Der Beirat will es.",
            reason_en="The board wants it.",
        )
        visit = open_tab(viewport=WIDE)
        page = sign_in(visit, "redaktion")
        visit.go(f"/admin/invitations/meeting/{meeting.pk}/einladung/?sprache=beide")
        assert page.get_by_text("Dieses Treffen weicht von unserem Standard ab").is_visible()
        for name in ("mail", "html", "letter"):
            text = page.locator(f"#text-{name}").input_value()
            assert "Das Treffen kann aufgezeichnet oder mitgeschrieben werden." in text
            assert "The meeting can be recorded, or notes of it can be taken." in text
            assert "nicht aufgezeichnet" not in text

    @pytest.mark.parametrize(("choice", "sides"), [("de", 1), ("beide", 2)])
    def test_the_printed_code_leads_to_the_meeting(
        self, open_tab: Tab, editor: None, tmp_path: Path, choice: str, sides: int
    ) -> None:
        meeting = make_meeting(code="K0M1Q9XW2P")
        visit = open_tab(viewport=WIDE)
        page = sign_in(visit, "redaktion")
        visit.go(f"/admin/invitations/meeting/{meeting.pk}/einladung/blatt/?sprache={choice}")
        paper = page.pdf(prefer_css_page_size=True)
        # Each language has a side of its own, and each side the code.
        assert f"/Count {sides}".encode() in paper
        assert page.locator(".scan").count() == sides
        if can_rasterise():
            seen = scan(first_page(paper, tmp_path))
            width = millimetres(seen.side)
        else:
            page.emulate_media(media="print")
            seen = scan(page.locator(".scan").first.screenshot())
            width = seen.side / 96 * 25.4
        assert seen.text == for_paper(visit.site, "/T/K0M1Q9XW2P")
        assert seen.level == "M"
        assert width >= 25
        phone = Client(headers={"accept-language": "de"})
        response = phone.get(seen.text.removeprefix(for_paper(visit.site, "")), follow=True)
        assert response.redirect_chain == [("/de/treffen/k0m1q9xw2p/", 302)]
        assert "Eigentümer" in response.content.decode()


def invitation_pages() -> list[str]:
    meeting = make_meeting()
    meeting.adjustments.create(
        safeguard=Safeguard.objects.get(key="waiting_room"), value="off", reason_de="Grund."
    )
    over = Meeting.objects.order_by("starts_at")[0]
    question = Safeguard.objects.get(key="password")
    question.slug_de = "kennwort"
    question.save()
    return [
        f"/admin/invitations/meeting/{meeting.pk}/einladung/?sprache=beide",
        f"/admin/invitations/meeting/{meeting.pk}/einladung/blatt/?sprache=beide",
        f"/admin/invitations/meeting/{over.pk}/einladung/",
        "/admin/kurzlinks/",
        "/admin/kurzlinks/s/blatt/",
        "/admin/einbetten/?sprache=en",
    ]


def test_axe_finds_nothing_and_nothing_is_wider_than_a_phone(open_tab: Tab, editor: None) -> None:
    visit = open_tab(bypass_csp=True)
    sign_in(visit, "redaktion")
    found = {}
    for path in invitation_pages():
        page = visit.go(path)
        assert visit.status == 200, path
        assert page.locator("h1").count() == 1, path
        width, room = widths(page)
        assert width <= room, path
        found[path] = violations_in_both_themes(page)
    assert {path: faults for path, faults in found.items() if faults} == {}
    assert visit.foreign == []
    assert visit.complaints == []


@pytest.mark.parametrize("box", ["einladung/?sprache=beide", "einbetten"])
def test_what_is_pasted_elsewhere_is_accessible_there(
    open_tab: Tab, editor: None, box: str
) -> None:
    visit = open_tab(bypass_csp=True)
    sign_in(visit, "redaktion")
    meeting = make_meeting()
    path = "/admin/einbetten/"
    if box != "einbetten":
        path = f"/admin/invitations/meeting/{meeting.pk}/{box}"
    page = visit.go(path)
    pasted = page.locator("#text-block, #text-html").input_value()
    page.set_content(
        '<!doctype html><html lang="de"><head><title>Firma</title></head>'
        f"<body><main><h1>Firma</h1>{pasted}</main></body></html>"
    )
    assert violations_in_both_themes(page) == []
    assert visit.foreign == []
