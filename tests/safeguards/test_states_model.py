"""The state of a safeguard agrees with a naive model that looks at every row at every moment."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.safeguards import states
from notices.safeguards.deviations import deviations
from notices.safeguards.states import State, Timeline

from .test_states import Promise, at, check, finding, promise

pytestmark = pytest.mark.thorough


def naive_state(line: Timeline, moment: datetime) -> State | None:
    """Decide by reading every row, straight from the words of the design."""
    promises = [row for row in line.promises if row.effective_from <= moment]
    findings = [row for row in line.findings if row.seen_at <= moment]
    checks = [row for row in line.coverages if row.at <= moment]
    if not promises and not findings:
        return None
    promised = promises[-1].value if promises else "on"
    if promised == "retired":
        return State.RETIRED
    if not findings or findings[-1].verdict == "unknown":
        return State.DUE
    if not checks or moment >= checks[-1].valid_until:
        return State.DUE
    if findings[-1].verdict == "not_protected":
        return State.OFF
    if findings[-1].differs_below or promised == "exception":
        return State.EXCEPTION
    return State.ON


days = st.integers(0, 40)
timelines = st.builds(
    lambda promises, findings, checks: Timeline(
        sorted(promises, key=lambda row: row.effective_from),
        sorted(findings, key=lambda row: row.seen_at),
        sorted(checks, key=lambda row: row.at),
    ),
    st.lists(st.builds(promise, st.sampled_from(["on", "exception", "off", "retired"]), days)),
    st.lists(
        st.builds(
            finding,
            st.sampled_from(["protected", "not_protected", "unknown"]),
            days,
            differs=st.booleans(),
        )
    ),
    st.lists(st.builds(check, days, days=st.integers(1, 15))),
)


@given(timelines, days)
def test_it_agrees_with_the_naive_model(line: Timeline, day: int) -> None:
    situation = states.situation_at(line, at(day))
    assert (situation.state if situation else None) is naive_state(line, at(day))


@given(timelines, st.integers(0, 60))
def test_runs_say_at_every_moment_what_the_state_is(line: Timeline, day: int) -> None:
    runs = states.runs(line, at(day))
    for before, after in pairwise(runs):
        assert before.end == after.start
        assert before.state is not after.state
    for probe in range(day + 1):
        holding = [
            run.state
            for run in runs
            if run.start <= at(probe) and (run.end is None or at(probe) < run.end)
        ]
        expected = naive_state(line, at(probe))
        assert holding == ([expected] if expected else [])


@given(timelines, days)
def test_nothing_changes_before_the_announced_moment(line: Timeline, day: int) -> None:
    until = states.next_change(line, at(day))
    for probe in range(day, 70):
        if until is not None and at(probe) >= until:
            break
        assert naive_state(line, at(probe)) is naive_state(line, at(day))


@given(timelines, days)
def test_green_always_rests_on_a_protected_finding_and_a_valid_check(
    line: Timeline, day: int
) -> None:
    situation = states.situation_at(line, at(day))
    if situation and situation.state is State.ON:
        assert situation.finding is not None
        assert situation.finding.verdict == "protected"
        assert situation.coverage is not None
        assert situation.coverage.valid_until > at(day)


@given(timelines, days)
def test_what_deviates_is_public_as_a_deviation(line: Timeline, day: int) -> None:
    situation = states.situation_at(line, at(day))
    promised = situation is not None and situation.promise is not None
    if situation and situation.state is State.OFF and promised:
        assert situation.promise is not None
        is_open = any(
            one.start <= at(day) and (one.end is None or one.end > at(day))
            for one in deviations(line, at(day))
        )
        assert is_open or situation.promise.value != "on"


@given(timelines, days, st.sampled_from(["off", "exception"]), days, days)
def test_no_promise_of_less_ends_or_hides_a_deviation(
    line: Timeline, day: int, value: str, effective: int, recorded: int
) -> None:
    lowered = Promise(value, at(min(effective, recorded)), at(recorded))
    known = [row for row in line.findings if row.recorded_at < at(recorded)]
    before = Timeline(line.promises, known, line.coverages)
    promises = sorted([*line.promises, lowered], key=lambda row: row.effective_from)
    after = Timeline(promises, known, line.coverages)
    seen = {(one.start, one.end) for one in deviations(before, at(recorded - 1))}
    assert seen <= {(one.start, one.end) for one in deviations(after, at(recorded - 1))}
