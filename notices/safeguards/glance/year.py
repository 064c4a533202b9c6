"""The strips of all safeguards for the twelve months before a moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import NamedTuple

from django.db.models import Q, Subquery

from notices.firm.models import Organisation
from notices.firm.storage.moments import as_text, moment_of

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
    rows = _kept_rows(stamp, start) if stamp else _rows(start, end)
    for pk, is_listed, run in rows.runs:
        if run.start < end:
            runs[pk].append(run)
            listed |= {pk} if is_listed else set()
    strips = {pk: strip_of(own, start, end, rows.since) for pk, own in runs.items()}
    whole = together([strips[pk] for pk in listed], start, end)
    return Year(strips, whole, rows.first if runs else None, stamp)


class Rows(NamedTuple):
    """The runs of a year by safeguard, each with whether that is listed."""

    runs: Sequence[tuple[int, bool, Run]]
    # When the firm's own data begin, and the first run of all.
    since: datetime | None
    first: datetime | None


# Those of this day, and of the one for which pages are made ahead.
@lru_cache(maxsize=2)
def _kept_rows(_stamp: str, start: datetime) -> Rows:
    return _rows(start)


def _rows(start: datetime, end: datetime | None = None) -> Rows:
    """Return what lasted from `start` on, and began before `end`."""
    lasted = Q(end=None) | Q(end__gt=start)
    until = {"start__lt": end} if end else {}
    first = StateRun.objects.order_by("start").values("start")[:1]
    own_data = Organisation.objects.values("confirmed_at")[:1]
    asked = StateRun.objects.filter(lasted, safeguard__provider=None, **until).values_list(
        *("safeguard_id", "safeguard__listed", "state", as_text("start"), as_text("end")),
        *(as_text(Subquery(own_data)), as_text(Subquery(first))),
    )
    found = list(asked.order_by("start"))
    runs = [
        (pk, listed, Run(State(state), moment_of(begin), moment_of(stop) if stop else None))
        for pk, listed, state, begin, stop, *_same in found
    ]
    # These two are the same in each row.
    same = found[0][-2:] if found else (None, None)
    return Rows(runs, *(moment_of(text) if text else None for text in same))
