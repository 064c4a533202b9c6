"""Recurring jobs: due when they should be, and never on two machines at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
import time_machine
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pytest_django import Settings

from notices.firm import jobs
from notices.firm.jobs import Job, Outcome, give_back, run, take
from notices.firm.models import JobRun
from portal.serving import error_pages
from tests.factories import make_organisation
from tests.machines import at_once

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
# Fewer than the pool has connections: one belongs to the test itself.
MACHINES = 6
COMMAND = "portal.management.commands.run_due_jobs.JOBS"


def nothing() -> None:
    pass


def broken() -> None:
    raise ValueError("erika@example.org is not a number")


def hourly(work: Callable[[], object] = nothing) -> Job:
    return Job("hourly", "Do it", work, timedelta(hours=1), lease=timedelta(minutes=10))


@pytest.mark.parametrize("every", [timedelta(0), timedelta(hours=1)])
def test_machines_never_run_a_job_at_once(file_database: None, every: timedelta) -> None:
    busy = threading.Lock()
    overlaps: list[str] = []

    def work() -> None:
        if not busy.acquire(blocking=False):
            overlaps.append("two at once")
            return
        time.sleep(0.02)
        busy.release()

    for attempt in range(10):
        outcomes: list[Outcome] = []
        job = Job(f"shared-{attempt}", "Shared", work, every)
        at_once([partial(_run_and_note, job, outcomes)] * MACHINES)
        assert overlaps == []
        assert len(outcomes) == MACHINES
        assert Outcome.FAILED not in outcomes
        if every:
            assert outcomes.count(Outcome.DONE) == 1


def _run_and_note(job: Job, outcomes: list[Outcome]) -> None:
    outcomes.append(run(job))


TAKERS = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from(["finish", "fail", "crash", "hold"])),
    min_size=1,
    max_size=25,
)


@pytest.mark.django_db
@examples(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TAKERS)
def test_a_lease_is_given_exactly_when_the_rules_say_so(
    attempts: list[tuple[int, str]],
) -> None:
    """A naive model: minutes on one clock, one holder, one last success."""
    JobRun.objects.all().delete()
    minute, held_until, finished_at, went_wrong = 0, 0, None, False
    job = hourly()
    for wait, then in attempts:
        minute += wait
        now = NOW + timedelta(minutes=minute)
        free = minute >= held_until
        due = finished_at is None or went_wrong or minute - finished_at >= 60
        assert take(job, now) == (free and due)
        if not (free and due):
            continue
        held_until = minute + 10
        # Until it says otherwise a run has not finished.
        went_wrong = True
        if then in ("finish", "fail"):
            with time_machine.travel(now, tick=False):
                give_back(job, now, "ValueError" if then == "fail" else "")
            held_until, finished_at, went_wrong = minute, minute, then == "fail"


@pytest.mark.django_db
def test_a_job_that_outlived_its_lease_does_not_end_the_next_one() -> None:
    job = hourly()
    late = NOW + timedelta(minutes=11)
    assert take(job, NOW)
    assert take(job, late)
    give_back(job, NOW, "")
    assert JobRun.objects.get().leased_until == late + job.lease


@pytest.mark.django_db
def test_a_job_that_is_running_elsewhere_is_left_alone() -> None:
    job = hourly(broken)
    assert take(job, timezone.now())
    assert run(job) is Outcome.ELSEWHERE


@pytest.mark.django_db
def test_a_failed_job_is_tried_again_and_keeps_no_personal_data() -> None:
    assert run(hourly(broken)) is Outcome.FAILED
    assert JobRun.objects.get().last_error == "ValueError"
    assert run(hourly()) is Outcome.DONE
    assert JobRun.objects.get().last_error == ""
    assert run(hourly()) is Outcome.NOT_DUE


@pytest.mark.django_db
def test_a_failed_job_fails_the_command_but_stops_no_other(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done = []
    other = Job("other", "The other", lambda: done.append(True), timedelta(hours=1))
    monkeypatch.setattr(COMMAND, (hourly(broken), other))
    with pytest.raises(CommandError, match="Do it"):
        call_command("run_due_jobs")
    assert done == [True]
    assert capsys.readouterr().out == "Do it: fehlgeschlagen.\nThe other: erledigt.\n"
    assert jobs.last_heartbeat(timezone.now()) is not None


@pytest.mark.django_db
def test_old_sessions_go_and_running_ones_stay(settings: Settings, tmp_path: Path) -> None:
    settings.SHARED_DIR = tmp_path
    settings.ERROR_PAGES_DIR = tmp_path / "errors"
    for seconds in (-60, 3600):
        session = SessionStore()
        session.set_expiry(seconds)
        session.create()
    call_command("run_due_jobs", verbosity=0)
    assert [one.expire_date > timezone.now() for one in Session.objects.all()] == [True]


@pytest.mark.django_db
def test_the_error_pages_are_written_once_a_day(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.SHARED_DIR = tmp_path
    settings.ERROR_PAGES_DIR = tmp_path / "errors"
    make_organisation()
    with time_machine.travel(NOW, tick=False):
        call_command("run_due_jobs")
        call_command("run_due_jobs")
    page = error_pages.folder() / "500.de.html"
    assert "030 111 111" in page.read_text(encoding="utf-8")
    told = capsys.readouterr().out
    assert told.count("Fehlerseiten schreiben: erledigt.") == 1
    assert told.count("Fehlerseiten schreiben: noch nicht fällig.") == 1
    # The timer of the next day may be a few minutes early.
    with time_machine.travel(NOW + timedelta(hours=23, minutes=50), tick=False):
        call_command("run_due_jobs")
    assert "Fehlerseiten schreiben: erledigt." in capsys.readouterr().out


@pytest.mark.django_db
def test_without_the_database_the_command_fails_with_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def down(job: Job) -> Outcome:
        raise OperationalError("connection refused")

    monkeypatch.setattr(jobs, "run", down)
    with pytest.raises(CommandError, match="Datenbank antwortet nicht"):
        call_command("run_due_jobs")


@pytest.mark.django_db
def test_a_clock_that_was_ahead_keeps_no_job_waiting() -> None:
    with time_machine.travel(NOW + timedelta(days=40), tick=False):
        assert run(hourly()) is Outcome.DONE
        jobs.beat(timezone.now())
    with time_machine.travel(NOW, tick=False):
        assert jobs.last_heartbeat(NOW) is None
        assert run(hourly()) is Outcome.DONE
        assert run(hourly()) is Outcome.NOT_DUE


@pytest.mark.django_db
def test_a_lease_taken_by_a_clock_that_was_ahead_holds_nobody_off() -> None:
    assert take(hourly(), NOW + timedelta(days=40))
    assert take(hourly(), NOW)
    assert not take(hourly(), NOW + timedelta(minutes=1))


@pytest.mark.django_db
def test_a_job_that_hangs_is_ended_and_the_next_one_runs() -> None:
    ended = []

    def hang() -> None:
        try:
            while True:
                # As a loop over mails does that survives every failure of one.
                with suppress(Exception):
                    time.sleep(30)
        finally:
            ended.append(True)

    slow = replace(hourly(hang), limit=timedelta(milliseconds=50))
    assert run(slow) is Outcome.FAILED
    assert ended == [True]
    assert JobRun.objects.get().last_error == "TookTooLong"
    assert JobRun.objects.get().leased_until is None
    assert run(hourly()) is Outcome.DONE


def test_a_hanging_job_does_not_keep_its_lease_beyond_its_limit(file_database: None) -> None:
    job = Job("stuck", "Hang", nothing, lease=timedelta(milliseconds=50), limit=timedelta(0))
    taken_at = timezone.now()
    assert take(job, taken_at)
    with jobs.holding(job, taken_at):
        time.sleep(0.1)
        assert take(job, timezone.now())
