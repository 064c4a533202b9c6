"""What Zoom says about one meeting itself counts only where it is weaker, and never by guess."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from notices.invitations import meeting_settings
from notices.invitations.meeting_settings import PAST_SENTENCES, SENTENCES, WEAKENS
from notices.invitations.models import Adjustment, Meeting, MeetingFinding
from notices.safeguards.models import Safeguard
from notices.safeguards.zoom.verdicts import Reading, read_meeting, verify
from tests.factories import (
    make_meeting,
    make_organisation,
    make_quick_answer,
    make_safeguard,
    record_state,
)
from tests.safeguards.zoom.answers import responses

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ID = "98765432102"
CLEAN: dict[str, Any] = {
    "password": "set",
    "settings": {
        "host_video": False,
        "participant_video": False,
        "join_before_host": False,
        "auto_start_meeting_summary": False,
        "auto_recording": "none",
        "waiting_room": True,
        "encryption_type": "e2ee",
    },
}


def body(**changes: Any) -> dict[str, Any]:
    password = changes.pop("password", "set")
    return {"password": password, "settings": {**CLEAN["settings"], **changes}}


@pytest.fixture(scope="module")
def account() -> Reading:
    return verify(responses())


def record(account: Reading, meeting: Meeting, said: object, at: datetime) -> list[MeetingFinding]:
    return meeting_settings.record(account, {ID: said}, {ID: [meeting]}, at)


class TestReading:
    def test_every_member_has_words_and_a_meaning(self, account: Reading) -> None:
        worst = body(
            host_video=True,
            participant_video=True,
            join_before_host=True,
            auto_start_meeting_summary=True,
            auto_recording="cloud",
            waiting_room=False,
            encryption_type="enhanced_encryption",
            password="",
        )
        deviating = set(read_meeting(account, worst).deviating)
        assert deviating == set(WEAKENS)
        # The encryption is what a meeting is like, and no weaker protection.
        told = deviating - {"encryption_type"}
        assert told == set(SENTENCES) == set(PAST_SENTENCES)
        assert read_meeting(account, CLEAN).deviating == []

    @pytest.mark.parametrize("name", list(CLEAN["settings"]))
    @pytest.mark.parametrize("odd", [None, 1, "", [], {}])
    def test_an_odd_value_is_unread(self, account: Reading, name: str, odd: object) -> None:
        if type(odd) is type(CLEAN["settings"][name]):
            return
        read = read_meeting(account, body(**{name: odd}))
        assert name in read.unread
        assert name not in read.deviating

    @pytest.mark.parametrize("said", [None, [], {}, "x", {"settings": None}, {"code": 3001}])
    def test_an_answer_without_settings_is_no_reading(self, account: Reading, said: object) -> None:
        assert not read_meeting(account, said).is_readable

    def test_what_the_account_does_not_tell_is_not_compared(self) -> None:
        unread = read_meeting(verify({}), body(waiting_room=False))
        assert unread.deviating == []
        assert not unread.is_readable


@pytest.mark.django_db
class TestRecording:
    def test_only_names_are_stored(self, account: Reading) -> None:
        meeting, now = make_meeting(), timezone.now()
        [finding] = record(account, meeting, body(waiting_room=False, password=""), now)
        assert finding.deviations == ["password", "waiting_room"]
        assert (finding.unread, finding.end_to_end) == ([], True)

    def test_what_could_not_be_read_changes_nothing(self, account: Reading) -> None:
        meeting, now = make_meeting(), timezone.now()
        record(account, meeting, body(waiting_room=False), now - HOUR)
        assert record(account, meeting, None, now) == []
        assert meeting.findings.count() == 1

    def test_a_deviation_stays_until_it_is_seen_mended(self, account: Reading) -> None:
        meeting, now = make_meeting(), timezone.now()
        record(account, meeting, body(waiting_room=False), now - 3 * HOUR)
        [partly] = record(account, meeting, body(waiting_room=None), now - 2 * HOUR)
        assert (partly.deviations, partly.unread) == (["waiting_room"], ["waiting_room"])
        [mended] = record(account, meeting, CLEAN, now)
        assert mended.deviations == []

    def test_a_finding_is_final_also_before_the_meeting(self, account: Reading) -> None:
        record(account, make_meeting(), body(waiting_room=False), timezone.now())
        for act in (
            lambda: MeetingFinding.objects.update(deviations=[]),
            lambda: MeetingFinding.objects.all().delete(),
            lambda: Meeting.objects.all().delete(),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                act()

    def test_it_asks_only_for_meetings_that_are_near_and_take_place(self) -> None:
        now = timezone.now()
        near = make_meeting(now + DAY)
        running = make_meeting(now + timedelta(seconds=1))
        far, cancelled, without = (make_meeting(now + d * DAY) for d in (31, 2, 3))
        cancelled.cancelled_at = now
        for number, meeting in enumerate((near, running, far, cancelled)):
            meeting.set_zoom_id(f"9876543210{number}")
            meeting.save()
        assert without.zoom_id() == ""
        asked = meeting_settings.wanted(now)
        assert {key: [one.pk for one in rows] for key, rows in asked.items()} == {
            "98765432100": [near.pk],
            "98765432101": [running.pk],
        }

    def test_an_id_without_its_key_is_not_asked_for(self, settings: Any) -> None:
        meeting = make_meeting()
        meeting.set_zoom_id(ID)
        meeting.save()
        settings.SECRET_KEY = "another key that is long enough for this portal"
        assert meeting_settings.wanted(timezone.now()) == {}

    def test_it_asks_for_a_bounded_number(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(meeting_settings, "AT_MOST", 2)
        for number in range(4):
            meeting = make_meeting(timezone.now() + (number + 1) * DAY)
            meeting.set_zoom_id(f"9876543210{number}")
            meeting.save()
        assert list(meeting_settings.wanted(timezone.now())) == ["98765432100", "98765432101"]


START = datetime(2026, 12, 10, 17, tzinfo=UTC)
names = st.lists(st.sampled_from(sorted(SENTENCES)), max_size=3, unique=True)
histories = st.lists(st.tuples(st.integers(-100, 100), names), max_size=6).map(
    lambda rows: [
        MeetingFinding(
            seen_at=START + hours * HOUR,
            valid_until=START + hours * HOUR + meeting_settings.HOLDS,
            deviations=found,
        )
        for hours, found in sorted(rows, key=lambda row: row[0])
    ]
)


@given(histories, st.integers(-100, 100))
def test_at_a_moment_the_newest_reading_counts_and_none_later(
    findings: Sequence[MeetingFinding], hours: int
) -> None:
    moment = START + hours * HOUR
    own = meeting_settings.at_moment(findings, moment)
    past = [one for one in findings if one.seen_at <= moment]
    assert own.read_at == (past[-1].seen_at if past else None)
    assert list(own.deviations) == (past[-1].deviations if past else [])
    assert own.is_due == (bool(past) and moment - past[-1].seen_at >= meeting_settings.HOLDS)


@given(histories, st.integers(1, 30))
def test_of_a_meeting_held_everything_that_was_weaker_in_it_counts(
    findings: Sequence[MeetingFinding], length: int
) -> None:
    end = START + length * HOUR
    own = meeting_settings.during(findings, START, end)
    before = [one for one in findings if one.seen_at <= START][-1:]
    inside = [one for one in findings if START < one.seen_at < end]
    expected = {name for one in before + inside for name in one.deviations}
    assert set(own.deviations) == expected
    later = [one for one in findings if one.seen_at < end]
    assert meeting_settings.during(later, START, end) == own


@pytest.mark.django_db
class TestPage:
    @pytest.fixture(autouse=True)
    def firm(self) -> None:
        make_organisation()

    @pytest.fixture
    def safeguards(self) -> dict[str, Safeguard]:
        keys = ["cloud_recording", "browser_join", "phone_join", "join_without_end_to_end"]
        keys += ["account_not_required", "phone_masked", "waiting_room"]
        made = {key: make_safeguard(key, max_age_days=366) for key in keys}
        make_quick_answer("recorded", made["cloud_recording"])
        make_quick_answer("account", made["account_not_required"], made["join_without_end_to_end"])
        for safeguard in made.values():
            record_state(safeguard, at=timezone.now() - 30 * DAY)
        return made

    def found(self, meeting: Meeting, at: datetime, *deviations: str, **changes: Any) -> None:
        MeetingFinding.objects.create(
            meeting=meeting,
            seen_at=at,
            valid_until=at + meeting_settings.HOLDS,
            deviations=list(deviations),
            **changes,
        )

    def page(self, client: Client, meeting: Meeting) -> str:
        with translation.override("en"):
            html = client.get(meeting.get_absolute_url()).content.decode()
        return " ".join(html.split())

    def test_with_a_reading_it_speaks_about_this_meeting(
        self, client: Client, safeguards: dict[str, Safeguard]
    ) -> None:
        meeting = make_meeting()
        assert "This is how our Zoom account is set." in self.page(client, meeting)
        self.found(meeting, timezone.now() - HOUR)
        html = self.page(client, meeting)
        assert "This is how this meeting is set." in html
        assert "This is how our Zoom account is set." not in html
        assert "recorded today on." in html

    def test_what_deviates_is_said_and_counts(
        self, client: Client, safeguards: dict[str, Safeguard]
    ) -> None:
        meeting = make_meeting()
        self.found(meeting, timezone.now() - HOUR, "auto_recording", "join_before_host")
        html = self.page(client, meeting)
        assert "recorded today off." in html
        assert "A recording starts by itself." in html
        assert "People can enter before we are there." in html
        assert "recorded today on." in self.page(client, make_meeting())

    def test_a_reason_of_staff_takes_the_place_of_the_plain_sentence(
        self, client: Client, safeguards: dict[str, Safeguard]
    ) -> None:
        meeting = make_meeting()
        Adjustment.objects.create(
            meeting=meeting,
            safeguard=safeguards["waiting_room"],
            value="off",
            reason_de="Grund",
            reason_en="Many people join at once.",
        )
        self.found(meeting, timezone.now() - HOUR, "waiting_room")
        html = self.page(client, meeting)
        assert "Many people join at once." in html
        assert "There is no waiting room." not in html

    def test_a_reading_too_old_falls_back_to_the_account_and_says_so(
        self, client: Client, safeguards: dict[str, Safeguard]
    ) -> None:
        meeting = make_meeting()
        self.found(meeting, timezone.now() - 3 * DAY, "auto_recording")
        html = self.page(client, meeting)
        assert "This is how our Zoom account is set." in html
        assert "are due for a check." in html
        assert "recorded today off." in html

    def test_full_encryption_of_this_meeting_shuts_browser_and_phone(
        self, client: Client, safeguards: dict[str, Safeguard]
    ) -> None:
        meeting = make_meeting()
        self.found(meeting, timezone.now() - HOUR, end_to_end=True)
        html = self.page(client, meeting)
        assert "It admits neither the browser nor the telephone." in html
        assert "In the browser</h3>" not in html
        assert "With the Zoom app</h3>" in html
        assert "account today off." in html

    def test_the_usual_encryption_of_this_meeting_opens_them_again(
        self, client: Client, safeguards: dict[str, Safeguard]
    ) -> None:
        record_state(safeguards["join_without_end_to_end"], "not_protected")
        meeting = make_meeting()
        assert "By telephone</h3>" not in self.page(client, meeting)
        self.found(meeting, timezone.now(), "encryption_type", end_to_end=False)
        html = self.page(client, meeting)
        assert "In the browser</h3>" in html
        assert "By telephone</h3>" in html
        assert "account today on." in html
        assert "Encrypted throughout: no. Zoom holds the key too." in html

    def test_too_old_a_reading_opens_no_way(
        self, client: Client, safeguards: dict[str, Safeguard]
    ) -> None:
        record_state(
            safeguards["join_without_end_to_end"], "not_protected", at=timezone.now() - DAY
        )
        meeting = make_meeting()
        self.found(meeting, timezone.now() - 3 * DAY, end_to_end=False)
        assert "In the browser</h3> <p><b>Without an account" not in self.page(client, meeting)

    def test_afterwards_it_says_in_the_past_what_was_read_until_its_end(
        self, client: Client, safeguards: dict[str, Safeguard]
    ) -> None:
        meeting = make_meeting(timezone.now() - 5 * DAY)
        self.found(meeting, meeting.starts_at - HOUR, "waiting_room")
        self.found(meeting, meeting.ends_at + HOUR, "auto_recording")
        html = self.page(client, meeting)
        assert "There was no waiting room." in html
        assert "recorded then on." in html
        assert "A recording" not in html

    def test_before_the_first_record_one_reading_makes_no_answer(
        self, client: Client, safeguards: dict[str, Safeguard]
    ) -> None:
        meeting = make_meeting(timezone.now() - 90 * DAY)
        self.found(meeting, meeting.starts_at - HOUR, end_to_end=False)
        html = self.page(client, meeting)
        assert "We have no record for that day." in html
        assert "account then on." not in html
