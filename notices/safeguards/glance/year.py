"""The strips of all safeguards for the twelve months before a moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Q, Subquery

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

    @cached_property
    def _made(self) -> Checks:
        # Asked for only where they are shown.
        return checks_within(self.strips.values())

    @property
    def checks(self) -> KeptChecks | None:
        """Return how many of the promised checks of the account were made."""
        return kept_checks(self._made, self.whole)

    @cached_property
    def checks_of_each(self) -> Mapping[int, KeptChecks]:
        """Return the same by safeguard."""
        return kept_checks_of_each(self._made, self.strips)


def year_to(end: datetime) -> Year:
    """Return the twelve months before `end`; sample data of before the firm's own do not count."""
    start = year_before(end)
    runs: dict[int, list[Run]] = defaultdict(list)
    listed: set[int] = set()
    since: datetime | None = None
    first: datetime | None = None
    for pk, is_listed, confirmed_at, first_at, state, begin, stop in _rows(start, end):
        since, first = confirmed_at, first_at
        runs[pk].append(Run(State(state), begin, stop))
        listed |= {pk} if is_listed else set()
    strips = {pk: strip_of(own, start, end, since) for pk, own in runs.items()}
    whole = together([strips[pk] for pk in listed], start, end)
    return Year(strips, whole, first)


def _rows(start: datetime, end: datetime) -> Iterable[tuple[Any, ...]]:
    """Return what lasted in [start, end), each with the moment the firm's own data begin."""
    lasted = Q(end=None) | Q(end__gt=start)
    first = StateRun.objects.order_by("start").values("start")[:1]
    own_data = Organisation.objects.values("confirmed_at")[:1]
    rows = StateRun.objects.filter(lasted, start__lt=end, safeguard__provider=None).annotate(
        since=Subquery(own_data), first=Subquery(first)
    )
    names = ("safeguard_id", "safeguard__listed", "since", "first", "state", "start", "end")
    return rows.order_by("start").values_list(*names)
