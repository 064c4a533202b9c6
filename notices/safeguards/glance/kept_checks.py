"""How many of the promised checks of the account were made. No clock, and no more than a year."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.db.models import Count, QuerySet

from notices.firm.days import day_bounds, day_of
from notices.firm.storage.moments import as_text, moment_of

from ..models import Check, CheckCoverage
from ..models.finding import Source
from .strip import Strip

# The account is read as often as this; a check may come a little late.
EVERY = timedelta(hours=6)
GRACE = timedelta(hours=1)

# The moments of checks, in order.
Checks = tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class KeptChecks:
    """The promised checks that were made, of all that were promised."""

    kept: int
    promised: int


def count(moments: Iterable[datetime], until: datetime) -> KeptChecks | None:
    """Count by the gaps between checks, in their order, until `until`; None without any check.

    A check sooner than promised counts for nothing: asking twice keeps no second promise.
    """
    kept = promised = 0
    last: datetime | None = None
    for moment in moments:
        due = 1 if last is None else (moment - last + GRACE) // EVERY
        if due:
            kept, promised, last = kept + 1, promised + due, moment
    if last is None:
        return None
    return KeptChecks(kept, promised + max(0, (until - last - GRACE) // EVERY))


def checks_within(strips: Iterable[Strip], stamp: str = "") -> Checks:
    """Return the moments of the checks by the account within any of `strips`.

    Like the totals of a strip they end with last midnight, so that a page stays true all day.
    """
    drawn = [strip for strip in strips if strip.spans]
    if not drawn:
        return ()
    begin = min(strip.spans[0].start for strip in drawn)
    until = _until(drawn[0])
    return _kept_checks(stamp, begin, until) if stamp else _checks(begin, until)


def _checks(begin: datetime, until: datetime) -> Checks:
    rows = _done(begin, until).order_by("at").values_list(as_text("at"), flat=True)
    return tuple(map(moment_of, rows))


@lru_cache(maxsize=2)
def _kept_checks(_stamp: str, begin: datetime, until: datetime) -> Checks:
    return _checks(begin, until)


def kept_checks(checks: Checks, strip: Strip) -> KeptChecks | None:
    """Return those of `checks` that fall within a strip of all safeguards."""
    if not strip.spans:
        return None
    return count(checks[bisect_left(checks, strip.spans[0].start) :], _until(strip))


def kept_checks_of_each(checks: Checks, strips: Mapping[int, Strip]) -> Mapping[int, KeptChecks]:
    """Return by safeguard those that covered it; what people compare promises no number."""
    begins = tuple((pk, strip.spans[0].start) for pk, strip in strips.items() if strip.spans)
    if not checks or not begins:
        return {}
    return counted_of_each(checks, begins, _until(next(iter(strips.values()))))


def _until(strip: Strip) -> datetime:
    return day_bounds(day_of(strip.end))[0]


@lru_cache(maxsize=8)
def counted_of_each(
    checks: Checks, begins: tuple[tuple[int, datetime], ...], until: datetime
) -> Mapping[int, KeptChecks]:
    """Count the coverages of a year: so many that they are counted once and kept in memory.

    Nothing about a check that was made can change: as long as no other came they are right.
    """
    since = {begin: checks[bisect_left(checks, begin) :] for _pk, begin in begins}
    # Almost every check covers them all, and most began together: those are counted as one.
    counted = {begin: count(own, until) for begin, own in since.items()}
    done = _done(min(since), until)
    covering = CheckCoverage.objects.filter(
        check_made__in=done, safeguard__in=[pk for pk, _begin in begins]
    )
    times = dict(covering.order_by().values_list("safeguard").annotate(Count("pk")))
    found = {pk: counted[begin] for pk, begin in begins if pk in times}
    odd = {pk: begin for pk, begin in begins if times.get(pk, 0) not in (0, len(since[begin]))}
    rows = covering.filter(safeguard__in=odd).order_by("check_made__at")
    own: dict[int, list[datetime]] = defaultdict(list)
    for pk, moment in rows.values_list("safeguard", "check_made__at") if odd else ():
        own[pk] += [moment] if moment >= odd[pk] else []
    found |= {pk: count(own[pk], until) for pk in odd}
    return {pk: made for pk, made in found.items() if made}


def _done(start: datetime, until: datetime) -> QuerySet[Check]:
    return Check.objects.filter(
        source=Source.ACCOUNT, outcome=Check.Outcome.DONE, at__gte=start, at__lt=until
    ).order_by()
