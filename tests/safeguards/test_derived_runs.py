"""Derived runs and deviations, and pages that rest on them, say what the whole history says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from notices.firm.days import day_bounds
from notices.safeguards import states
from notices.safeguards.board import timelines
from notices.safeguards.board.now import Row, answers_at, rows_at
from notices.safeguards.board.past import past_answers, past_rows
from notices.safeguards.board.timelines import Board
from notices.safeguards.derived import intervals, parts, runs
from notices.safeguards.derived.runs import FOREVER
from notices.safeguards.deviations import deviations, told
from notices.safeguards.models import (
    Check,
    CheckCoverage,
    DeviationSpan,
    Explanation,
    Finding,
    KeptPromise,
    Promise,
    Safeguard,
    StateRun,
)
from tests.factories import (
    make_quick_answer,
    make_safeguard,
    record_state,
    write_finding,
    write_promise,
)

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

START = datetime(2024, 3, 1, tzinfo=UTC)
HOURS = st.integers(min_value=0, max_value=40 * 24)
# After how many hours it was written down.
LATE = st.sampled_from([0, 0, 1, 30, 24 * 9])
PROMISED = st.tuples(st.just("promise"), st.sampled_from(Promise.Value.values), HOURS, LATE)
# Of ten users so many were read and differ.
READ = st.sampled_from([(0, 0), (9, 0), (10, 0), (10, 2)])
VERDICTS = st.tuples(st.sampled_from(Finding.Verdict.values), READ)
FOUND = st.tuples(st.just("finding"), VERDICTS, HOURS, LATE)
CHECKED = st.tuples(st.just("check"), st.integers(1, 20), HOURS, LATE)
RECORDS = st.lists(st.one_of(PROMISED, FOUND, CHECKED), max_size=12)
MANY = settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])


def append(safeguard: Safeguard, kind: str, what: Any, hour: int, late: int) -> None:
    at = START + timedelta(hours=hour)
    recorded_at = at + timedelta(hours=late)
    if kind == "promise":
        write_promise(
            safeguard=safeguard,
            value=what,
            effective_from=at,
            recorded_at=recorded_at,
            reason_de="Grund",
        )
    elif kind == "finding":
        verdict, (read, differing) = what
        write_finding(
            safeguard=safeguard,
            verdict=verdict,
            seen_at=at,
            recorded_at=recorded_at,
            users_read=read,
            users_total=10,
            users_differing=differing,
            rests_on_users=True,
            source="account",
        )
    else:
        made = Check.objects.create(
            at=at, recorded_at=recorded_at, source="account", outcome="done"
        )
        row = CheckCoverage.objects.create(
            check_made=made, safeguard=safeguard, valid_until=at + timedelta(days=what)
        )
        intervals.append([row])
        runs.derive([safeguard.pk], at)


def derived() -> tuple[list[Any], ...]:
    told = StateRun.objects.order_by("safeguard", "start").select_related("promise")
    spans = DeviationSpan.objects.order_by("safeguard", "start").select_related("finding")
    kept = KeptPromise.objects.order_by("safeguard", "start").select_related("promise")
    return (
        [
            (one.safeguard_id, one.state, one.start, one.end, one.promise, one.recorded_late_at)
            for one in told
        ],
        [(one.safeguard_id, one.finding, one.start, one.end, one.against) for one in spans],
        [(one.safeguard_id, one.promise, one.start) for one in kept],
    )


def read_whole() -> tuple[list[Any], ...]:
    lines = sorted(timelines.load().timelines.items())
    return (
        [
            (pk, one.state.value, one.start, one.end, one.promise, one.recorded_late_at)
            for pk, line in lines
            for one in states.runs(line, FOREVER)
        ],
        [
            (pk, one.finding, one.start, one.end, one.against.value)
            for pk, line in lines
            for one in deviations(line, FOREVER)
        ],
        [(pk, one.promise, one.start) for pk, line in lines for one in told(line, FOREVER)[1]],
    )


def said_of_now(known: Board, now: datetime) -> list[Any]:
    def of(row: Row) -> tuple[Any, ...]:
        situation, deviation = row.situation, row.deviation
        return (
            *(row.safeguard.pk, row.state, row.since, situation.finding, situation.promise),
            *(situation.last_known, situation.last_known_at),
            *(deviation, row.explanations, situation.coverage and situation.coverage.at),
        )

    return [*map(of, rows_at(known, now)), *answers_at(known, now), known.next_change(now)]


def histories(known: Board, now: datetime) -> list[Any]:
    return [(row.history, row.has_older_history) for row in rows_at(known, now)]


@given(records=RECORDS, others=RECORDS, hour=HOURS, length=st.integers(1, 99))
@example(
    records=[],
    others=[
        ("promise", "on", 0, 0),
        ("finding", ("protected", (10, 2)), 0, 0),
        ("finding", ("protected", (10, 0)), 565, 0),
    ],
    hour=0,
    length=1,
)
# What is said of a deviation later than the moment of the page stands on neither.
@example(
    records=[
        ("promise", "on", 351, 0),
        ("promise", "retired", 425, 0),
        ("promise", "on", 260, 0),
        ("finding", ("not_protected", (0, 0)), 54, 0),
        ("promise", "on", 737, 0),
        ("finding", ("protected", (0, 0)), 481, 0),
        ("check", 2, 186, 0),
        ("check", 1, 211, 0),
        ("promise", "retired", 134, 0),
        ("promise", "on", 123, 0),
        ("promise", "on", 0, 0),
        ("promise", "on", 620, 0),
    ],
    others=[("promise", "on", 186, 0), ("promise", "on", 0, 0)],
    hour=843,
    length=1,
)
@MANY
def test_what_is_derived_says_what_the_whole_history_says(
    db: None, records: list[Any], others: list[Any], hour: int, length: int
) -> None:
    # No example reads the rows of the one before.
    with transaction.atomic():
        compare(records, others, hour, length)
        transaction.set_rollback(True)


def compare(records: list[Any], others: list[Any], hour: int, length: int) -> None:
    safeguard, other = make_safeguard(), make_safeguard()
    make_quick_answer(f"question-{safeguard.pk}", safeguard, other)
    for record in records:
        append(safeguard, *record)
    for record in others:
        append(other, *record)
    for finding in Finding.objects.filter(verdict="not_protected"):
        Explanation.objects.create(finding=finding, text_de="Ein Update.")
    assert derived() == read_whole()

    start = START + timedelta(hours=hour)
    end = start + timedelta(hours=length)
    whole, part = timelines.load(), timelines.load_between(start, end)
    assert past_rows(part, start, end) == past_rows(whole, start, end)
    assert past_answers(part, start, end) == past_answers(whole, start, end)

    for known in (timelines.load_since(start), timelines.load_since(end)):
        assert said_of_now(known, end) == said_of_now(whole, end)
    now = timezone.now()
    for known in (timelines.load_now(), timelines.load_now(with_history=True)):
        assert said_of_now(known, now) == said_of_now(whole, now)
    assert histories(known, now) == histories(whole, now)

    assert runs.is_right(now)
    before = derived()
    runs.rebuild()
    assert derived() == before


@given(verdict=VERDICTS, rests=st.booleans(), total=st.sampled_from([None, 0, 10]))
@MANY
def test_a_finding_that_tells_something_is_told_apart_in_sql_too(
    db: None, verdict: Any, rests: bool, total: int | None
) -> None:
    word, (read, differing) = verdict
    finding = Finding.objects.create(
        safeguard=make_safeguard(),
        verdict=word,
        seen_at=START,
        users_read=read,
        users_total=total,
        users_differing=differing,
        rests_on_users=rests,
        source="account",
    )
    tells = Finding.objects.telling().filter(pk=finding.pk).exists()
    assert tells == states.says_something(finding)


def test_wrong_or_missing_runs_and_deviations_are_noticed_and_rebuilt() -> None:
    good, bad = make_safeguard(), make_safeguard()
    record_state(good, at=timezone.now() - timedelta(days=2))
    record_state(bad, "not_protected", at=timezone.now() - timedelta(days=2))
    now, right = timezone.now(), derived()
    assert runs.is_right(now)
    for spoil in (
        lambda: StateRun.objects.filter(safeguard=good).update(state="off"),
        lambda: StateRun.objects.filter(safeguard=bad).delete(),
        lambda: DeviationSpan.objects.all().delete(),
        lambda: DeviationSpan.objects.create(
            safeguard=good, finding=Finding.objects.filter(safeguard=good).get(), start=START
        ),
    ):
        spoil()
        assert not runs.is_right(now)
        call_command("rebuild_derived", verbosity=0)
        assert derived() == right


def test_a_check_of_today_reads_no_more_of_a_long_history_than_of_a_short_one(
    django_assert_max_num_queries: Any,
) -> None:
    safeguard = make_safeguard()
    begins = timezone.now() - timedelta(days=300)
    for number in range(16):
        at = begins + timedelta(days=number)
        append_off_or_on(safeguard, at, number)
    _found, read = parts.read(timezone.now(), safeguards=[safeguard.pk])
    line = read[safeguard.pk]
    assert len(line.findings) == 1
    assert len(line.promises) == 1
    assert len(line.coverages) <= 2
    assert len(line.earlier_runs) == 1


def append_off_or_on(safeguard: Safeguard, at: datetime, number: int) -> None:
    record_state(safeguard, ["protected", "not_protected"][number % 2], at=at)


def test_a_past_day_reads_only_its_own_rows() -> None:
    safeguard = make_safeguard()
    begins = timezone.now() - timedelta(days=300)
    for number in range(16):
        append_off_or_on(safeguard, begins + timedelta(days=number), number)
    day = day_bounds((begins + timedelta(days=8)).date())
    line = timelines.load_between(*day).timelines[safeguard.pk]
    assert len(line.findings) <= 2
    assert len(line.coverages) <= 4
