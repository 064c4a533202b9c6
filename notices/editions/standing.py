"""What of a frozen text still holds: its safeguards, its legal foundations, its firm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from notices.firm.days import day_of
from notices.firm.models import Organisation
from notices.firm.sample import names_sample
from notices.safeguards import board
from notices.safeguards.board import Board, Row
from notices.safeguards.states import State

from .models import Edition, Foundation


@dataclass(frozen=True, slots=True)
class Standing:
    """The computed notes beside a frozen text."""

    claimed: int
    rows: Sequence[Row]
    fallen: Sequence[Foundation]
    names_sample_firm: bool

    @property
    def deviating(self) -> list[Row]:
        """Return the safeguards that are not simply on."""
        return [row for row in self.rows if row.state is not State.ON]

    @property
    def unrecorded(self) -> int:
        """Return how many claimed safeguards have no record at all."""
        return self.claimed - len(self.rows)


def standing(
    edition: Edition, organisation: Organisation, moment: datetime, known: Board | None = None
) -> Standing:
    """Compare what `edition` says with what is known at `moment`."""
    keys = set(edition.notice.safeguards.values_list("key", flat=True))
    known = known or (board.load() if keys else None)
    rows = known.rows_at(moment, listed=False) if known else []
    claimed = [row for row in rows if row.safeguard.key in keys]
    retired = [row for row in claimed if row.state is State.RETIRED]
    return Standing(
        claimed=len(keys) - len(retired),
        rows=[row for row in claimed if row not in retired],
        fallen=fallen_foundations(edition, moment),
        names_sample_firm=not organisation.is_sample and _names_sample_firm(edition),
    )


def fallen_foundations(edition: Edition, moment: datetime) -> list[Foundation]:
    """Return what the text leans on and what fell after it was written, oldest first.

    A text that came into force after the fall was written with it in mind.
    """
    if edition.in_force_from is None:
        return []
    return list(
        edition.notice.foundations.filter(
            state=Foundation.State.FALLEN,
            fallen_on__gt=day_of(edition.in_force_from),
            fallen_on__lte=day_of(moment),
        ).order_by("fallen_on", "key")
    )


def _names_sample_firm(edition: Edition) -> bool:
    return names_sample("".join((edition.html_de, edition.html_en, edition.summary_html_de)))
