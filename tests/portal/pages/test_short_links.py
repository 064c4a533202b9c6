"""Short links and former addresses lead on for ever, and staff see where."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from notices.editions.models import Notice
from notices.firm.addresses import for_paper
from notices.firm.models import OldSlug
from notices.lib import pdf
from tests.factories import (
    make_edition,
    make_meeting,
    make_notice,
    make_organisation,
    make_question,
    make_safeguard,
    make_topic,
    make_user,
    record_state,
)
from tests.scanning import can_rasterise, first_page, millimetres, pictures, scan

pytestmark = pytest.mark.django_db
PAGE = "/admin/kurzlinks/"
SITE = "https://datenschutz.example.de"


@pytest.fixture(autouse=True)
def firm() -> None:
    make_organisation()


@pytest.fixture
def staff(client: Client, settings: Any) -> Client:
    settings.BASE_URL = SITE
    settings.ALLOWED_HOSTS = ["datenschutz.example.de", "testserver"]
    client.force_login(make_user("editor"))
    return client


def rename(row: Any, **slugs: str) -> None:
    for name, slug in slugs.items():
        setattr(row, name, slug)
    row.save()


class TestAnchors:
    def test_a_link_to_a_safeguard_finds_it_after_a_rename(self, client: Client) -> None:
        safeguard = make_safeguard("recording")
        record_state(safeguard)
        rename(safeguard, slug_en="no-recording", slug_de="keine-aufnahme")
        english = client.get("/en/safeguards/").content.decode()
        row = re.search(r'<li id="no-recording">.*?</li>', english, re.DOTALL)
        assert row
        assert '<span id="recording"></span>' in row[0]
        german = client.get("/de/schutz/").content.decode()
        assert '<span id="recording-de"></span>' in german
        assert '<span id="recording"></span>' not in german

    def test_a_link_to_a_question_or_its_group_finds_it_after_a_rename(
        self, client: Client
    ) -> None:
        topic = make_topic("before")
        rename(make_question("phone", topic), slug_en="telephone")
        rename(topic, slug_en="ahead")
        html = client.get("/en/questions/").content.decode()
        assert re.search(
            r'<div class="in" id="telephone">\s*(<span[^>]*></span>)*<span id="phone">', html
        )
        assert re.search(r'<h2 id="ahead">\s*<span id="before"></span>', html)

    def test_no_place_on_the_page_has_two_owners(self, client: Client) -> None:
        topic = make_topic("phone")
        question = make_question("before", topic)
        rename(topic, slug_en="ahead")
        rename(question, slug_en="phone")
        html = client.get("/en/questions/").content.decode()
        ids = re.findall(r'\bid="([^"]+)"', html)
        assert len(ids) == len(set(ids))

    def test_a_name_that_is_taken_back_is_there_once(self, client: Client) -> None:
        safeguard = make_safeguard("recording")
        record_state(safeguard)
        rename(safeguard, slug_en="other")
        rename(safeguard, slug_en="recording")
        html = client.get("/en/safeguards/").content.decode()
        assert html.count('id="recording"') == 1
        assert '<span id="other"></span>' in html


class TestDeleted:
    def test_a_deleted_question_leads_to_the_others(self, client: Client) -> None:
        question = make_question("phone")
        rename(question, slug_en="telephone")
        question.delete()
        for address in ("/en/questions/phone/", "/en/questions/telephone/"):
            response = client.get(address)
            assert (response.status_code, response.headers["Location"]) == (302, "/en/questions/")
        assert client.get("/de/fragen/phone-de/").headers["Location"] == "/de/fragen/"
        assert client.get("/en/questions/never/").status_code == 404

    def test_a_new_question_may_take_the_address_of_a_deleted_one(self, client: Client) -> None:
        make_question("phone").delete()
        make_question("phone")
        assert client.get("/en/questions/phone/").status_code == 200

    def test_what_was_published_cannot_be_deleted(self, client: Client) -> None:
        notice = make_notice("video")
        make_edition(notice)
        with pytest.raises(Exception, match="protected"):
            notice.delete()
        assert Notice.objects.filter(pk=notice.pk).exists()
        assert not OldSlug.objects.exists()


class TestPage:
    def test_only_those_who_see_meetings_see_it(self, client: Client) -> None:
        paths = [PAGE, f"{PAGE}s/qr.svg", f"{PAGE}s/blatt/", f"{PAGE}s/blatt.pdf"]
        for path in paths:
            assert client.get(path).status_code == 302
        client.force_login(make_user("operator"))
        for path in paths:
            assert client.get(path).status_code == 403

    def test_each_link_is_shown_with_where_it_leads(self, staff: Client) -> None:
        make_edition(make_notice("video", kind="privacy"))
        meeting = make_meeting(code="K0M1Q9XW2P")
        html = staff.get(PAGE).content.decode()
        for path in ("/de/schutz/", "/en/safeguards/", "/de/hinweise/video-de/"):
            assert f'href="{path}"' in html
        assert 'href="/T/K0M1Q9XW2P"' in html
        assert 'href="/en/meetings/k0m1q9xw2p/"' in html
        assert reverse("admin:invitations_meeting_invitation", args=[meeting.pk]) in html
        assert "datenschutz.example.de/S" in html

    def test_every_address_it_shows_answers(self, staff: Client) -> None:
        make_edition(notice := make_notice("video", kind="privacy"))
        make_meeting()
        record_state(safeguard := make_safeguard("recording"))
        question = make_question("phone")
        rename(notice, slug_de="neu", slug_en="new")
        rename(safeguard, slug_de="neu", slug_en="new")
        rename(question, slug_de="neu", slug_en="new")
        make_question("gone").delete()
        response = staff.get(PAGE)
        html = response.content.decode()
        assert len(response.context["former"]) == 8
        shown = re.findall(r'href="(/(?!admin|static)[^"#]*)', html)
        assert "/de/hinweise/video-de/" in shown
        assert "/en/questions/gone/" in shown
        for path in shown:
            assert staff.get(path, follow=True).status_code == 200, path
        assert "/de/schutz/#recording-de" in html
        assert "/de/schutz/#neu" in html

    @pytest.mark.parametrize(("letter", "end"), [("s", "/en/safeguards/"), ("h", "/en/notices/")])
    def test_its_codes_lead_a_phone_there(self, staff: Client, letter: str, end: str) -> None:
        seen = scan(staff.get(f"{PAGE}{letter}/qr.png").content)
        assert seen.text == for_paper(SITE, f"/{letter}")
        assert seen.level == "M"
        path = seen.text.removeprefix(for_paper(SITE, ""))
        response = Client(headers={"accept-language": "en"}).get(path)
        assert (response.status_code, response.headers["Location"]) == (302, end)
        assert staff.get(f"{PAGE}{letter}/qr.svg").headers["Content-Type"] == "image/svg+xml"

    def test_there_are_no_other_codes(self, staff: Client) -> None:
        for path in ("t/qr.png", "t/blatt/", "x/blatt.pdf", "s/qr.exe"):
            assert staff.get(PAGE + path).status_code == 404, path

    def test_the_sheet_speaks_both_languages(self, staff: Client) -> None:
        html = staff.get(f"{PAGE}s/blatt/").content.decode()
        assert "So schützen wir Sie in Videotreffen" in html
        assert "How we protect you in video meetings" in html
        assert "Fragen? Hausverwaltung Muster, Telefon 030 111 111" in html
        assert "style=" not in html

    @pytest.mark.skipif(
        not (pdf.is_available() and can_rasterise()), reason="no PDF extra or no pdftoppm here"
    )
    def test_the_printed_sheet_is_read_by_a_phone(self, staff: Client, tmp_path: Path) -> None:
        sheet = staff.get(f"{PAGE}h/blatt.pdf").content
        assert pictures(sheet) == ["datenschutz.example.de/H"]
        seen = scan(first_page(sheet, tmp_path))
        assert seen.text == for_paper(SITE, "/h")
        assert millimetres(seen.side) >= 25
