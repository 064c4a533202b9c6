"""What is derived from the checks and may be rebuilt: how long they covered without a gap.

The rows of `CheckCoverage` are the truth. A page asks the intervals, so that it reads as much
after ten years of checks as on the first day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery

from ..models import Check, CheckCoverage, CoveredInterval, Safeguard
from ..states import Coverage

# Where the account is read, a check is hours old; only what people compare is older.
RECENTLY = timedelta(days=2)
# No check holds for longer, so no two that renew each other are further apart.
LONGEST = timedelta(days=367)
# So many of the newest coverages are compared when somebody asks whether all is well.
SAMPLE = 50


@transaction.atomic
def append(coverages: Sequence[CheckCoverage]) -> None:
    """Bring the intervals up to date with `coverages`, which were just written."""
    newest = {one.safeguard_id: one for one in _newest([row.safeguard_id for row in coverages])}
    begun, renewed = [], []
    for row in coverages:
        made, latest = row.check_made, newest.get(row.safeguard_id)
        one = Coverage(
            made.at, row.valid_until, made.recorded_at, made.source, made.role, _confirmed(made)
        )
        if latest and (one.at, one.recorded_at) < (latest.last_check_at, latest.recorded_at):
            _derive(row.safeguard_id, one.at)
        elif latest and latest.end > one.at:
            renewed.append(_renew(latest, one))
        else:
            begun.append(_begin(row.safeguard_id, one))
    CoveredInterval.objects.bulk_create(begun)
    fields = ["end", "last_check_at", "recorded_at", "source", "role", "confirmed"]
    CoveredInterval.objects.bulk_update(renewed, fields)


@transaction.atomic
def rebuild() -> int:
    """Derive every interval from the checks anew and return how many there are."""
    CoveredInterval.objects.all().delete()
    for pk, rows in groupby(coverages_of(), key=itemgetter(0)):
        CoveredInterval.objects.bulk_create(_joined(pk, (one for _pk, one in rows)))
    return CoveredInterval.objects.count()


def is_right() -> bool:
    """Say whether the intervals agree with the newest checks and the first one: cheap."""
    done = CheckCoverage.objects.filter(check_made__outcome=Check.Outcome.DONE)
    rows = done.select_related("check_made")
    sample = [*rows.order_by("pk")[:1], *rows.order_by("-pk")[:SAMPLE]]
    sample.sort(key=lambda row: (row.check_made.at, row.check_made.recorded_at, row.pk))
    # Of two checks of one safeguard the later one counts.
    latest = {row.safeguard_id: row for row in sample}
    kept = {one.safeguard_id: one for one in _newest(latest)}
    return all(pk in kept and _ends_with(kept[pk], row) for pk, row in latest.items())


def coverages_of(*conditions: Q) -> Iterator[tuple[int, Coverage]]:
    """Yield the coverages that meet `conditions` by safeguard, in their order."""
    rows = (
        CheckCoverage.objects.filter(*conditions, check_made__outcome=Check.Outcome.DONE)
        .order_by("safeguard_id", "check_made__at", "check_made__recorded_at", "id")
        .values_list(
            "safeguard_id",
            "check_made__at",
            "valid_until",
            "check_made__recorded_at",
            "check_made__source",
            "check_made__role",
            "check_made__recorded_by",
            "check_made__confirmed_by",
        )
    )
    for pk, at, until, recorded_at, source, role, by, confirmed_by in rows.iterator():
        confirmed = confirmed_by is not None and confirmed_by != by
        yield pk, Coverage(at, until, recorded_at, source, role, confirmed)


def covered(interval: CoveredInterval) -> list[Coverage]:
    """Return an interval as its first and its last check: between them nothing changes."""
    last = Coverage(
        interval.last_check_at,
        interval.end,
        interval.recorded_at,
        interval.source,
        interval.role,
        interval.confirmed,
    )
    if interval.start == interval.last_check_at:
        return [last]
    return [Coverage(interval.start, interval.end, interval.start, interval.source), last]


def last_checks(safeguards: Iterable[int], until: datetime) -> dict[int, Coverage]:
    """Return the newest check of each of `safeguards` before `until`, in the middle of intervals.

    What lies within two days answers for almost all; only the others are asked for a year.
    """
    wanted = set(safeguards)
    found: dict[int, Coverage] = {}
    for span in (RECENTLY, LONGEST):
        asked = wanted - found.keys()
        if asked:
            # The checks first: by safeguard a database would go through those of all years.
            checks = Check.objects.filter(at__gte=until - span, at__lt=until).order_by()
            of_those = Q(check_made__in=checks.values("pk"))
            found |= dict(coverages_of(of_those, Q(safeguard__in=asked)))
    return found


def _newest(safeguards: Iterable[int]) -> list[CoveredInterval]:
    newest = CoveredInterval.objects.filter(safeguard=OuterRef("pk")).order_by("-start")
    pks = Safeguard.objects.filter(pk__in=set(safeguards)).annotate(
        newest=Subquery(newest.values("pk")[:1])
    )
    return list(CoveredInterval.objects.filter(pk__in=pks.order_by().values("newest")))


def _derive(safeguard: int, since: datetime) -> None:
    """Derive anew what comes after the interval that holds `since`, which was recorded late."""
    intervals = CoveredInterval.objects.filter(safeguard=safeguard)
    holding = intervals.filter(start__lte=since).last()
    start = holding.start if holding else since
    intervals.filter(start__gte=start).delete()
    rows = coverages_of(Q(safeguard=safeguard), Q(check_made__at__gte=start))
    CoveredInterval.objects.bulk_create(_joined(safeguard, (one for _pk, one in rows)))


def _joined(safeguard: int, coverages: Iterable[Coverage]) -> list[CoveredInterval]:
    """Join checks, in their order, that renew each other."""
    joined: list[CoveredInterval] = []
    for one in coverages:
        if joined and joined[-1].end > one.at:
            _renew(joined[-1], one)
        else:
            joined.append(_begin(safeguard, one))
    return joined


def _begin(safeguard: int, one: Coverage) -> CoveredInterval:
    return _renew(CoveredInterval(safeguard_id=safeguard, start=one.at), one)


def _renew(interval: CoveredInterval, one: Coverage) -> CoveredInterval:
    interval.end, interval.last_check_at = one.valid_until, one.at
    interval.recorded_at, interval.source = one.recorded_at, one.source
    interval.role, interval.confirmed = one.role, one.confirmed
    return interval


def _ends_with(interval: CoveredInterval, row: CheckCoverage) -> bool:
    """Say whether `row` can be the last check of `interval`, or an earlier one."""
    mark = (interval.last_check_at, interval.recorded_at)
    own = (row.check_made.at, row.check_made.recorded_at)
    return own < mark or (own == mark and interval.end == row.valid_until)


def _confirmed(made: Check) -> bool:
    return made.confirmed_by_id is not None and made.confirmed_by_id != made.recorded_by_id
