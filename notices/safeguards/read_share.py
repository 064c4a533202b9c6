"""How many below the account must be read, so that what was read holds for all of them."""

from __future__ import annotations

# What people below the account can change is only as sure as the share of them that was read.
LEAST_READ_PERCENT = 95


def enough_read(read: int, total: int | None) -> bool:
    """Say whether so many of all were read that the others cannot make the answer wrong."""
    return bool(total) and read * 100 >= LEAST_READ_PERCENT * (total or 0)
