"""How many of the promised checks of the account were made. No clock, and no more than a year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from notices.firm.days import day_bounds, day_of

from ..models import Check
from ..models.finding import Source
from .strip import Strip

# The account is read as often as this; a check may come a little late.
EVERY = timedelta(hours=6)
GRACE = timedelta(hours=1)


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


def kept_checks(strip: Strip) -> KeptChecks | None:
    """Return the checks within a strip of all safeguards, from the first one on.

    Like its totals they are counted until last midnight, so that a page stays true all day.
    """
    if not strip.spans:
        return None
    until = day_bounds(day_of(strip.end))[0]
    done = Check.objects.filter(
        source=Source.ACCOUNT,
        outcome=Check.Outcome.DONE,
        at__gte=strip.spans[0].start,
        at__lt=until,
    )
    return count(done.order_by("at").values_list("at", flat=True), until)
