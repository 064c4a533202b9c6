"""Promise, finding and check decide the state of a safeguard. No database, no clock.

The three timelines of one safeguard come in as sequences of rows in the order
(effective or seen at, recorded at, id); every function asks for the moment it is about.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeVar


class State(StrEnum):
    """What a reader sees beside a safeguard."""

    ON = "on"
    EXCEPTION = "exception"
    DUE = "due"
    OFF = "off"
    RETIRED = "retired"


class Verdict(StrEnum):
    """What was seen in the account."""

    PROTECTED = "protected"
    NOT_PROTECTED = "not_protected"
    UNKNOWN = "unknown"


class Lock(StrEnum):
    """Whether the people below the account may change the setting."""

    LOCKED = "locked"
    NOT_LOCKABLE = "not_lockable"
    UNKNOWN = "unknown"
    UNLOCKED = "unlocked"


Row = TypeVar("Row")

# From harmless to worst. Retired safeguards never count.
_BADNESS = [State.ON, State.EXCEPTION, State.DUE, State.OFF]
_LOCK_BADNESS = [Lock.LOCKED, Lock.NOT_LOCKABLE, Lock.UNKNOWN, Lock.UNLOCKED]


class Promised(Protocol):
    """What the firm says it does: `value` is on, exception, off or retired."""

    @property
    def value(self) -> str: ...
    @property
    def effective_from(self) -> datetime: ...
    @property
    def recorded_at(self) -> datetime: ...


class Found(Protocol):
    """What was seen at one moment."""

    @property
    def verdict(self) -> str: ...
    @property
    def lock(self) -> str: ...
    @property
    def differs_below(self) -> bool: ...
    @property
    def seen_at(self) -> datetime: ...
    @property
    def recorded_at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Coverage:
    """A successful check that covered the safeguard; it holds until `valid_until`."""

    at: datetime
    valid_until: datetime
    recorded_at: datetime
    source: str = "account"
    role: str = ""
    # Whether a second person confirmed it.
    confirmed: bool = False

    @property
    def by_hand(self) -> bool:
        return self.source == "hand"


@dataclass(frozen=True, slots=True)
class Timeline:
    """All that is recorded about one safeguard."""

    promises: Sequence[Promised] = ()
    findings: Sequence[Found] = ()
    coverages: Sequence[Coverage] = ()

    def as_known_at(self, moment: datetime) -> Timeline:
        """Leave out what was recorded later than `moment`."""
        return Timeline(
            promises=[row for row in self.promises if row.recorded_at <= moment],
            findings=[row for row in self.findings if row.recorded_at <= moment],
            coverages=[row for row in self.coverages if row.recorded_at <= moment],
        )


@dataclass(frozen=True, slots=True)
class Situation:
    """The state of one safeguard at one moment, and what it rests on."""

    state: State
    promise: Promised | None
    finding: Found | None
    coverage: Coverage | None
    last_known: State | None
    last_known_at: datetime | None

    @property
    def lock(self) -> Lock:
        return Lock(self.finding.lock) if self.finding else Lock.UNKNOWN

    @property
    def promise_lags(self) -> bool:
        """Say whether the account protects although the firm promises less."""
        return self.state is State.ON and self.promise is not None and self.promise.value == "off"


@dataclass(frozen=True, slots=True)
class Run:
    """One state from `start` until `end`; `end` is None while it lasts."""

    state: State
    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Deviation:
    """The account did less than promised from `start` until a later finding closed it."""

    finding: Found
    start: datetime
    end: datetime | None


def situation_at(timeline: Timeline, moment: datetime) -> Situation | None:
    """Return the situation at `moment`, or None before anything is recorded for it."""
    promise = _last(timeline.promises, moment, "effective_from")
    finding = _last(timeline.findings, moment, "seen_at")
    coverage = _last(timeline.coverages, moment, "at")
    if promise is None and finding is None:
        return None
    promised = promise.value if promise else "on"
    known = _last_known(timeline, moment)
    last_known = _state_of(known, promised) if known else None
    if promised == "retired":
        state = State.RETIRED
    elif finding is None or not _confirmed(finding, coverage, moment):
        state = State.DUE
    else:
        state = _state_of(finding, promised)
    return Situation(
        state=state,
        promise=promise,
        finding=finding,
        coverage=coverage,
        last_known=last_known,
        last_known_at=_known_at(known, coverage, finding) if known else None,
    )


def runs(timeline: Timeline, until: datetime) -> list[Run]:
    """Return the unbroken runs of one state up to and including `until`, oldest first."""
    found: list[Run] = []
    for moment in _moments(timeline):
        if moment > until:
            break
        situation = situation_at(timeline, moment)
        if situation is None or (found and found[-1].state is situation.state):
            continue
        if found:
            found[-1] = replace(found[-1], end=moment)
        found.append(Run(situation.state, moment, None))
    return found


def runs_between(timeline: Timeline, start: datetime, end: datetime) -> list[Run]:
    """Return the runs that touch [start, end), in order."""
    return [
        run
        for run in runs(timeline, end)
        if run.start < end and (run.end is None or run.end > start)
    ]


def since(timeline: Timeline, moment: datetime) -> datetime | None:
    """Return when the run that holds at `moment` began."""
    past = runs(timeline, moment)
    return past[-1].start if past else None


def next_change(timeline: Timeline, moment: datetime) -> datetime | None:
    """Return the first later moment at which the state can differ without a new record."""
    return next((later for later in _moments(timeline) if later > moment), None)


def deviations(timeline: Timeline, until: datetime) -> list[Deviation]:
    """Return the intervals in which less was found than promised, oldest first.

    Only what somebody saw closes one, or that Zoom no longer offers the setting. A promise that
    is lowered closes none, and one that is lowered for the past takes none away.
    """
    found: list[Deviation] = []
    for moment in _moments_of_deviations(timeline):
        if moment > until:
            break
        finding = _last_known(timeline, moment)
        if finding is None:
            continue
        promised = _promised_to(timeline, finding, moment)
        if found and found[-1].end is None:
            if promised == "retired" or _state_of(finding, "on") is State.ON:
                found[-1] = replace(found[-1], end=moment)
        elif promised == "on" and _state_of(finding, "on") is not State.ON:
            found.append(Deviation(finding, moment, None))
    return found


def worst(states: Iterable[State]) -> State | None:
    """Return the worst of `states`; retired ones do not count, none at all gives None."""
    counted = [state for state in states if state is not State.RETIRED]
    return max(counted, key=_BADNESS.index) if counted else None


def worst_lock(locks: Iterable[Lock]) -> Lock:
    """Return the weakest of `locks`: unlocked before unknown before not lockable."""
    return max(locks, key=_LOCK_BADNESS.index, default=Lock.UNKNOWN)


def _confirmed(finding: Found, coverage: Coverage | None, moment: datetime) -> bool:
    seen = finding.verdict != Verdict.UNKNOWN
    return seen and coverage is not None and coverage.valid_until > moment


def _state_of(finding: Found, promised: str) -> State:
    if finding.verdict == Verdict.NOT_PROTECTED:
        return State.OFF
    if finding.differs_below or promised == "exception":
        return State.EXCEPTION
    return State.ON


def _last(rows: Sequence[Row], moment: datetime, attribute: str) -> Row | None:
    position = bisect_right(rows, moment, key=lambda row: getattr(row, attribute))
    return rows[position - 1] if position else None


def _last_known(timeline: Timeline, moment: datetime) -> Found | None:
    """Return the newest finding that saw something; unknown ones say nothing."""
    position = bisect_right(timeline.findings, moment, key=lambda row: row.seen_at)
    for finding in reversed(timeline.findings[:position]):
        if finding.verdict != Verdict.UNKNOWN:
            return finding
    return None


def _promised_to(timeline: Timeline, finding: Found, moment: datetime) -> str | None:
    """Return the promise at `moment` against which `finding` counts.

    Whatever less was promised after the finding had been recorded counts from its recording:
    until then readers were promised more.
    """
    position = bisect_right(timeline.promises, moment, key=lambda row: row.effective_from)
    for row in reversed(timeline.promises[:position]):
        is_late = row.effective_from <= finding.seen_at and row.recorded_at > finding.recorded_at
        if row.value == "on" or not is_late or row.recorded_at <= moment:
            return row.value
    return None


def _known_at(known: Found, coverage: Coverage | None, newest: Found | None) -> datetime:
    """Return when `known` was last seen to hold."""
    if coverage and known is newest:
        return max(coverage.at, known.seen_at)
    return known.seen_at


def _moments(timeline: Timeline) -> list[datetime]:
    """Return every moment at which the state can change, in order."""
    return sorted(set(_changes(timeline)))


def _moments_of_deviations(timeline: Timeline) -> list[datetime]:
    recorded = {promise.recorded_at for promise in timeline.promises}
    return sorted({*_changes(timeline), *recorded})


def _changes(timeline: Timeline) -> Iterator[datetime]:
    for promise in timeline.promises:
        yield promise.effective_from
    for finding in timeline.findings:
        yield finding.seen_at
    # A check that renews a valid one changes nothing: only where cover begins and ends counts.
    valid_until: datetime | None = None
    for coverage in timeline.coverages:
        if valid_until is None or valid_until <= coverage.at:
            if valid_until is not None:
                yield valid_until
            yield coverage.at
        valid_until = coverage.valid_until
    if valid_until is not None:
        yield valid_until
