"""For whom a meeting is held, who answers for the data, on which resolution it rests."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone, translation

from notices.firm.days import BERLIN
from notices.invitations import planning, retention
from notices.invitations.models import Meeting, MeetingType
from notices.invitations.owners.for_whom import for_whom
from notices.invitations.owners.warnings import warnings
from tests.conftest import SignIn
from tests.factories import (
    make_community,
    make_firm,
    make_meeting,
    make_organisation,
    make_resolution,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 1, 9, tzinfo=BERLIN)
BEFORE = NOW - timedelta(days=60)


@pytest.fixture(autouse=True)
def on_a_day_of_march() -> object:
    make_organisation(confirmed_at=BEFORE)
    with time_machine.travel(NOW, tick=False):
        kind = MeetingType.objects.create(
            key="owners_meeting", name_de="Versammlung", needs_resolution=True
        )
        assert kind
        yield


def text(client: Client, meeting: Meeting, language: str = "de") -> str:
    with translation.override(language):
        address = meeting.get_absolute_url()
    return " ".join(client.get(address).content.decode().split())


def virtual(**changes: Any) -> Meeting:
    return make_meeting(place_de="", place_en="", **changes)


class TestPage:
    def test_it_names_the_community_its_basis_and_its_contact(self, client: Client) -> None:
        community = make_community(at=BEFORE, name="GdWE Lindenstraße 8")
        make_resolution(community, since=date(2025, 5, 3), at=BEFORE)
        page = text(client, virtual(community=community))
        for words in (
            "GdWE Lindenstraße 8<br>Musterweg 1, 10000 Berlin",
            "Verantwortlich für Ihre Daten: GdWE Lindenstraße 8. "
            "In ihrem Auftrag handelt: Hausverwaltung Muster GmbH.",
            "Beschluss vom 3. Mai 2025, gültig bis 2. Mai 2028",
            "Objektbetreuung",
            'href="tel:+4930333333"',
        ):
            assert words in page
        english = text(client, Meeting.objects.get(), "en")
        assert "Resolution of 3 May 2025, valid until 2 May 2028" in english

    def test_with_a_room_it_rests_on_the_resolution_to_take_part_online(
        self, client: Client
    ) -> None:
        community = make_community(at=BEFORE)
        make_resolution(community, since=date(2025, 5, 3), at=BEFORE)
        make_resolution(community, "hybrid", since=date(2021, 6, 1), at=BEFORE)
        page = text(client, make_meeting(community=community))
        assert "Beschluss vom 1. Juni 2021" in page
        assert "3. Mai 2025" not in page

    @pytest.mark.parametrize(
        ("controller", "words"),
        [
            ("manager", "Verantwortlich für Ihre Daten: Hausverwaltung Muster GmbH."),
            ("joint", "Gemeinsam verantwortlich für Ihre Daten: GdWE Musterweg 1001 und"),
        ],
    )
    def test_it_says_who_answers_for_the_data(
        self, client: Client, controller: str, words: str
    ) -> None:
        community = make_community(
            at=BEFORE, controller=controller, joint_terms_de="Wir laden ein."
        )
        page = text(client, make_meeting(community=community))
        assert words in page
        assert ("Das haben beide vereinbart: Wir laden ein." in page) == (controller == "joint")

    def test_a_resolution_that_ended_is_no_basis(self, client: Client) -> None:
        community = make_community(at=BEFORE)
        make_resolution(community, since=date(2023, 5, 3), at=BEFORE)
        page = text(client, virtual(community=community))
        assert "Grundlage der Teilnahme" not in page

    def test_without_a_community_nothing_looks_different(self, client: Client) -> None:
        assert "Für wen" not in text(client, make_meeting())

    def test_what_was_said_about_a_meeting_stays(self, client: Client) -> None:
        community = make_community(at=BEFORE, name="GdWE Damals")
        make_resolution(community, since=date(2025, 5, 3), at=BEFORE)
        held = virtual(community=community, starts_at=NOW - timedelta(days=3))
        make_community(name="GdWE Heute", at=NOW - timedelta(days=1))
        make_resolution(community, since=date(2026, 9, 9), at=NOW - timedelta(days=1))
        page = text(client, held)
        assert "GdWE Damals" in page
        assert "Beschluss vom 3. Mai 2025" in page
        assert "GdWE Heute" in text(client, virtual(community=community))

    def test_what_was_first_confirmed_after_a_meeting_says_so(self, client: Client) -> None:
        community = make_community(at=NOW - timedelta(hours=1))
        held = virtual(community=community, starts_at=NOW - timedelta(days=3))
        assert "Nachgetragen am" in text(client, held)


class TestPlanning:
    def test_the_firm_that_manages_the_community_invites(self) -> None:
        firm = make_firm()
        community = make_community(firm=firm)
        meeting = virtual(community=community)
        assert planning.enter(meeting).firm == firm

    @pytest.mark.parametrize(
        ("since", "room", "words"),
        [
            (None, "", "Es ist kein Beschluss eingetragen, nach dem sich diese Eigentümer nur"),
            (None, "Saal", "Es ist kein Beschluss eingetragen, nach dem diese Eigentümer online"),
            (date(2023, 5, 3), "", "Der Beschluss vom 3. Mai 2023 galt nur bis zum 2. Mai 2026"),
            (date(2027, 4, 1), "", "Der Beschluss vom 1. April 2027 gilt erst ab dem 1. April"),
            (date(2025, 5, 3), "", ""),
        ],
    )
    def test_staff_are_warned_before_they_invite(
        self, sign_in: SignIn, since: date | None, room: str, words: str
    ) -> None:
        community = make_community(at=BEFORE)
        if since:
            make_resolution(community, since=since, at=BEFORE)
        meeting = make_meeting(community=community, place_de=room)
        staff, _ = sign_in("editor")
        for act in ("change", "einladung"):
            address = f"/admin/invitations/meeting/{meeting.pk}/{act}/"
            page = " ".join(staff.get(address).content.decode().split())
            assert words in page
            assert ("Bitte beachten:" in page) == bool(words)

    def test_a_basis_that_nobody_confirmed_does_not_count(self) -> None:
        community = make_community(at=BEFORE)
        make_resolution(community, decided_at=None, accepted=None)
        assert len(warnings(virtual(community=community), NOW)) == 2

    def test_other_meetings_need_no_resolution(self) -> None:
        kind = MeetingType.objects.create(key="other", name_de="Besprechung")
        meeting = virtual(community=make_community(at=BEFORE), type=kind)
        assert warnings(meeting, NOW) == []

    def test_an_owners_meeting_without_a_community_is_asked_for_one(self) -> None:
        assert warnings(virtual(), NOW) == []
        make_community(at=BEFORE)
        assert "für welche Gemeinschaft" in warnings(virtual(), NOW)[0]

    def test_the_invitation_says_the_same_and_gives_the_contact(self, sign_in: SignIn) -> None:
        community = make_community(at=BEFORE)
        make_resolution(community, since=date(2025, 5, 3), at=BEFORE)
        meeting = virtual(community=community)
        staff, _ = sign_in("editor")
        address = f"/admin/invitations/meeting/{meeting.pk}/einladung/"
        page = staff.get(address).content.decode()
        basis = "Grundlage der Teilnahme per Video: Beschluss vom 3. Mai 2025, gültig bis 2. Mai"
        # Mail as text, mail with formatting, letter.
        assert page.count(basis) == 3
        assert "Fragen? Objektbetreuung, Telefon 030 333 333" in page
        assert basis in staff.get(f"{address}blatt/").content.decode()


def test_an_erased_meeting_forgets_its_community() -> None:
    meeting = make_meeting(starts_at=NOW - timedelta(days=900), community=make_community())
    retention.erase(meeting, NOW - timedelta(days=1))
    assert Meeting.objects.get().community is None


def test_growth_does_not_reach_the_page() -> None:
    """What a page reads of a community is its own few rows, however many others there are."""
    community = make_community(at=BEFORE)
    meeting = virtual(community=community)
    found = for_whom(Meeting.objects.select_related("community", "type").get(), timezone.now())
    assert found
    assert found.name.startswith("GdWE Musterweg 1001")
    assert meeting.pk
