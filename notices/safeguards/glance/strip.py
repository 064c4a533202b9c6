"""Twelve months of one safeguard, or of all, as spans of one state each. No database, no clock."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from notices.firm.days import day_bounds, day_of

from .. import states
from ..states import Run, State

DAYS = 365
TOLD = (*states.WORDED, State.DUE)


@dataclass(frozen=True, slots=True)
class Span:
    """One state from `start` until `end`."""

    state: State
    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Strip:
    """What held in [start, end), as far as anything is on record."""

    start: datetime
    end: datetime
    spans: Sequence[Span]

    @property
    def totals(self) -> dict[State, timedelta]:
        """Return how long each state held; what never held is left out.

        What holds still is counted until last midnight, so that a page about now stays true all
        day: it must not end with every hour that passes, least of all in an outage.
        """
        midnight = day_bounds(day_of(self.end))[0]
        lengths: dict[State, timedelta] = {}
        for span in self.spans:
            stop = span.end if span.end < self.end else max(midnight, span.start)
            lengths[span.state] = lengths.get(span.state, timedelta(0)) + (stop - span.start)
        return {state: lengths[state] for state in TOLD if state in lengths}

    @property
    def begins_late(self) -> bool:
        """Say whether nothing is on record for the beginning."""
        return bool(self.spans) and self.spans[0].start > self.start


def year_before(end: datetime) -> datetime:
    """Return the midnight with which the twelve months begin that end at `end`."""
    last_day = day_of(end - timedelta(microseconds=1))
    return day_bounds(last_day - timedelta(days=DAYS - 1))[0]


def strip_of(
    runs: Iterable[Run], start: datetime, end: datetime, since: datetime | None = None
) -> Strip:
    """Return the strip of one safeguard; what was before `since` counts as not on record."""
    first = max(start, since) if since else start
    spans = [Span(run.state, max(run.start, first), min(run.end or end, end)) for run in runs]
    return Strip(start, end, [span for span in spans if span.end > span.start])


def together(strips: Iterable[Strip], start: datetime, end: datetime) -> Strip:
    """Return the strip of the whole account: at each moment the worst of all states."""
    steps: dict[datetime, list[tuple[State, int]]] = defaultdict(list)
    for span in (span for strip in strips for span in strip.spans):
        steps[span.start].append((span.state, 1))
        steps[span.end].append((span.state, -1))
    holding: Counter[State] = Counter()
    spans: list[Span] = []
    for begin, stop in pairwise(sorted(steps)):
        for state, more in steps[begin]:
            holding[state] += more
        worst = states.worst(state for state, count in holding.items() if count)
        if worst is None:
            continue
        if spans and spans[-1].state is worst and spans[-1].end == begin:
            spans[-1] = Span(worst, spans[-1].start, stop)
        else:
            spans.append(Span(worst, begin, stop))
    return Strip(start, end, spans)
