"""Which checks made by hand fall due soon: for the first staff page and the daily mail."""

from __future__ import annotations

from datetime import datetime, timedelta

from .. import recording
from ..board.now import Row, rows_at
from ..board.timelines import Board
from ..models import Reminder
from ..states import Coverage, State

AHEAD = timedelta(days=14)


def soon_due(read: Board, now: datetime) -> list[Row]:
    """Return what people have to compare by hand within two weeks, the most urgent first."""
    found = [
        (covered.valid_until, row)
        for row in rows_at(read, now, listed=False)
        if (covered := row.situation.coverage) is not None
        and row.state not in (State.DUE, State.RETIRED)
        and not recording.is_read_from_account(row.safeguard)
        and reminds_from(covered) <= now
    ]
    return [row for _until, row in sorted(found, key=lambda pair: pair[0])]


def reminds_from(covered: Coverage) -> datetime:
    """Return the moment from which a check asks for the next one: two weeks before its end.

    A check that holds for less than four weeks asks from the middle of its time on.
    """
    return covered.valid_until - min(AHEAD, (covered.valid_until - covered.at) / 2)


def told_before() -> set[tuple[int, datetime]]:
    """Return the checks of which all were told together, before there was a daily mail."""
    rows = Reminder.objects.values_list("coverage__safeguard_id", "coverage__check_made__at")
    return set(rows)
