"""Which words of a safeguard are those of a moment, as the search index names them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from notices.safeguards.board.now import Row, rows_at
from notices.safeguards.board.timelines import Board
from notices.safeguards.states import WORDED

from .documents import NO_WORDING


def safeguard_variants(known: Board, moment: datetime) -> dict[int, str]:
    """Return for each safeguard, by id, the variant of its entry that holds at `moment`."""
    return variants_of(rows_at(known, moment))


def variants_of(rows: Iterable[Row]) -> dict[int, str]:
    """Return for each safeguard of `rows`, by id, the variant of its entry."""
    return {
        row.safeguard.pk: row.state.value if row.state.value in WORDED else NO_WORDING
        for row in rows
    }
