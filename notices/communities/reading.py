"""What is said about a community at one moment: details, resolutions, and what is wrong with them.

Only what a second person confirmed counts; what a meeting began with stays said about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from .models import Community, CommunityDetails, Decided, Resolution

Statement = TypeVar("Statement", bound=Decided)


class Flaw(StrEnum):
    """Why no resolution carries a meeting."""

    MISSING = "missing"
    NOT_YET = "not yet"
    ENDED = "ended"


def known_at(rows: Sequence[Statement], moment: datetime) -> list[Statement]:
    """Return what was confirmed by `moment`; without anything, what was confirmed first."""
    accepted = [row for row in rows if row.accepted and row.decided_at]
    in_time = [row for row in accepted if row.decided_at and row.decided_at <= moment]
    return in_time or accepted[:1]


def details_at(community: Community, moment: datetime) -> CommunityDetails | None:
    """Return name, address and contact as they stood at `moment`."""
    rows = known_at(list(community.details.all()), moment)
    return rows[-1] if rows else None


def resolution_for(
    community: Community, kind: str, day: date, moment: datetime
) -> tuple[Resolution | None, Flaw | None]:
    """Return what carries a meeting of `kind` on `day`, as known at `moment`, or what is wrong."""
    rows = [row for row in community.resolutions.all() if row.kind == kind]
    return carries(known_at(rows, moment), day)


def carries(rows: Sequence[Resolution], day: date) -> tuple[Resolution | None, Flaw | None]:
    """Hold the newest of `rows`, all of one kind, against `day`."""
    if not rows:
        return None, Flaw.MISSING
    newest = rows[-1]
    if newest.holds_on(day):
        return newest, None
    return newest, Flaw.NOT_YET if day < newest.since else Flaw.ENDED
