"""Promise and finding decide when the account did less than promised. No database, no clock."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import datetime

from .states import (
    Found,
    Promised,
    State,
    Timeline,
    changes,
    from_beginning,
    last_known_finding,
    state_found,
    worst,
)


@dataclass(frozen=True, slots=True)
class Deviation:
    """The account did less than promised from `start` until a later finding closed it."""

    finding: Found
    start: datetime
    end: datetime | None
    # What readers could expect of it at least.
    against: State = State.ON


@dataclass(frozen=True, slots=True)
class Kept:
    """From `start` on this is the promise that readers last saw kept."""

    promise: Promised | None
    start: datetime


def deviations(timeline: Timeline, until: datetime) -> list[Deviation]:
    """Return the intervals in which less was found than promised, oldest first."""
    return told(timeline, until)[0]


def told(timeline: Timeline, until: datetime) -> tuple[list[Deviation], list[Kept]]:
    """Return the deviations, and which promises readers saw kept, oldest first.

    What readers saw as on is promised too, whatever the promise says: one that was lowered once
    must not mute what comes later. Only what somebody saw closes a deviation, or that Zoom no
    longer offers the setting. A promise that is lowered closes none, and one that is lowered for
    the past takes none away.
    """
    found = [timeline.open_deviation] if timeline.open_deviation else []
    shown = timeline.kept_promise
    kept: list[Kept] = []
    for moment in _moments_of_deviations(timeline):
        if moment > until:
            break
        finding = last_known_finding(timeline, moment)
        if finding is None:
            continue
        promise = _promised_to(timeline, finding, moment)
        promised = promise.value if promise else None
        if found and found[-1].end is None:
            if promised == State.RETIRED or not _is_less(finding, found[-1].against):
                found[-1] = replace(found[-1], end=moment)
        elif (least := _least(promise, shown)) and _is_less(finding, least):
            found.append(Deviation(finding, moment, None, least))
        is_kept = not _is_less(finding, State.ON if promised == State.OFF else State.EXCEPTION)
        if is_kept and promise != shown:
            shown = promise
            kept.append(Kept(promise, moment))
    return found, kept


def _is_less(finding: Found, promised: State) -> bool:
    return worst([state_found(finding, State.ON), promised]) is not promised


def _least(promise: Promised | None, shown: Promised | None) -> State | None:
    """Return the least that readers may expect; `shown` is the promise they last saw kept."""
    if promise is None or promise.value == State.RETIRED:
        return None
    if promise.value == State.ON:
        return State.ON
    if promise != shown:
        return None
    return State.EXCEPTION if promise.value == State.EXCEPTION else State.ON


def _promised_to(timeline: Timeline, finding: Found, moment: datetime) -> Promised | None:
    """Return the promise at `moment` against which `finding` counts.

    Whatever less was promised after the finding had been recorded counts from its recording:
    until then readers were promised more.
    """
    position = bisect_right(timeline.promises, moment, key=lambda row: row.effective_from)
    for row in reversed(timeline.promises[:position]):
        is_late = row.recorded_at > finding.recorded_at
        if row.value == State.ON or not is_late or row.recorded_at <= moment:
            return row
    return None


def _moments_of_deviations(timeline: Timeline) -> list[datetime]:
    recorded = {promise.recorded_at for promise in timeline.promises}
    return from_beginning(timeline, {*changes(timeline), *recorded})
