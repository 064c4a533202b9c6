"""What is derived from the checks says what reading all of them would say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notices.safeguards import recording, states
from notices.safeguards.board import timelines
from notices.safeguards.board.past import past_rows
from notices.safeguards.derived import intervals, runs
from notices.safeguards.models import Check, CheckCoverage, CoveredInterval, Finding, Safeguard
from notices.safeguards.states import Timeline
from tests.factories import make_safeguard, record_state

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

START = datetime(2024, 1, 1, tzinfo=UTC)
HOURS = st.integers(min_value=0, max_value=60 * 24)
# The moment of a check, after how long it is written down, and for how many days it holds.
CHECKS = st.lists(st.tuples(HOURS, st.integers(0, 72), st.integers(1, 9)), max_size=12)


def write(safeguard: Safeguard, at: datetime, recorded_at: datetime, days: int) -> None:
    made = Check.objects.create(at=at, recorded_at=recorded_at, source="account", outcome="done")
    row = CheckCoverage.objects.create(
        check_made=made, safeguard=safeguard, valid_until=at + timedelta(days=days)
    )
    intervals.append([row])
    runs.derive([safeguard.pk], at)


def rows() -> list[tuple[Any, ...]]:
    names = ("safeguard", "start", "end", "last_check_at", "source", "role", "confirmed")
    return list(CoveredInterval.objects.order_by("safeguard", "start").values_list(*names))


@given(checks=CHECKS, hour=HOURS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_intervals_say_of_every_moment_what_all_checks_say(
    db: None, checks: list[tuple[int, int, int]], hour: int
) -> None:
    safeguard = make_safeguard()
    found = Finding(
        safeguard=safeguard, verdict="protected", seen_at=START, recorded_at=START, source="account"
    )
    found.save()
    for at, late, days in checks:
        moment = START + timedelta(hours=at)
        write(safeguard, moment, moment + timedelta(hours=late), days)
    kept = rows()
    full = [one for pk, one in intervals.coverages_of() if pk == safeguard.pk]
    read_all = Timeline(findings=[found], coverages=full)
    derived = timelines.load().timelines[safeguard.pk]
    end = START + timedelta(days=90)
    assert states.runs(derived, end) == states.runs(read_all, end)
    for moment in (START + timedelta(hours=hour), end):
        known = timelines.load()
        row = next(
            one
            for one in past_rows(known, START, moment + timedelta(hours=1))
            if one.safeguard == safeguard
        )
        just_before = moment + timedelta(hours=1) - timedelta(microseconds=1)
        situation = states.situation_at(read_all, just_before)
        assert situation is not None
        assert row.checked_at == (situation.coverage.at if situation.coverage else None)
    assert intervals.is_right()
    intervals.rebuild()
    assert rows() == kept


def test_a_check_recorded_late_divides_or_joins_what_was_covered() -> None:
    safeguard = make_safeguard()
    write(safeguard, START, START, 2)
    write(safeguard, START + timedelta(days=5), START + timedelta(days=5), 2)
    assert CoveredInterval.objects.count() == 2
    write(safeguard, START + timedelta(days=1), START + timedelta(days=6), 5)
    only = CoveredInterval.objects.get()
    assert (only.start, only.end) == (START, START + timedelta(days=7))


def test_a_wrong_interval_is_noticed_and_rebuilt() -> None:
    record_state(make_safeguard())
    kept = rows()
    CoveredInterval.objects.update(last_check_at=START)
    assert not intervals.is_right()
    call_command("rebuild_derived", verbosity=0)
    assert rows() == kept
    CoveredInterval.objects.all().delete()
    assert not intervals.is_right()


def test_the_board_reads_as_much_after_many_checks_as_after_few() -> None:
    safeguards = [make_safeguard() for _ in range(3)]
    now = timezone.now()
    for safeguard in safeguards:
        record_state(safeguard, at=now - timedelta(days=400), check=False)

    def read(count: int) -> tuple[int, int]:
        for number in range(count):
            at = now - timedelta(hours=500 - number)
            recording.record_check(safeguards, at=at, source="account")
        with CaptureQueriesContext(connection) as queries:
            known = timelines.load()
        return len(queries), sum(len(line.coverages) for line in known.timelines.values())

    assert read(4) == read(400)
