"""What a reading of the account appends to the history, and what it leaves alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from notices.safeguards import check_requests, recording
from notices.safeguards.board import timelines
from notices.safeguards.by_hand import reporting
from notices.safeguards.checking import (
    EVERY,
    TRY_AGAIN,
    Recorded,
    is_due,
    judge,
    record_failure,
    record_reading,
)
from notices.safeguards.deviations import deviations
from notices.safeguards.models import Attestation, Check, CheckCoverage, Finding, Safeguard, Source
from notices.safeguards.states import State
from notices.safeguards.zoom.errors import Unreachable
from notices.safeguards.zoom.verdicts import ACCOUNT_LOCKS, ACCOUNT_SETTINGS, USER_SETTINGS, USERS
from tests.factories import make_safeguard, make_user, record_state
from tests.safeguards.zoom.answers import ALL_PROTECTED, USER, USER_DIFFERS, responses

pytestmark = pytest.mark.django_db
DRIFTED = "02-drifted.json"


@pytest.fixture
def connected(settings: Settings) -> None:
    settings.ZOOM_ACCOUNT_ID = "acc"
    settings.FOUR_EYES = True


def account(key: str, **changes: Any) -> Safeguard:
    """Make a safeguard that is read from the account and promised since yesterday."""
    safeguard = make_safeguard(key, checked_by="account", **changes)
    record_state(safeguard, "unknown", at=timezone.now() - timedelta(days=1), check=False)
    return safeguard


def check(answers: dict[str, Any] | str = ALL_PROTECTED, at: datetime | None = None) -> Recorded:
    seen = judge(responses(answers) if isinstance(answers, str) else answers)
    return record_reading(seen, at=at or timezone.now())


def state_now(safeguard: Safeguard) -> State | None:
    return timelines.load().state_of(safeguard.key, timezone.now())


def settings_of(answers: dict[str, Any], option: str = "default") -> dict[str, Any]:
    body: dict[str, Any] = answers[ACCOUNT_SETTINGS][option]
    return body


def closed_deviations(safeguard: Safeguard) -> list[bool]:
    """Return for each deviation whether it is closed."""
    timeline = timelines.load().timelines[safeguard.pk]
    return [one.end is not None for one in deviations(timeline, timezone.now())]


def test_a_check_covers_what_it_read_and_appends_what_differs() -> None:
    cloud = account("cloud_recording")
    recorded = check()
    assert state_now(cloud) is State.ON
    assert (recorded.check.source, recorded.check.outcome) == (Source.ACCOUNT, "done")
    [finding] = recorded.findings
    assert (finding.verdict, finding.lock, finding.users_read) == ("protected", "locked", 2)
    assert finding.evidence == {"recording.cloud_recording": False}


def test_the_same_reading_twice_appends_a_check_but_no_finding() -> None:
    cloud = account("cloud_recording")
    check()
    assert check().findings == []
    assert cloud.findings.filter(source=Source.ACCOUNT).count() == 1
    assert cloud.coverages.count() == 2


def test_a_by_hand_safeguard_is_never_touched_even_if_the_api_could_read_it() -> None:
    by_hand = make_safeguard("cloud_recording")
    manual = account("chat_encryption")
    recorded = check(DRIFTED)
    assert recorded.findings == []
    assert not by_hand.coverages.exists()
    assert not manual.coverages.exists()


@pytest.mark.parametrize("value", ["absent", None, 0, "false"])
def test_an_absent_null_or_mistyped_field_is_unknown_at_once(value: object) -> None:
    cloud = account("cloud_recording")
    check()
    answers = responses()
    if value == "absent":
        del settings_of(answers)["recording"]["cloud_recording"]
    else:
        settings_of(answers)["recording"]["cloud_recording"] = value
    check(answers)
    assert state_now(cloud) is State.DUE


def test_a_refused_call_changes_nothing_and_renews_nothing() -> None:
    waiting_room, cloud = account("waiting_room"), account("cloud_recording")
    check(at=timezone.now() - timedelta(hours=1))
    answers = responses()
    del answers[ACCOUNT_SETTINGS]["meeting_security"]
    recorded = check(answers)
    assert waiting_room in recorded.unread
    assert state_now(waiting_room) is State.ON
    assert (waiting_room.coverages.count(), cloud.coverages.count()) == (1, 2)


def test_what_no_check_renews_falls_due_at_its_age_limit() -> None:
    account("waiting_room", max_age_days=1)
    long_ago = timezone.now() - timedelta(hours=23)
    check(at=long_ago)
    answers = responses()
    del answers[ACCOUNT_SETTINGS]["meeting_security"]
    check(answers)
    read = timelines.load()
    assert read.state_of("waiting_room", timezone.now()) is State.ON
    assert read.state_of("waiting_room", long_ago + timedelta(days=1)) is State.DUE


def test_the_older_fields_do_not_speak_for_a_refused_call() -> None:
    password = account("password")
    check(at=timezone.now() - timedelta(hours=1))
    answers = responses()
    del answers[ACCOUNT_SETTINGS]["meeting_security"]
    for name in list(settings_of(answers)["schedule_meeting"]):
        if name.startswith("require_password"):
            del settings_of(answers)["schedule_meeting"][name]
    assert password in check(answers).unread
    assert state_now(password) is State.ON


def test_one_field_that_is_off_is_published_even_if_another_call_was_refused() -> None:
    password = account("password")
    answers = responses()
    del answers[ACCOUNT_SETTINGS]["meeting_security"]
    settings_of(answers)["schedule_meeting"]["require_password_for_scheduling_new_meetings"] = False
    check(answers)
    assert state_now(password) is State.OFF


def test_locks_that_could_not_be_read_are_not_claimed() -> None:
    cloud = account("cloud_recording")
    check()
    answers = responses()
    del answers[ACCOUNT_LOCKS]
    check(answers)
    newest = cloud.findings.last()
    assert newest is not None
    assert (newest.verdict, newest.lock) == ("protected", "unknown")


@pytest.mark.parametrize("lost", ["the list", "one user"])
def test_users_that_differed_are_not_better_because_nobody_could_read_them(lost: str) -> None:
    cloud = account("cloud_recording")
    check(USER_DIFFERS)
    assert (state_now(cloud), closed_deviations(cloud)) == (State.EXCEPTION, [False])
    answers = responses()
    if lost == "the list":
        del answers[USERS], answers[USER_SETTINGS]
    else:
        del answers[USER_SETTINGS][USER]
    assert cloud in check(answers).unread
    assert (state_now(cloud), closed_deviations(cloud)) == (State.EXCEPTION, [False])
    check()
    assert (state_now(cloud), closed_deviations(cloud)) == (State.ON, [True])


def test_a_hand_recorded_state_that_the_account_contradicts_becomes_a_deviation() -> None:
    cloud = account("cloud_recording")
    record_state(cloud, at=timezone.now() - timedelta(hours=1))
    assert closed_deviations(cloud) == []
    check(DRIFTED)
    assert (state_now(cloud), closed_deviations(cloud)) == (State.OFF, [False])
    check()
    assert (state_now(cloud), closed_deviations(cloud)) == (State.ON, [True])


def test_what_was_reported_while_the_account_was_read_is_newer() -> None:
    cloud = account("cloud_recording")
    check()
    began_at = timezone.now()
    reporting.report_change(cloud, "off", by=make_user(), reason_de="Eine Panne.")
    assert check(at=began_at).findings == []
    assert state_now(cloud) is State.OFF


@pytest.mark.usefixtures("connected")
def test_a_failed_check_is_on_record_and_leaves_the_findings() -> None:
    cloud = account("cloud_recording")
    check()
    findings = Finding.objects.count()
    failed = record_failure(Unreachable(), at=timezone.now())
    assert failed is not None
    assert (failed.outcome, failed.error) == ("failed", Unreachable().sentence)
    assert (Finding.objects.count(), failed.coverages.count()) == (findings, 0)
    assert state_now(cloud) is State.ON


def test_a_crash_in_the_middle_leaves_nothing_half(monkeypatch: pytest.MonkeyPatch) -> None:
    account("cloud_recording")
    findings = Finding.objects.count()

    def crash(*args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(CheckCoverage.objects, "bulk_create", crash)
    with pytest.raises(RuntimeError):
        check()
    assert (Check.objects.count(), Finding.objects.count()) == (0, findings)


@pytest.mark.usefixtures("connected")
class TestWithAConnectedAccount:
    def test_better_and_renewal_by_hand_are_refused(self) -> None:
        cloud = account("cloud_recording")
        check(DRIFTED)
        with pytest.raises(reporting.ReadFromAccount):
            reporting.report_change(cloud, "on", by=make_user(), reason_de="Wieder an.")
        check()
        with pytest.raises(reporting.ReadFromAccount):
            reporting.report_change(cloud, "on", by=make_user(), reason_de="Geprüft.")
        assert not Attestation.objects.exists()

    def test_worse_is_taken_at_once(self) -> None:
        cloud = account("cloud_recording")
        check()
        reporting.report_change(cloud, "off", by=make_user(), reason_de="Eine Panne.")
        assert state_now(cloud) is State.OFF

    def test_a_promise_that_lags_behind_the_account_can_be_renewed(self) -> None:
        cloud = account("cloud_recording")
        reporting.report_change(cloud, "off", by=make_user(), reason_de="Wir nehmen auf.")
        check()
        findings, checks = Finding.objects.count(), Check.objects.count()
        report = reporting.report_change(cloud, "on", by=make_user(), reason_de="Nicht mehr.")
        assert report is not None
        reporting.confirm(report, by=make_user("reviewer"))
        promise = cloud.promises.last()
        assert promise is not None
        assert promise.value == "on"
        # What the account is like is still what the check saw.
        assert (Finding.objects.count(), Check.objects.count()) == (findings, checks)

    def test_what_the_api_cannot_read_is_still_attested_by_hand(self) -> None:
        chat = make_safeguard("chat_encryption")
        assert reporting.report_change(chat, "on", by=make_user(), reason_de="Geprüft.")

    def test_the_account_is_due_at_once_then_every_six_hours(self) -> None:
        now = timezone.now()
        assert is_due(now)
        check(at=now - timedelta(minutes=1))
        assert not is_due(now)
        assert is_due(now + EVERY)

    def test_a_request_makes_it_due_until_a_check_that_began_later(self) -> None:
        began_at = timezone.now()
        check(at=began_at)
        check_requests.request_reread()
        check_requests.reread_was_done(began_at)
        assert is_due(timezone.now())
        check_requests.reread_was_done(timezone.now())
        assert not is_due(timezone.now())

    def test_a_failed_check_is_tried_again_after_an_hour_even_if_asked_for(self) -> None:
        now = timezone.now()
        record_failure(Unreachable(), at=now)
        check_requests.request_reread()
        assert not is_due(now)
        assert is_due(now + TRY_AGAIN)


def test_without_an_account_no_check_is_due() -> None:
    check_requests.request_reread()
    assert not is_due(timezone.now())


@pytest.mark.parametrize(("answers", "expected"), [(ALL_PROTECTED, "on"), (DRIFTED, "off")])
def test_what_the_account_returns_again_is_retired_no_more(answers: str, expected: str) -> None:
    cloud, integrations = account("cloud_recording"), account("integrations")
    for safeguard in (cloud, integrations):
        recording.record_promise(
            safeguard, "retired", effective_from=timezone.now() - timedelta(hours=2)
        )
    given = responses(answers)
    del settings_of(given)["integration"]
    check(given)
    assert state_now(cloud) == expected
    assert closed_deviations(cloud) == ([False] if expected == "off" else [])
    assert state_now(integrations) is State.RETIRED
