"""Staff hear in time: 6 and 2 months before a resolution ends, and of a meeting due in a room."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st

from notices.firm.days import BERLIN
from notices.invitations.owners.reminders import due, months_before
from portal.staff.digest.sending import send_digests
from tests.factories import make_community, make_meeting, make_resolution, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def somebody_reads_mail() -> None:
    user = make_user("editor")
    user.email = "redaktion@muster.example"
    user.save()


def told_on(day: date) -> list[str]:
    mail.outbox.clear()
    with time_machine.travel(datetime(day.year, day.month, day.day, 8, tzinfo=BERLIN)):
        send_digests()
        send_digests()
    assert len(mail.outbox) <= 1
    lines = mail.outbox[0].body.splitlines() if mail.outbox else []
    return [line for line in lines if line.startswith("- ")]


def test_an_end_is_told_six_and_two_months_before_once_each() -> None:
    make_resolution(make_community(), since=date(2025, 5, 3), physical_waived=True)
    words = (
        "- GdWE Musterweg 1001: Der Beschluss (sich nur per Video treffen) endet am 2. Mai 2028."
    )
    assert told_on(date(2027, 11, 1)) == []
    assert told_on(date(2027, 11, 2)) == [words]
    assert told_on(date(2028, 3, 1)) == []
    assert told_on(date(2028, 3, 2)) == [words]
    assert told_on(date(2028, 5, 2)) == []


def test_an_end_that_was_entered_late_is_told_once() -> None:
    make_resolution(make_community(), since=date(2025, 5, 3), physical_waived=True)
    assert len(told_on(date(2028, 4, 20))) == 1
    assert told_on(date(2028, 4, 30)) == []


def test_a_new_resolution_ends_the_reminders_of_the_old_one() -> None:
    community = make_community()
    make_resolution(community, since=date(2025, 5, 3), physical_waived=True)
    make_resolution(community, since=date(2027, 10, 1), physical_waived=True)
    assert told_on(date(2028, 3, 2)) == []


class TestMeetingInARoom:
    ROOM = (
        "- GdWE Musterweg 1001: Die Eigentümer müssen sich im Jahr 2027 "
        "noch einmal vor Ort treffen."
    )

    def test_it_is_told_in_the_second_half_of_a_year(self) -> None:
        make_resolution(make_community())
        assert told_on(date(2027, 6, 29)) == []
        assert told_on(date(2027, 6, 30)) == [self.ROOM]
        assert told_on(date(2027, 10, 30)) == []
        assert told_on(date(2027, 10, 31)) == [self.ROOM]

    def test_one_that_was_held_is_enough(self) -> None:
        community = make_community()
        make_resolution(community)
        community.physical_meetings.create(held_on=date(2027, 2, 1))
        assert told_on(date(2027, 11, 1)) == []

    def test_one_in_a_room_with_others_online_is_enough(self) -> None:
        community = make_community()
        make_resolution(community)
        at = datetime(2027, 12, 1, 18, tzinfo=BERLIN)
        make_meeting(community=community, starts_at=at, place_de="Saal")
        assert told_on(date(2027, 11, 1)) == []

    def test_a_cancelled_one_or_one_without_a_room_is_not(self) -> None:
        community = make_community()
        make_resolution(community)
        at = datetime(2027, 12, 1, 18, tzinfo=BERLIN)
        make_meeting(community=community, starts_at=at, place_de="", place_en="")
        make_meeting(community=community, starts_at=at, cancelled_at=at - timedelta(days=90))
        assert told_on(date(2027, 11, 1)) == [self.ROOM]

    def test_all_owners_may_do_without(self) -> None:
        make_resolution(make_community(), physical_waived=True)
        assert told_on(date(2027, 11, 1)) == []

    def test_the_duty_ends_with_2028_and_with_newer_resolutions(self) -> None:
        make_resolution(make_community(), since=date(2028, 2, 1))
        make_resolution(make_community("2"), since=date(2026, 11, 20))
        rooms = [one for one in due(date(2028, 11, 1)) if one.about.startswith("room")]
        assert [one.community.number for one in rooms] == ["2"]
        assert not [one for one in due(date(2029, 11, 1)) if one.about.startswith("room")]


def test_a_community_that_was_given_away_is_left_alone() -> None:
    community = make_community()
    make_resolution(community)
    community.left_on = date(2027, 1, 1)
    community.save()
    assert told_on(date(2027, 11, 1)) == []


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.integers(0, 40))
def test_months_before_lands_in_the_right_month(day: date, months: int) -> None:
    found = months_before(day, months)
    assert (found.year * 12 + found.month) == day.year * 12 + day.month - months
    assert found.day == day.day or (found + timedelta(days=1)).day == 1
