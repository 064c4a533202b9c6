"""Staff create an invitation: texts, QR codes, the sheet and the calendar file."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import icalendar
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from notices.firm.models import Organisation
from notices.invitations.models import Adjustment, Meeting
from notices.lib import pdf
from notices.safeguards.models import Safeguard
from tests.factories import (
    make_meeting,
    make_organisation,
    make_quick_answer,
    make_safeguard,
    make_user,
    record_state,
)
from tests.pages import html_of
from tests.scanning import can_rasterise, first_page, millimetres, scan

pytestmark = pytest.mark.django_db
SITE = "https://datenschutz.example.de"
PAGES = ("invitation", "qr_svg", "qr_png", "invitation_ics", "sheet", "sheet_pdf")


@pytest.fixture(autouse=True)
def behind_an_address(settings: Any) -> None:
    settings.BASE_URL = SITE
    settings.ALLOWED_HOSTS = ["datenschutz.example.de", "testserver"]
    make_organisation()


@pytest.fixture
def recording() -> Safeguard:
    safeguard = make_safeguard("cloud_recording", max_age_days=30)
    make_quick_answer("recorded", safeguard)
    record_state(safeguard)
    return safeguard


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_user("editor"))
    return client


def address(name: str, meeting: Meeting) -> str:
    return reverse(f"admin:invitations_meeting_{name}", args=[meeting.pk])


def page(client: Client, meeting: Meeting, choice: str = "") -> str:
    asked = f"?sprache={choice}" if choice else ""
    response = client.get(address("invitation", meeting) + asked)
    assert response.status_code == 200
    return html_of(response)


def boxes(client: Client, meeting: Meeting, choice: str = "") -> dict[str, str]:
    response = client.get(address("invitation", meeting), {"sprache": choice} if choice else {})
    return {box.key: box.text for box in response.context["boxes"]}


class TestWho:
    @pytest.mark.parametrize("name", PAGES)
    def test_readers_are_sent_to_the_sign_in_and_operators_refused(
        self, client: Client, name: str
    ) -> None:
        meeting = make_meeting()
        response = client.get(address(name, meeting))
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/admin/login/")
        client.force_login(make_user("operator"))
        assert client.get(address(name, meeting)).status_code == 403

    @pytest.mark.parametrize("name", PAGES)
    def test_they_only_read(self, staff: Client, name: str) -> None:
        assert staff.post(address(name, make_meeting())).status_code == 405

    @pytest.mark.parametrize("name", PAGES)
    def test_a_meeting_that_is_not_there_is_not_found(self, staff: Client, name: str) -> None:
        assert staff.get(address(name, Meeting(pk=987654))).status_code == 404


class TestPage:
    def test_the_meeting_leads_there(self, staff: Client) -> None:
        meeting = make_meeting()
        form = reverse("admin:invitations_meeting_change", args=[meeting.pk])
        assert f'href="{address("invitation", meeting)}"' in html_of(staff.get(form))

    def test_it_has_four_boxes_in_german_english_or_both(
        self, staff: Client, recording: Safeguard
    ) -> None:
        meeting = make_meeting()
        german, english, both = (boxes(staff, meeting, one) for one in ("de", "en", "beide"))
        assert list(german) == ["mail", "html", "letter", "calendar"]
        for key in ("mail", "html", "letter"):
            assert "Satz recorded on." in german[key]
            assert "Sentence recorded on." not in german[key]
            assert "Sentence recorded on." in english[key]
            assert "Satz recorded on." not in english[key]
            assert "Satz recorded on." in both[key]
            assert "Sentence recorded on." in both[key]
        for other in ("", "<script>"):
            assert boxes(staff, meeting, other)["mail"] == german["mail"]

    def test_what_is_copied_is_what_was_computed(self, staff: Client, recording: Safeguard) -> None:
        html = page(staff, make_meeting(title_de="A & B <Haus>"), "de")
        assert "<Haus>" not in html
        assert "A &amp; B &lt;Haus&gt;" in html

    def test_it_warns_when_the_meeting_deviates(self, staff: Client, recording: Safeguard) -> None:
        meeting = make_meeting()
        assert "weicht von unserem Standard ab" not in page(staff, meeting)
        Adjustment.objects.create(
            meeting=meeting, safeguard=recording, value="off", reason_de="Der Beirat will es."
        )
        html = page(staff, meeting)
        assert "Dieses Treffen weicht von unserem Standard ab" in html
        assert "Schutz nicht aktiv. Der Beirat will es." in html

    def test_it_says_what_is_not_protected_as_usual(
        self, staff: Client, recording: Safeguard
    ) -> None:
        assert 'id="unsure"' not in page(staff, make_meeting())
        record_state(recording, "not_protected")
        html = page(staff, make_meeting())
        assert 'id="unsure"' in html
        assert "Frage recorded? Schutz nicht aktiv" in html

    @pytest.mark.parametrize(
        ("field", "text"),
        [
            ("title_de", "Treffen https://zoom.us/j/81234567890?pwd=geheim99"),
            ("title_en", "Meeting 812 3456 7890"),
            ("place_de", "Kenncode: geheim99"),
            ("place_en", "passcode: geheim99"),
        ],
    )
    def test_a_way_into_zoom_stops_every_text(
        self, staff: Client, recording: Safeguard, field: str, text: str
    ) -> None:
        # As it can only be if it was stored before the form refused it.
        meeting = make_meeting()
        Meeting.objects.filter(pk=meeting.pk).update(**{field: text})
        html = page(staff, meeting, "beide")
        assert 'id="lets-in"' in html
        assert "<textarea" not in html
        for name in ("invitation_ics", "sheet", "sheet_pdf"):
            assert staff.get(address(name, meeting)).status_code == 404

    def test_a_meeting_that_is_over_has_link_and_code_only(
        self, staff: Client, recording: Safeguard
    ) -> None:
        html = page(staff, make_meeting(timezone.now() - timedelta(days=7)))
        assert "Dieses Treffen ist vorbei." in html
        assert "<textarea" not in html
        assert "QR-Code als SVG" in html

    def test_a_cancelled_meeting_has_texts_that_say_so(
        self, staff: Client, recording: Safeguard
    ) -> None:
        meeting = make_meeting(cancelled_at=timezone.now())
        assert "Das Treffen fällt aus" in boxes(staff, meeting)["mail"]

    def test_it_works_before_the_firm_or_a_setting_is_entered(self, staff: Client) -> None:
        Organisation.objects.all().delete()
        html = page(staff, make_meeting(), "beide")
        assert "Noch ist keine Einstellung eingetragen." in html
        assert "Fragen?" not in html


class TestCode:
    def test_the_picture_leads_a_phone_to_the_meeting(self, staff: Client) -> None:
        meeting = make_meeting(code="K0M1Q9XW2P")
        response = staff.get(address("qr_png", meeting))
        assert response.headers["Content-Type"] == "image/png"
        assert 'filename="qr-K0M1Q9XW2P.png"' in response.headers["Content-Disposition"]
        seen = scan(response.content)
        assert seen.text == "https://DATENSCHUTZ.EXAMPLE.DE/T/K0M1Q9XW2P"
        assert seen.level == "M"
        assert follow(seen.text) == "/en/meetings/k0m1q9xw2p/"

    def test_the_drawing_has_the_same_modules_and_a_quiet_zone(self, staff: Client) -> None:
        response = staff.get(address("qr_svg", make_meeting()))
        assert response.headers["Content-Type"] == "image/svg+xml"
        drawing = response.content.decode()
        # 29 modules and four on either side.
        assert 'viewBox="0 0 37 37"' in drawing
        assert "M4 4h7v1H4z" in drawing

    def test_without_an_address_of_its_own_it_follows_the_request(
        self, staff: Client, settings: Any
    ) -> None:
        settings.BASE_URL = ""
        meeting = make_meeting()
        seen = scan(staff.get(address("qr_png", meeting)).content)
        assert seen.text == f"http://TESTSERVER/T/{meeting.code}"


class TestSheet:
    @pytest.mark.parametrize("choice", ["de", "en", "beide"])
    def test_it_says_the_same_as_the_texts(
        self, staff: Client, recording: Safeguard, choice: str
    ) -> None:
        meeting = make_meeting(code="K0M1Q9XW2P")
        html = html_of(staff.get(address("sheet", meeting), {"sprache": choice}))
        assert ("Satz recorded on." in html) is (choice != "en")
        assert ("Sentence recorded on." in html) is (choice != "de")
        assert "datenschutz.example.de/T/K0M1Q9XW2P" in html
        assert "Hausverwaltung Muster GmbH · Testweg 1 · 10000 Berlin" in html
        assert html.count("<h1>") == 1
        assert "style=" not in html
        assert "<style" not in html
        assert f'<html lang="{"en" if choice == "en" else "de"}" dir="ltr">' in html

    def test_a_cancelled_meeting_promises_nothing_on_paper(
        self, staff: Client, recording: Safeguard
    ) -> None:
        meeting = make_meeting(cancelled_at=timezone.now())
        html = html_of(staff.get(address("sheet", meeting)))
        assert "Das Treffen fällt aus" in html
        assert "Satz recorded" not in html

    @pytest.mark.skipif(not pdf.is_available(), reason="the PDF extra is not installed")
    def test_the_pdf_prints_a_code_that_a_phone_reads(
        self, staff: Client, recording: Safeguard, tmp_path: Path
    ) -> None:
        meeting = make_meeting(code="K0M1Q9XW2P")
        response = staff.get(address("sheet_pdf", meeting), {"sprache": "beide"})
        assert response.status_code == 200
        assert response.headers["Content-Type"] == "application/pdf"
        if not can_rasterise():
            pytest.skip("pdftoppm is not installed")
        seen = scan(first_page(response.content, tmp_path))
        assert follow(seen.text) == "/en/meetings/k0m1q9xw2p/"
        assert millimetres(seen.side) >= 25

    def test_without_the_extra_the_page_to_print_remains(
        self, staff: Client, recording: Safeguard, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pdf, "is_available", lambda: False)
        meeting = make_meeting()
        assert "Blatt als PDF" not in page(staff, meeting)
        assert "Blatt zum Drucken" in page(staff, meeting)
        assert "blatt.pdf" not in html_of(staff.get(address("sheet", meeting)))
        response = staff.get(address("sheet_pdf", meeting))
        assert response.status_code == 503
        assert "Bitte drucken Sie stattdessen diese Seite." in html_of(response)


class TestCalendar:
    @pytest.mark.parametrize(
        ("choice", "summary", "language"),
        [
            ("de", "Eigentümerversammlung", "de"),
            ("en", "Owners’ meeting", "en"),
            ("beide", "Eigentümerversammlung / Owners’ meeting", None),
        ],
    )
    def test_it_speaks_the_chosen_language(
        self, staff: Client, choice: str, summary: str, language: str | None
    ) -> None:
        meeting = make_meeting(code="K0M1Q9XW2P")
        response = staff.get(address("invitation_ics", meeting), {"sprache": choice})
        assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
        read: Any = icalendar.Calendar.from_ical(response.content.decode())
        entry = read.walk("VEVENT")[0]
        assert entry["SUMMARY"] == summary
        assert entry["SUMMARY"].params.get("LANGUAGE") == language
        assert entry["UID"] == "k0m1q9xw2p@lupe"
        lines = entry["DESCRIPTION"].splitlines()
        assert len(lines) == (2 if choice == "beide" else 1)
        assert all(line.endswith(f"{SITE}/T/K0M1Q9XW2P") for line in lines)

    def test_the_box_holds_the_same_meeting_as_the_file(self, staff: Client) -> None:
        meeting = make_meeting()
        read: Any = icalendar.Calendar.from_ical(boxes(staff, meeting)["calendar"])
        assert read.walk("VEVENT")[0]["UID"] == f"{meeting.code.lower()}@lupe"


class TestSequence:
    """Calendars take a file they know again only under a higher number."""

    @pytest.fixture
    def change(self, staff: Client) -> Callable[..., Meeting]:
        def changed(meeting: Meeting, **changes: str) -> Meeting:
            path = reverse("admin:invitations_meeting_change", args=[meeting.pk])
            form = staff.get(path).context["adminform"].form
            data = {
                name: form.get_initial_for_field(field, name) for name, field in form.fields.items()
            }
            posted = {name: value for name, value in data.items() if value not in (None, False)}
            management = {
                f"adjustments-{name}": "0"
                for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
            }
            response = staff.post(path, {**posted, **management, **changes})
            assert response.status_code == 302, response.context["errors"]
            meeting.refresh_from_db()
            return meeting

        return changed

    @pytest.mark.parametrize("field", ["title_de", "title_en", "place_de", "place_en"])
    def test_another_title_or_place_counts(
        self, change: Callable[..., Meeting], field: str
    ) -> None:
        meeting = change(make_meeting(), **{field: "Etwas anderes"})
        assert getattr(meeting, field) == "Etwas anderes"
        assert meeting.sequence == 1

    def test_saving_without_a_change_does_not(self, change: Callable[..., Meeting]) -> None:
        assert change(make_meeting()).sequence == 0


def follow(scanned: str) -> str:
    """Open what a phone scanned, as an English phone does, and return where it ends."""
    parts = urlsplit(scanned)
    assert re.fullmatch(r"https?", parts.scheme)
    phone = Client(headers={"accept-language": "en"}, SERVER_NAME=parts.hostname)
    response = phone.get(parts.path, secure=parts.scheme == "https", follow=True)
    assert response.status_code == 200
    assert len(response.redirect_chain) == 1
    return str(response.redirect_chain[0][0])
