"""Which words of a safeguard are those of a moment, as the search index names them."""

from __future__ import annotations

from datetime import datetime

from notices.safeguards.board import Board

from .indexing import NO_WORDING, STATES


def safeguard_variants(known: Board, moment: datetime) -> dict[int, str]:
    """Return for each safeguard, by id, the variant of its entry that holds at `moment`."""
    variants = {}
    for row in known.rows_at(moment):
        state = row.state.value
        variants[row.safeguard.pk] = state if state in STATES else NO_WORDING
    return variants
