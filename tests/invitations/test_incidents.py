"""A deviation and the meetings it touched: who is told what, and what the officer decided."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from notices.firm.days import BERLIN, day_of
from notices.invitations.incidents import deciding
from notices.invitations.incidents.touched import meetings_of, overlap
from notices.invitations.models import Adjustment, IncidentDecision, Meeting, MeetingFinding
from notices.safeguards.board import timelines
from notices.safeguards.deviations import Deviation, deviations
from notices.safeguards.models import Finding, Promise, Safeguard
from notices.safeguards.states import Timeline
from portal.evidence.gathering import gather
from portal.evidence.periods import Period
from tests.conftest import SignIn
from tests.factories import (
    make_firm,
    make_meeting,
    make_organisation,
    make_safeguard,
    record_state,
)

HOUR = timedelta(hours=1)
START = datetime(2027, 3, 1, 18, tzinfo=BERLIN)
NOW = START + timedelta(days=2)


@pytest.fixture
def recording(db: None) -> Safeguard:
    """Protected at first, not protected from a quarter past the start for half an hour."""
    make_organisation(confirmed_at=START - timedelta(days=90))
    safeguard = make_safeguard("cloud_recording", name_de="Aufzeichnung", name_en="Recording")
    record_state(safeguard, at=START - timedelta(days=30))
    record_state(safeguard, "not_protected", at=START + HOUR / 4)
    record_state(safeguard, at=START + HOUR * 3 / 4)
    return safeguard


@pytest.fixture
def later(recording: Safeguard) -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def opened(safeguard: Safeguard) -> Finding:
    return Finding.objects.get(safeguard=safeguard, verdict="not_protected")


def touched(safeguard: Safeguard, now: datetime = NOW) -> list[Meeting]:
    (one,) = deviations(timelines.load().timelines[safeguard.pk], now)
    found = meetings_of(safeguard, one, now)
    return [each.meeting for each in found if not each.is_announced]


def text(client: Client, meeting: Meeting) -> str:
    return " ".join(client.get(meeting.get_absolute_url()).content.decode().split())


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


@pytest.mark.usefixtures("later")
class TestStaff:
    @pytest.fixture
    def address(self, recording: Safeguard) -> str:
        make_meeting(starts_at=START)
        return f"/admin/abweichungen/{opened(recording).pk}/"

    def test_it_counts_and_names_the_meetings_and_drafts_the_message(
        self, sign_in: SignIn, address: str, recording: Safeguard
    ) -> None:
        staff, _ = sign_in("editor")
        assert address in staff.get("/admin/abweichungen/").content.decode()
        page = staff.get(address)
        assert "1 Treffen war betroffen" in " ".join(page.content.decode().split())
        texts = {code: words for code, _name, words in page.context["participants"]}
        for words in (
            "Eigentümerversammlung, 1. März 2027, 18 Uhr: http://testserver/T/",
            "Eine Schutzeinstellung war anders, als wir es zusagen: Aufzeichnung.",
            "Von wann bis wann: von 1. März 2027, 18:15 Uhr bis 1. März 2027, 18:45 Uhr",
            "Was das für Sie heißt: cloud_recording bedeutet off.",
            "Die Einstellung stimmt wieder seit 1. März 2027, 18:45 Uhr.",
            "Hausverwaltung Muster, Telefon 030 111 111",
        ):
            assert words in texts["de"]
        assert "What it means for you: cloud_recording means off." in texts["en"]
        assert "from 1 March 2027, 18:15 until 1 March 2027, 18:45" in texts["en"]

    def test_those_of_one_meeting_learn_nothing_about_another(
        self, sign_in: SignIn, address: str
    ) -> None:
        first = Meeting.objects.get()
        firm = make_firm("Wohnbau Muster")
        other = make_meeting(starts_at=START, title_de="Beirat Nord", firm=firm)
        staff, _ = sign_in("editor")
        for meeting, stranger, name in (
            (first, other, "Hausverwaltung"),
            (other, first, "Wohnbau"),
        ):
            page = staff.get(f"{address}?treffen={meeting.code}")
            for _code, _name, words in page.context["participants"]:
                assert meeting.code in words
                assert stranger.code not in words
                assert f"{name} Muster, " in words
            assert f"treffen={stranger.code}#message" in page.content.decode()
        note = staff.get(address).context["officer"][0][2]
        assert first.code in note
        assert other.code in note

    def test_many_meetings_are_counted_and_stand_on_several_pages(
        self, sign_in: SignIn, address: str
    ) -> None:
        for _one in range(60):
            make_meeting(starts_at=START)
        staff, _ = sign_in("editor")
        first = staff.get(address)
        assert "61 Treffen waren betroffen" in " ".join(first.content.decode().split())
        shown = [
            set(re.findall("treffen=([A-Z0-9]{10})#", page.content.decode()))
            for page in (first, staff.get(f"{address}?seite=2"))
        ]
        assert [len(codes) for codes in shown] == [50, 11]
        assert not shown[0] & shown[1]
        assert "und 11 weitere" in first.context["officer"][0][2]

    def test_nobody_has_to_be_told_if_nobody_met(
        self, sign_in: SignIn, recording: Safeguard
    ) -> None:
        staff, _ = sign_in("editor")
        page = staff.get(f"/admin/abweichungen/{opened(recording).pk}/")
        assert page.context["participants"] == []
        assert 'id="message"' not in page.content.decode()

    def test_the_note_bears_the_clock_of_72_hours(self, sign_in: SignIn, address: str) -> None:
        staff, _ = sign_in("reviewer")
        note = {code: words for code, _name, words in staff.get(address).context["officer"]}
        assert "Bekannt seit: 1. März 2027, 18:15 Uhr" in note["de"]
        assert "Die 72 Stunden enden am 4. März 2027, 18:15 Uhr: Es bleiben noch 24" in note["de"]
        with time_machine.travel(START + timedelta(days=9), tick=False):
            page = sign_in("reviewer")[0].get(address)
        assert page.context["clock"].startswith("Die 72 Stunden sind seit dem 4. März 2027")

    def test_the_officer_decides_with_a_reason_and_it_stays(
        self, sign_in: SignIn, address: str
    ) -> None:
        officer, user = sign_in("reviewer")
        sent = {
            "known_at": "2027-03-01T19:00",
            "decision": "no_report",
            "reason": "Niemand sprach.",
        }
        missing = officer.post(address, {**sent, "reason": " "}).content.decode()
        assert "field-error" in missing
        early = officer.post(address, {**sent, "known_at": "2027-03-01T18:00"}).content.decode()
        assert "Bekannt sein kann es nicht, bevor es da war" in early
        assert not IncidentDecision.objects.exists()
        officer.post(address, sent)
        officer.post(address, {**sent, "decision": "reported", "reason": "Doch ein Risiko."})
        rows = IncidentDecision.objects.all()
        assert [(one.decision, one.recorded_by) for one in rows] == [
            ("no_report", user),
            ("reported", user),
        ]
        page = officer.get(address)
        assert "Niemand sprach." in page.content.decode()
        # Once decided, nothing counts down any more.
        assert page.context["clock"] == ""
        for act in (lambda: rows.update(reason="x"), lambda: rows.all().delete()):
            with pytest.raises(DatabaseError), transaction.atomic():
                act()

    def test_who_drafts_does_not_decide(self, sign_in: SignIn, address: str) -> None:
        editor, _ = sign_in("editor")
        assert "Entscheidung eintragen" not in editor.get(address).content.decode()
        sent = {"known_at": "2027-03-01T19:00", "decision": "no_report", "reason": "x"}
        assert editor.post(address, sent).status_code == 403
        assert sign_in("operator")[0].get(address).status_code == 403

    def test_the_evidence_holds_the_meetings_and_the_decision(
        self, address: str, recording: Safeguard, reviewer: User
    ) -> None:
        deciding.decide(
            opened(recording),
            decision="no_report",
            known_at=START + HOUR,
            reason="Niemand sprach.",
            by=reviewer,
        )
        meeting = Meeting.objects.get()

        def gap(known_at: datetime | None) -> dict[str, Any]:
            period = Period(day_of(START), day_of(START), known_at)
            (found,) = gather(period).data["safeguards"][0]["deviations"]
            return dict(found)

        assert gap(None)["meetings"] == [
            {
                "code": meeting.code,
                "from": START + HOUR / 4,
                "until": START + HOUR * 3 / 4,
                "announced": False,
            }
        ]
        (decision,) = gap(None)["decisions"]
        assert (decision["reason"], decision["role"]) == ("Niemand sprach.", "reviewer")
        assert gap(NOW - HOUR)["decisions"] == []
