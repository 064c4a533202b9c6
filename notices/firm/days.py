"""Days and moments: UTC in the database, Europe/Berlin on pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils import timezone

BERLIN = ZoneInfo("Europe/Berlin")


@dataclass(slots=True)
class Reading:
    """A page being made for one moment, and until when what it says is true."""

    moment: datetime
    end: datetime


_reading: ContextVar[Reading | None] = ContextVar("reading", default=None)


@contextmanager
def reading_at(moment: datetime) -> Iterator[Reading]:
    """Let `now()` be `moment`, which may lie ahead, while a page is made."""
    # No page outlives its day: "today" and the days since are words on many of them.
    reading = Reading(moment, day_bounds(day_of(moment))[1])
    token = _reading.set(reading)
    try:
        yield reading
    finally:
        _reading.reset(token)


def now() -> datetime:
    """Return the moment for which a page is made; public pages ask no other clock."""
    reading = _reading.get()
    return reading.moment if reading else timezone.now()


def holds_until(*moments: datetime) -> None:
    """Say when something on the page being made stops being true."""
    reading = _reading.get()
    if reading:
        later = (moment for moment in moments if moment > reading.moment)
        reading.end = min([reading.end, *later])


# Asked for the same few days, once or more in each row of a page.
@lru_cache(maxsize=1_000)
def day_bounds(day: date) -> tuple[datetime, datetime]:
    """Return [00:00, 24:00) of `day` in Berlin; 23 or 25 hours long when clocks change."""
    start = datetime.combine(day, time.min, BERLIN)
    end = datetime.combine(day + timedelta(days=1), time.min, BERLIN)
    return start, end


def day_of(moment: datetime) -> date:
    """Return the day in Berlin on which `moment` falls."""
    return moment.astimezone(BERLIN).date()


def today() -> date:
    """Return the day in Berlin that it is now."""
    return day_of(timezone.now())
