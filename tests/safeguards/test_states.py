"""The state of a safeguard: promises, findings and checks in, one word out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from notices.safeguards import states
from notices.safeguards.deviations import deviations, told
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
    is_sure: bool = True


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


def test_a_span_of_time_ends_before_the_run_that_begins_at_its_end() -> None:
    line = timeline(*ON, check(4), finding("not_protected", 5))
    assert [run.state for run in states.runs_between(line, at(1), at(5))] == [State.ON]
    assert [run.state for run in states.runs_between(line, at(5), at(6))] == [State.OFF]


def test_a_deviation_is_open_until_a_later_finding_closes_it() -> None:
    rows = (*ON, finding("not_protected", 5), check(5), finding("unknown", 7))
    assert deviations(timeline(*rows), at(9))[0].end is None
    closed = deviations(timeline(*rows, finding("protected", 10)), at(11))
    assert [(one.start, one.end) for one in closed] == [(at(5), at(10))]


def test_a_deviation_outlives_the_age_limit_of_its_check() -> None:
    rows = (promise("on", 0), finding("not_protected", 0), check(0, days=1))
    assert deviations(timeline(*rows), at(50))[0].end is None


@pytest.mark.parametrize("lowered", ["off", "exception"])
def test_lowering_the_promise_never_closes_a_deviation(lowered: str) -> None:
    rows = (*ON, finding("not_protected", 5), promise(lowered, 7))
    [deviation] = deviations(timeline(*rows), at(20))
    assert (deviation.start, deviation.end) == (at(5), None)
    [closed] = deviations(timeline(*rows, finding("protected", 9)), at(20))
    assert (closed.start, closed.end) == (at(5), at(9))


@pytest.mark.parametrize("lowered", ["off", "exception", "retired"])
def test_a_promise_lowered_for_the_past_takes_no_deviation_away(lowered: str) -> None:
    rows = (*ON, finding("not_protected", 5), Promise(lowered, at(3), recorded_at=at(8)))
    [deviation] = deviations(timeline(*rows), at(20))
    ends = at(8) if lowered == "retired" else None
    assert (deviation.start, deviation.end) == (at(5), ends)


@pytest.mark.parametrize("lowered", ["off", "exception"])
def test_a_promise_lowered_for_the_past_hides_no_deviation_that_a_promise_began(
    lowered: str,
) -> None:
    rows = (finding("protected", 0, differs=True), promise("on", 1))
    assert [one.start for one in deviations(timeline(*rows), at(1))] == [at(1)]
    late = Promise(lowered, at(1), recorded_at=at(2))
    [deviation] = deviations(timeline(*rows, late), at(20))
    assert (deviation.start, deviation.end) == (at(1), None)


def test_a_kept_exception_deviates_when_it_is_off_until_it_is_an_exception_again() -> None:
    below = (finding("protected", 0, differs=True), finding("protected", 7, differs=True))
    rows = (promise("exception", 0), below[0], finding("not_protected", 5), below[1])
    found = deviations(timeline(*rows), at(20))
    assert [(one.start, one.end) for one in found] == [(at(5), at(7))]


def test_what_is_announced_together_with_its_finding_does_not_deviate() -> None:
    rows = (*ON, promise("off", 5), finding("not_protected", 5), finding("not_protected", 9))
    assert deviations(timeline(*rows), at(20)) == []


def test_what_is_recorded_together_with_its_finding_does_not_deviate_before_either() -> None:
    rows = (*ON, Promise("off", at(3), at(5)), Finding("not_protected", at(3), at(5)))
    assert deviations(timeline(*rows), at(20)) == []


def test_a_promise_that_the_last_finding_does_not_keep_deviates_from_its_first_moment() -> None:
    rows = (promise("off", 0), finding("not_protected", 0), promise("on", 4))
    assert [one.start for one in deviations(timeline(*rows), at(9))] == [at(4)]


def test_a_promise_made_for_the_past_deviates_from_the_day_that_it_names() -> None:
    rows = (promise("off", 0), finding("not_protected", 0), Promise("on", at(3), at(8)))
    assert [one.start for one in deviations(timeline(*rows), at(9))] == [at(3)]


@pytest.mark.parametrize(("source", "expected"), [("hand", True), ("account", False)])
def test_only_what_a_person_checked_counts_as_checked_by_hand(source: str, expected: bool) -> None:
    assert Coverage(at(0), at(1), at(0), source=source).by_hand is expected


def test_what_was_never_promised_does_not_deviate() -> None:
    rows = (promise("off", 0), finding("not_protected", 0), check(0))
    assert deviations(timeline(*rows), at(5)) == []


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


@pytest.mark.parametrize(("day", "expected"), [(59, 90), (90, 100), (100, 190), (190, None)])
def test_the_next_change_is_later_than_the_moment_that_is_asked_about(
    day: int, expected: int | None
) -> None:
    line = timeline(*ON, check(100))
    assert states.next_change(line, at(day)) == (None if expected is None else at(expected))


def test_a_part_of_a_history_goes_on_from_what_lasted_when_it_begins() -> None:
    rows = (promise("on", 0), finding("protected", 0), check(0), finding("not_protected", 5))
    whole = timeline(*rows, check(5), finding("protected", 9), check(9))
    part = replace(
        timeline(*rows[:1], *rows[3:], check(5), finding("protected", 9), check(9)),
        begins=at(7),
        earlier_runs=states.runs(whole, at(6)),
        open_deviation=deviations(whole, at(6))[0],
        kept_promise=told(whole, at(6))[1][0].promise,
    )
    assert states.runs(part, at(9)) == states.runs(whole, at(9))
    assert deviations(part, at(20)) == deviations(whole, at(20))


@pytest.mark.parametrize(("checked", "known"), [(3, 5), (7, 7)])
def test_a_state_was_known_last_when_it_was_found_or_checked_whichever_is_later(
    checked: float, known: float
) -> None:
    rows = timeline(promise("on", 0), finding("protected", 5), check(checked))
    situation = states.situation_at(rows, at(8))
    assert situation
    assert situation.last_known_at == at(known)


@pytest.mark.parametrize("row", [promise("on", 0), finding("protected", 0)])
def test_what_is_written_down_within_a_day_is_in_time(row: Promise | Finding) -> None:
    in_time = replace(row, recorded_at=at(1))
    assert states.recorded_late(timeline(in_time), at(0), at(0)) is None
    late = replace(row, recorded_at=at(1) + timedelta(microseconds=1))
    assert states.recorded_late(timeline(late), at(0), at(0)) == late.recorded_at
