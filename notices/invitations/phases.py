"""Before, during, after: which of its faces a meeting's page shows. No database, no clock."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from notices.firm.days import day_of


class Phase(StrEnum):
    """Where a moment lies in relation to a meeting."""

    AHEAD = "ahead"
    RUNNING = "running"
    HELD = "held"

    @property
    def is_ahead(self) -> bool:
        return self is Phase.AHEAD

    @property
    def is_running(self) -> bool:
        return self is Phase.RUNNING

    @property
    def is_held(self) -> bool:
        return self is Phase.HELD


def phase_at(starts_at: datetime, ends_at: datetime, moment: datetime) -> Phase:
    """Return the phase; from its end on a meeting's answers are those of its own time."""
    if moment < starts_at:
        return Phase.AHEAD
    return Phase.RUNNING if moment < ends_at else Phase.HELD


def is_its_day(starts_at: datetime, ends_at: datetime, moment: datetime) -> bool:
    """Say whether in Berlin it is the day of the meeting, or one of its days."""
    return day_of(starts_at) <= day_of(moment) <= day_of(ends_at)


def may_run_over(ends_at: datetime, moment: datetime) -> bool:
    """Say whether the meeting was to end earlier on this day in Berlin: some take longer."""
    return ends_at <= moment and day_of(ends_at) == day_of(moment)
