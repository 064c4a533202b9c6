"""The strips of all safeguards for the twelve months before a moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import Q, QuerySet, Subquery

from notices.firm.models import Organisation

from ..models import StateRun
from ..states import Run, State
from .kept_checks import Checks, KeptChecks, checks_within, kept_checks, kept_checks_of_each
from .strip import Strip, strip_of, together, year_before


@dataclass(frozen=True)
class Year:
    """A strip for each safeguard, and one for all that are listed."""

    strips: Mapping[int, Strip]
    whole: Strip
    # When anything was first on record, if that was before their end.
    first_record: datetime | None
    # Under which what was asked for is kept.
    stamp: str = ""

    @cached_property
    def _made(self) -> Checks:
        # Asked for only where they are shown.
        return checks_within(self.strips.values(), self.stamp)

    @property
    def checks(self) -> KeptChecks | None:
        """Return how many of the promised checks of the account were made."""
        return kept_checks(self._made, self.whole)

    @cached_property
    def checks_of_each(self) -> Mapping[int, KeptChecks]:
        """Return the same by safeguard."""
        return kept_checks_of_each(self._made, self.strips)


def year_to(end: datetime, stamp: str = "") -> Year:
    """Return the twelve months before `end`; sample data of before the firm's own do not count.

    What was read under a `stamp` of the site is right as long as that is the current one.
    """
    start = year_before(end)
    runs: dict[int, list[Run]] = defaultdict(list)
    listed: set[int] = set()
    since: datetime | None = None
    first: datetime | None = None
    rows = _kept_rows(stamp, start) if stamp else _rows(start).filter(start__lt=end)
    for pk, is_listed, confirmed_at, first_at, state, begin, stop in rows:
        if begin >= end:
            continue
        since, first = confirmed_at, first_at
        runs[pk].append(Run(State(state), begin, stop))
        listed |= {pk} if is_listed else set()
    strips = {pk: strip_of(own, start, end, since) for pk, own in runs.items()}
    whole = together([strips[pk] for pk in listed], start, end)
    return Year(strips, whole, first, stamp)


# Those of this day, and of the one for which pages are made ahead.
@lru_cache(maxsize=2)
def _kept_rows(_stamp: str, start: datetime) -> tuple[tuple[Any, ...], ...]:
    return tuple(_rows(start))


def _rows(start: datetime) -> QuerySet[StateRun, tuple[Any, ...]]:
    """Return what lasted from `start` on, each with the moment the firm's own data begin."""
    lasted = Q(end=None) | Q(end__gt=start)
    first = StateRun.objects.order_by("start").values("start")[:1]
    own_data = Organisation.objects.values("confirmed_at")[:1]
    rows = StateRun.objects.filter(lasted, safeguard__provider=None).annotate(
        since=Subquery(own_data), first=Subquery(first)
    )
    names = ("safeguard_id", "safeguard__listed", "since", "first", "state", "start", "end")
    return rows.order_by("start").values_list(*names)
