"""A deviation and the meetings it touched."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from notices.firm.days import BERLIN
from notices.invitations.incidents.touched import overlap
from notices.invitations.models import Adjustment, MeetingFinding
from notices.safeguards.deviations import Deviation, deviations
from notices.safeguards.models import Finding, Promise, Safeguard
from notices.safeguards.states import Timeline
from tests.factories import (
    make_meeting,
    make_organisation,
    make_safeguard,
    record_state,
)
from tests.invitations.incidents.touching import HOUR, START, opened, text, touched


@pytest.mark.usefixtures("later")
class TestMeetings:
    def test_one_meeting_was_touched_and_the_one_after_it_was_not(
        self, recording: Safeguard, client: Client
    ) -> None:
        during = make_meeting(starts_at=START)
        after = make_meeting(starts_at=START + HOUR)
        before = make_meeting(starts_at=START - 2 * HOUR)
        assert touched(recording) == [during]
        page = text(client, during)
        assert "Das war anders, als wir es zusagen" in page
        assert "<b>Aufzeichnung:</b> von <time" in page
        # It was mended after the meeting, and its page knows.
        longer = make_meeting(starts_at=START, ends_at=START + HOUR / 2)
        assert re.search(r"<b>Aufzeichnung:</b> von .* bis .*18:45 Uhr", text(client, longer))
        for other in (after, before):
            assert "als wir es zusagen" not in text(client, other)

    def test_a_meeting_that_was_cancelled_was_not_touched(self, recording: Safeguard) -> None:
        make_meeting(starts_at=START, cancelled_at=START - HOUR)
        assert touched(recording) == []

    def test_what_was_announced_for_a_meeting_is_no_surprise_in_it(
        self, recording: Safeguard, client: Client
    ) -> None:
        meetings = [make_meeting(starts_at=START) for _one in range(3)]
        for meeting, value, at in zip(
            meetings,
            ["off", "exception", "off"],
            [START - HOUR, START - HOUR, START + HOUR],
            strict=True,
        ):
            Adjustment.objects.create(
                meeting=meeting,
                safeguard=recording,
                value=value,
                reason_de="Beschlossen.",
                recorded_at=at,
            )
        # Too weak an announcement, and one that came too late.
        assert touched(recording) == meetings[1:]
        assert "als wir es zusagen" not in text(client, meetings[0])

    def test_the_explanation_stands_beside_it(self, recording: Safeguard, client: Client) -> None:
        opened(recording).explanations.create(text_de="Wir haben es sofort geändert.")
        meeting = make_meeting(starts_at=START)
        assert "Wir haben es sofort geändert." in text(client, meeting)


@pytest.mark.django_db
def test_a_way_that_the_meeting_did_not_offer_harmed_nobody() -> None:
    make_organisation()
    masked = make_safeguard("phone_masked")
    record_state(masked, at=START - timedelta(days=9))
    record_state(masked, "not_protected", at=START - HOUR)
    with_phone = make_meeting(starts_at=START)
    make_meeting(starts_at=START, phone=False)
    assert touched(masked) == [with_phone]


@pytest.mark.django_db
def test_a_meeting_that_itself_had_the_usual_encryption_shut_nobody_out() -> None:
    make_organisation()
    full = make_safeguard("join_without_end_to_end")
    record_state(full, at=START - timedelta(days=9))
    record_state(full, "not_protected", at=START - HOUR)
    shut = make_meeting(starts_at=START)
    usual = make_meeting(starts_at=START)
    MeetingFinding.objects.create(
        meeting=usual, seen_at=START - HOUR, valid_until=START + HOUR, end_to_end=False
    )
    assert touched(full) == [shut]


class TestOverlap:
    @pytest.mark.parametrize("day", [datetime(2027, 3, 28), datetime(2027, 10, 31)])
    def test_the_hours_around_a_change_of_clocks_are_counted_once(self, day: datetime) -> None:
        """From 1:30 to 3:30 lies one hour in spring and three in autumn."""
        starts = day.replace(hour=1, minute=30, tzinfo=BERLIN).astimezone(UTC)
        ends = day.replace(hour=3, minute=30, tzinfo=BERLIN).astimezone(UTC)
        whole = Deviation(None, starts - 9 * HOUR, None)  # type: ignore[arg-type]
        found = overlap(whole, starts, ends, ends + HOUR)
        assert found
        assert found[1] - found[0] == (HOUR if day.month == 3 else 3 * HOUR)

    @given(
        seen=st.lists(st.tuples(st.integers(0, 60), st.booleans()), max_size=8),
        late=st.lists(st.integers(0, 90), min_size=8, max_size=8),
        meetings=st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=5),
        now=st.integers(0, 90),
        midnight=st.sampled_from([datetime(2027, 3, 28), datetime(2027, 10, 31)]),
    )
    def test_it_agrees_with_looking_at_every_quarter_of_an_hour(
        self,
        seen: list[tuple[int, bool]],
        late: list[int],
        meetings: list[tuple[int, int]],
        now: int,
        midnight: datetime,
    ) -> None:
        """Meetings as people type them around both changes of clocks, findings entered late."""
        base = midnight.replace(tzinfo=BERLIN).astimezone(UTC)

        def at(quarter: int) -> datetime:
            return base + quarter * HOUR / 4

        def typed(quarter: int) -> datetime:
            return (midnight + quarter * HOUR / 4).replace(tzinfo=BERLIN).astimezone(UTC)

        findings = [
            Finding(
                verdict="not_protected" if bad else "protected",
                seen_at=at(quarter),
                recorded_at=at(max(quarter, late[n])),
            )
            for n, (quarter, bad) in enumerate(dict(seen).items())
        ]
        findings.sort(key=lambda one: (one.seen_at, one.recorded_at))
        promise = Promise(value="on", effective_from=at(0), recorded_at=at(0))
        line = Timeline([promise], findings, [])

        def was_bad(quarter: int) -> bool:
            past = [one for one in findings if one.seen_at <= at(quarter)]
            return bool(past) and past[-1].verdict == "not_protected"

        found = deviations(line, at(now))
        for start, length in meetings:
            begins, ends = typed(start), typed(start + length)
            naive = any(was_bad(q) for q in range(now) if begins <= at(q) < ends)
            ours = any(overlap(one, begins, ends, at(now)) for one in found)
            assert ours == naive
        for one, following in pairwise(found):
            assert one.end
            assert one.end <= following.start
