"""Days and moments: UTC in the database, Europe/Berlin on pages."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """Return [00:00, 24:00) of `day` in Berlin; 23 or 25 hours long when clocks change."""
    start = datetime.combine(day, time.min, BERLIN)
    end = datetime.combine(day + timedelta(days=1), time.min, BERLIN)
    return start, end


def day_of(moment: datetime) -> date:
    """Return the day in Berlin on which `moment` falls."""
    return moment.astimezone(BERLIN).date()
