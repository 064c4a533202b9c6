"""The strips of all safeguards for the twelve months before a moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, Subquery

from notices.firm.models import Organisation

from ..models import StateRun
from ..states import Run, State
from .kept_checks import KeptChecks, kept_checks
from .strip import Strip, strip_of, together, year_before


@dataclass(frozen=True, slots=True)
class Year:
    """A strip for each safeguard, and one for all that are listed."""

    strips: Mapping[int, Strip]
    whole: Strip

    @property
    def checks(self) -> KeptChecks | None:
        """Return the checks of the account that were kept; asked for only where they are shown."""
        return kept_checks(self.whole)


def year_to(end: datetime) -> Year:
    """Return the twelve months before `end`; sample data of before the firm's own do not count."""
    start = year_before(end)
    runs: dict[int, list[Run]] = defaultdict(list)
    listed: set[int] = set()
    since: datetime | None = None
    for pk, is_listed, confirmed_at, state, begin, stop in _rows(start, end):
        since = confirmed_at
        runs[pk].append(Run(State(state), begin, stop))
        listed |= {pk} if is_listed else set()
    strips = {pk: strip_of(own, start, end, since) for pk, own in runs.items()}
    whole = together([strips[pk] for pk in listed], start, end)
    return Year(strips, whole)


def _rows(start: datetime, end: datetime) -> Iterable[tuple[Any, ...]]:
    """Return what lasted in [start, end), each with the moment the firm's own data begin."""
    lasted = Q(end=None) | Q(end__gt=start)
    own_data = Organisation.objects.values("confirmed_at")[:1]
    rows = StateRun.objects.filter(lasted, start__lt=end, safeguard__provider=None).annotate(
        since=Subquery(own_data)
    )
    names = ("safeguard_id", "safeguard__listed", "since", "state", "start", "end")
    return rows.order_by("start").values_list(*names)
