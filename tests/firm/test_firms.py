"""Several firms under one management: each is named where it stands for something, one speaks."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from notices.editions.integrity.digests import edition_digest
from notices.editions.models import Edition
from notices.invitations.models import Meeting
from portal.evidence.gathering import gather
from portal.evidence.periods import Period
from tests.conftest import SignIn
from tests.editions.admin.test_editions import approved, begin, change, fields
from tests.factories import make_edition, make_firm, make_meeting, make_notice, make_organisation
from tests.turns import seen

pytestmark = pytest.mark.django_db
SPEAKS, FURTHER = "Hausverwaltung Muster GmbH", "Wohnbau Muster GmbH"


def text(client: Client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


@pytest.fixture
def two_firms() -> None:
    make_organisation()
    make_firm()


@pytest.mark.parametrize("address", ["/de/kontakt/", "/de/impressum/", "/en/imprint/"])
@pytest.mark.usefixtures("two_firms")
def test_contact_and_imprint_name_every_firm_the_speaking_one_first(
    client: Client, address: str
) -> None:
    make_edition(make_notice("imprint", "imprint"))
    page = text(client, address)
    assert page.index(SPEAKS) < page.index(FURTHER)
    assert 'href="tel:+4930222222"' in page


def test_with_one_firm_no_page_speaks_of_firms(client: Client) -> None:
    make_organisation()
    notice = make_edition(make_notice("privacy")).notice
    for address in (notice.get_absolute_url(), "/de/kontakt/"):
        assert "gilt für:" not in text(client, address)
        assert "Wohnbau" not in text(client, address)


@pytest.mark.usefixtures("two_firms")
def test_a_notice_says_for_which_firms_it_holds(client: Client) -> None:
    notice = make_edition(make_notice("privacy")).notice
    assert f"Dieser Text gilt für: {SPEAKS}, {FURTHER}" in text(client, notice.get_absolute_url())


@pytest.mark.usefixtures("two_firms")
def test_the_feed_names_both_as_its_authors(client: Client) -> None:
    feed = client.get("/de/aenderungen.atom").content.decode()
    assert "<name>Hausverwaltung Muster · Wohnbau Muster</name>" in feed


class TestMeetings:
    def test_the_page_bears_the_name_and_the_number_of_the_firm_that_invites(
        self, client: Client
    ) -> None:
        make_organisation()
        meeting = make_meeting(firm=make_firm(service_name_de="Wohnbau und Video"))
        page = text(client, meeting.get_absolute_url())
        assert "<b>Wohnbau Muster</b>" in page
        assert "Wohnbau und Video" in page
        assert 'href="tel:+4930222222"' in page
        assert 'href="tel:+4930111111"' not in page

    def test_a_firm_without_a_name_for_the_service_uses_that_of_the_profile(
        self, client: Client
    ) -> None:
        make_organisation()
        page = text(client, make_meeting(firm=make_firm()).get_absolute_url())
        assert "<b>Wohnbau Muster</b><span >Datenschutz bei Videotreffen</span>" in page

    @pytest.mark.usefixtures("two_firms")
    def test_without_one_of_its_own_the_speaking_firm_invites(self, client: Client) -> None:
        page = text(client, make_meeting().get_absolute_url())
        assert "<b>Hausverwaltung Muster</b>" in page
        assert 'href="tel:+4930222222"' not in page

    def test_letter_and_calendar_come_from_the_firm_that_invites(self, sign_in: SignIn) -> None:
        make_organisation()
        staff, _ = sign_in("editor")
        meeting = make_meeting(firm=make_firm())
        address = f"/admin/invitations/meeting/{meeting.pk}/einladung/"
        assert "Wohnbau Muster, Telefon 030 222 222" in text(staff, address)
        sheet = text(staff, f"{address}blatt/")
        assert FURTHER in sheet
        assert SPEAKS not in sheet
        assert "wohnbau@muster.example" in staff.get(f"{address}termin.ics").content.decode()

    def test_staff_are_asked_for_the_firm_only_if_there_are_several(self, sign_in: SignIn) -> None:
        make_organisation()
        staff, _ = sign_in("editor")
        meeting = make_meeting()
        address = f"/admin/invitations/meeting/{meeting.pk}/change/"
        assert 'name="firm"' not in text(staff, address)
        firm = make_firm()
        assert 'name="firm"' in text(staff, address)
        sent = {
            "type": meeting.type_id,
            **{"title_de": "Titel", "language": "de", "app": "on", "firm": firm.pk},
            **{"adjustments-TOTAL_FORMS": 0, "adjustments-INITIAL_FORMS": 0},
            "seen": seen(meeting),
        }
        staff.post(address, sent)
        assert Meeting.objects.get().firm == firm


class TestSignatures:
    @pytest.fixture
    def letter(self) -> Edition:
        make_organisation()
        return make_edition(make_notice("letter", "letter"))

    def test_two_firms_sign_one_letter_and_their_names_stay(
        self, sign_in: SignIn, client: Client, letter: Edition
    ) -> None:
        firm = make_firm()
        author, _ = sign_in("editor")
        draft = begin(author, letter)
        both = {"signed_by": [SPEAKS, FURTHER], "_submit": "1"}
        author.post(change(draft), {**fields(draft), **both})
        approved(sign_in("reviewer")[0], draft)
        # A later name does not reach back.
        firm.legal_name = "Anders GmbH"
        firm.save()
        sealed = Edition.objects.get(pk=draft.pk)
        page = text(client, sealed.notice.get_absolute_url())
        assert "Unterzeichnet von: <br> <b>Hausverwaltung Muster GmbH</b>" in page
        assert f"<b>{FURTHER}</b>" in page
        assert sealed.digest == edition_digest(sealed)
        sealed.signed_by = [SPEAKS]
        assert sealed.digest != edition_digest(sealed)

    def test_a_letter_of_one_firm_asks_for_no_signature(
        self, sign_in: SignIn, letter: Edition
    ) -> None:
        author, _ = sign_in("editor")
        assert 'name="signed_by"' not in text(author, change(begin(author, letter)))

    def test_a_privacy_notice_is_not_signed(self, sign_in: SignIn) -> None:
        make_organisation()
        make_firm()
        author, _ = sign_in("editor")
        assert 'name="signed_by"' not in text(author, change(begin(author, make_edition())))


@pytest.mark.usefixtures("two_firms")
def test_the_evidence_names_every_firm() -> None:
    data = gather(Period(date(2026, 1, 1), date(2026, 1, 2))).data
    assert data["further_firms"] == [
        {"name": FURTHER, "address": f"{FURTHER}, Testweg 1, 10000 Berlin"}
    ]
