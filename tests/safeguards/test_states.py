"""The state of a safeguard, beside a naive model that looks at every row at every moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.safeguards import states
from notices.safeguards.states import Coverage, Lock, State, Timeline

START = datetime(2026, 1, 1, tzinfo=UTC)


def at(day: float) -> datetime:
    return START + timedelta(days=day)


@dataclass(frozen=True)
class Promise:
    value: str
    effective_from: datetime
    recorded_at: datetime


@dataclass(frozen=True)
class Finding:
    verdict: str
    seen_at: datetime
    recorded_at: datetime
    differs_below: bool = False
    lock: str = "locked"


def promise(value: str, day: float) -> Promise:
    return Promise(value, at(day), at(day))


def finding(verdict: str, day: float, *, differs: bool = False) -> Finding:
    return Finding(verdict, at(day), at(day), differs)


def check(day: float, *, days: float = 90) -> Coverage:
    return Coverage(at(day), at(day + days), at(day))


def timeline(*rows: Promise | Finding | Coverage) -> Timeline:
    return Timeline(
        [row for row in rows if isinstance(row, Promise)],
        [row for row in rows if isinstance(row, Finding)],
        [row for row in rows if isinstance(row, Coverage)],
    )


ON = (promise("on", 0), finding("protected", 0), check(0))


def state_on(day: float, *rows: Promise | Finding | Coverage) -> State | None:
    situation = states.situation_at(timeline(*rows), at(day))
    return situation.state if situation else None


def test_nothing_recorded_is_no_state_at_all() -> None:
    assert state_on(5) is None
    assert state_on(-1, *ON) is None


def test_protected_and_checked_is_on() -> None:
    assert state_on(0, *ON) is State.ON
    assert state_on(89.9, *ON) is State.ON


def test_it_is_never_green_without_a_finding_or_a_check() -> None:
    assert state_on(1, promise("on", 0)) is State.DUE
    assert state_on(1, promise("on", 0), check(0)) is State.DUE
    assert state_on(1, promise("on", 0), finding("protected", 0)) is State.DUE


def test_an_unknown_finding_is_due_at_once_and_keeps_the_last_known_state() -> None:
    situation = states.situation_at(timeline(*ON, finding("unknown", 3), check(3)), at(4))
    assert situation is not None
    assert situation.state is State.DUE
    assert situation.last_known is State.ON


def test_a_check_that_is_too_old_is_due_from_its_very_moment() -> None:
    assert state_on(90, *ON) is State.DUE


def test_an_old_finding_of_off_is_due_too_but_still_known_as_off() -> None:
    rows = (promise("on", 0), finding("not_protected", 0), check(0))
    situation = states.situation_at(timeline(*rows), at(91))
    assert situation is not None
    assert situation.state is State.DUE
    assert situation.last_known is State.OFF


def test_not_protected_is_off_whatever_is_promised() -> None:
    for value in ("on", "exception", "off"):
        assert state_on(1, promise(value, 0), finding("not_protected", 0), check(0)) is State.OFF


def test_users_that_differ_make_an_exception() -> None:
    found = finding("protected", 0, differs=True)
    assert state_on(1, promise("on", 0), found, check(0)) is State.EXCEPTION


def test_a_promised_exception_is_an_exception() -> None:
    assert state_on(2, *ON, promise("exception", 1)) is State.EXCEPTION


def test_a_promise_of_off_does_not_hide_protection_but_lags() -> None:
    situation = states.situation_at(timeline(*ON, promise("off", 1)), at(2))
    assert situation is not None
    assert situation.state is State.ON
    assert situation.promise_lags


def test_retired_is_retired_whatever_was_found() -> None:
    assert state_on(2, *ON, promise("retired", 1), finding("not_protected", 1)) is State.RETIRED


def test_since_is_the_start_of_the_current_run() -> None:
    rows = (*ON, check(50), finding("not_protected", 60), finding("protected", 70), check(70))
    assert states.since(timeline(*rows), at(55)) == at(0)
    assert states.since(timeline(*rows), at(65)) == at(60)
    assert states.since(timeline(*rows), at(75)) == at(70)


def test_a_gap_between_checks_is_a_run_of_its_own() -> None:
    runs = states.runs(timeline(*ON, check(100)), at(120))
    assert [run.state for run in runs] == [State.ON, State.DUE, State.ON]
    assert (runs[1].start, runs[1].end) == (at(90), at(100))


def test_a_deviation_is_open_until_a_later_finding_closes_it() -> None:
    rows = (*ON, finding("not_protected", 5), check(5), finding("unknown", 7))
    assert states.deviations(timeline(*rows), at(9))[0].end is None
    closed = states.deviations(timeline(*rows, finding("protected", 10)), at(11))
    assert [(one.start, one.end) for one in closed] == [(at(5), at(10))]


def test_a_deviation_outlives_the_age_limit_of_its_check() -> None:
    rows = (promise("on", 0), finding("not_protected", 0), check(0, days=1))
    assert states.deviations(timeline(*rows), at(50))[0].end is None


@pytest.mark.parametrize("lowered", ["off", "exception"])
def test_lowering_the_promise_never_closes_a_deviation(lowered: str) -> None:
    rows = (*ON, finding("not_protected", 5), promise(lowered, 7))
    [deviation] = states.deviations(timeline(*rows), at(20))
    assert (deviation.start, deviation.end) == (at(5), None)
    [closed] = states.deviations(timeline(*rows, finding("protected", 9)), at(20))
    assert (closed.start, closed.end) == (at(5), at(9))


@pytest.mark.parametrize("lowered", ["off", "exception", "retired"])
def test_a_promise_lowered_for_the_past_takes_no_deviation_away(lowered: str) -> None:
    rows = (*ON, finding("not_protected", 5), Promise(lowered, at(3), recorded_at=at(8)))
    [deviation] = states.deviations(timeline(*rows), at(20))
    ends = at(8) if lowered == "retired" else None
    assert (deviation.start, deviation.end) == (at(5), ends)


def test_what_is_announced_together_with_its_finding_does_not_deviate() -> None:
    rows = (*ON, promise("off", 5), finding("not_protected", 5), finding("not_protected", 9))
    assert states.deviations(timeline(*rows), at(20)) == []


def test_a_promise_that_the_last_finding_does_not_keep_deviates_from_its_first_moment() -> None:
    rows = (promise("off", 0), finding("not_protected", 0), promise("on", 4))
    assert [one.start for one in states.deviations(timeline(*rows), at(9))] == [at(4)]


def test_what_was_never_promised_does_not_deviate() -> None:
    rows = (promise("off", 0), finding("not_protected", 0), check(0))
    assert states.deviations(timeline(*rows), at(5)) == []


def test_what_was_recorded_later_is_unknown_before() -> None:
    late = Finding("not_protected", at(2), recorded_at=at(8))
    line = timeline(*ON, late)
    assert states.situation_at(line.as_known_at(at(5)), at(3)).state is State.ON  # type: ignore[union-attr]
    assert states.situation_at(line, at(3)).state is State.OFF  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("given_states", "expected"),
    [
        ([State.ON, State.EXCEPTION], State.EXCEPTION),
        ([State.EXCEPTION, State.DUE], State.DUE),
        ([State.DUE, State.OFF], State.OFF),
        ([State.RETIRED, State.ON], State.ON),
        ([State.RETIRED], None),
        ([], None),
    ],
)
def test_the_worst_state_counts(given_states: list[State], expected: State | None) -> None:
    assert states.worst(given_states) is expected


def test_the_weakest_lock_counts() -> None:
    assert states.worst_lock([Lock.LOCKED, Lock.NOT_LOCKABLE]) is Lock.NOT_LOCKABLE
    assert states.worst_lock([Lock.UNKNOWN, Lock.NOT_LOCKABLE]) is Lock.UNKNOWN
    assert states.worst_lock([Lock.UNKNOWN, Lock.UNLOCKED]) is Lock.UNLOCKED
    assert states.worst_lock([]) is Lock.UNKNOWN


# -- the naive model ---------------------------------------------------------------------------


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
            for one in states.deviations(line, at(day))
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
    seen = {(one.start, one.end) for one in states.deviations(before, at(recorded - 1))}
    assert seen <= {(one.start, one.end) for one in states.deviations(after, at(recorded - 1))}
