"""Promise, finding and check decide the state of a safeguard. No database, no clock.

The three timelines of one safeguard come in as sequences of rows in the order
(effective or seen at, recorded at, id); every function asks for the moment it is about.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from .deviations import Deviation


class State(StrEnum):
    """What a reader sees beside a safeguard."""

    ON = "on"
    EXCEPTION = "exception"
    DUE = "due"
    OFF = "off"
    RETIRED = "retired"

    @property
    def is_exception(self) -> bool:
        return self is State.EXCEPTION

    @property
    def is_due(self) -> bool:
        return self is State.DUE

    @property
    def is_retired(self) -> bool:
        return self is State.RETIRED

    @property
    def is_worded(self) -> bool:
        """Say whether the state has words beside its own: what is unknown or gone has none."""
        return self in WORDED


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

# What is not known, or gone, has no words of its own.
WORDED = (State.ON, State.EXCEPTION, State.OFF)
# From harmless to worst. Retired safeguards never count.
_BADNESS = [State.ON, State.EXCEPTION, State.DUE, State.OFF]
_LOCK_BADNESS = [Lock.LOCKED, Lock.NOT_LOCKABLE, Lock.UNKNOWN, Lock.UNLOCKED]

# A check is often written down after the work; up to a day counts as in time.
IN_TIME = timedelta(hours=24)


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
    def is_sure(self) -> bool: ...
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
    # Of a long history only what comes after this moment is here, and of what was before the
    # rows that still count, the last runs, the deviation that was open, and the promise that
    # readers last saw kept.
    begins: datetime | None = None
    earlier_runs: Sequence[Run] = ()
    open_deviation: Deviation | None = None
    kept_promise: Promised | None = None

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
        return (
            self.state is State.ON and self.promise is not None and self.promise.value == State.OFF
        )


@dataclass(frozen=True, slots=True)
class Run:
    """One state from `start` until `end`; `end` is None while it lasts."""

    state: State
    start: datetime
    end: datetime | None
    # What was promised at its start, and when that or what was found then was written down late.
    promise: Promised | None = None
    recorded_late_at: datetime | None = None


def situation_at(timeline: Timeline, moment: datetime) -> Situation | None:
    """Return the situation at `moment`, or None before anything is recorded for it."""
    promise = _last(timeline.promises, moment, "effective_from")
    finding = _last(timeline.findings, moment, "seen_at")
    coverage = _last(timeline.coverages, moment, "at")
    if promise is None and finding is None:
        return None
    promised = promise.value if promise else State.ON
    known = last_known_finding(timeline, moment)
    last_known = state_found(known, promised) if known else None
    if promised == State.RETIRED:
        state = State.RETIRED
    elif finding is None or not _confirmed(finding, coverage, moment):
        state = State.DUE
    else:
        state = state_found(finding, promised)
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
    found = [run for run in timeline.earlier_runs if run.start <= until]
    for moment in _moments(timeline):
        if moment > until:
            break
        situation = situation_at(timeline, moment)
        if situation is None or (found and found[-1].state is situation.state):
            continue
        if found:
            found[-1] = replace(found[-1], end=moment)
        late = recorded_late(timeline, moment, moment)
        promise = situation.promise
        new = promise if promise and promise.effective_from == moment else None
        found.append(Run(situation.state, moment, None, new, late))
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


def recorded_late(timeline: Timeline, start: datetime, end: datetime) -> datetime | None:
    """Return when rows that took effect in [start, end), or at `start`, were written later."""
    promised = _between(timeline.promises, start, end, "effective_from")
    found = _between(timeline.findings, start, end, "seen_at")
    late = [row.recorded_at for row in promised if row.recorded_at - row.effective_from > IN_TIME]
    late += [row.recorded_at for row in found if row.recorded_at - row.seen_at > IN_TIME]
    return max(late, default=None)


def worst(states: Iterable[State]) -> State | None:
    """Return the worst of `states`; retired ones do not count, none at all gives None."""
    counted = [state for state in states if state is not State.RETIRED]
    return max(counted, key=_BADNESS.index) if counted else None


def worst_lock(locks: Iterable[Lock]) -> Lock:
    """Return the weakest of `locks`: unlocked before unknown before not lockable."""
    return max(locks, key=_LOCK_BADNESS.index, default=Lock.UNKNOWN)


def says_something(finding: Found) -> bool:
    """Say whether a finding tells how things are; what is unread tells neither good nor bad."""
    if finding.verdict == Verdict.PROTECTED:
        return finding.is_sure or finding.differs_below
    return finding.verdict != Verdict.UNKNOWN


def state_found(finding: Found, promised: str) -> State:
    """Return the state that a finding, which says something, gives against a promise."""
    if finding.verdict == Verdict.NOT_PROTECTED:
        return State.OFF
    if finding.differs_below or promised == State.EXCEPTION:
        return State.EXCEPTION
    return State.ON


def last_known_finding(timeline: Timeline, moment: datetime) -> Found | None:
    """Return the newest finding that saw something; unknown ones say nothing."""
    position = bisect_right(timeline.findings, moment, key=lambda row: row.seen_at)
    for finding in reversed(timeline.findings[:position]):
        if says_something(finding):
            return finding
    return None


def from_beginning(timeline: Timeline, moments: Iterable[datetime]) -> list[datetime]:
    """Return the moments in order, without those before the part of a history that is here."""
    begins = timeline.begins
    return sorted(moment for moment in moments if begins is None or moment >= begins)


def changes(timeline: Timeline) -> Iterator[datetime]:
    """Yield the moments at which a promise, a finding or the cover by checks begins or ends."""
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


def _confirmed(finding: Found, coverage: Coverage | None, moment: datetime) -> bool:
    is_seen = finding.verdict == Verdict.NOT_PROTECTED or (
        finding.verdict == Verdict.PROTECTED and finding.is_sure
    )
    return is_seen and coverage is not None and coverage.valid_until > moment


def _last(rows: Sequence[Row], moment: datetime, attribute: str) -> Row | None:
    position = bisect_right(rows, moment, key=lambda row: getattr(row, attribute))
    return rows[position - 1] if position else None


def _between(rows: Sequence[Row], start: datetime, end: datetime, attribute: str) -> Sequence[Row]:
    """Return the rows of [start, end), and those of `start` if both are the same."""

    def moment_of(row: Row) -> datetime:
        moment: datetime = getattr(row, attribute)
        return moment

    first = bisect_left(rows, start, key=moment_of)
    last = bisect_left(rows, end, key=moment_of)
    return rows[first : max(last, bisect_right(rows, start, key=moment_of))]


def _known_at(known: Found, coverage: Coverage | None, newest: Found | None) -> datetime:
    """Return when `known` was last seen to hold."""
    if coverage and known is newest:
        return max(coverage.at, known.seen_at)
    return known.seen_at


def _moments(timeline: Timeline) -> list[datetime]:
    """Return every moment at which the state can change, in order."""
    return from_beginning(timeline, set(changes(timeline)))
