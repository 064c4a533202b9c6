"""What of a frozen text still holds: its safeguards, its legal foundations, its firm."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from notices.firm.days import day_of
from notices.firm.models import Organisation
from notices.firm.words.sample import names_sample
from notices.safeguards.board import timelines
from notices.safeguards.board.now import Row, rows_at
from notices.safeguards.board.timelines import Board
from notices.safeguards.states import State

from .models import Edition, Foundation, Notice
from .pages.sentences import Fallen


@dataclass(frozen=True, slots=True)
class Validity:
    """The computed notes beside a frozen text."""

    claimed: int
    rows: Sequence[Row]
    fallen: Fallen
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
    edition: Edition,
    organisation: Organisation,
    moment: datetime,
    known: Board | None = None,
    fallen: Fallen | None = None,
) -> Validity:
    """Compare what `edition` says with what is known at `moment`."""
    keys = set(edition.notice.safeguards.values_list("key", flat=True))
    known = known or (timelines.load_now() if keys else None)
    rows = rows_at(known, moment, listed=False) if known else []
    claimed = [row for row in rows if row.safeguard.key in keys]
    retired = [row for row in claimed if row.state is State.RETIRED]
    return Validity(
        claimed=len(keys) - len(retired),
        rows=[row for row in claimed if row not in retired],
        fallen=fallen or fallen_in(edition, day_of(moment)),
        names_sample_firm=not organisation.is_sample and _names_sample_firm(edition),
    )


def fallen_by(editions: Iterable[Edition], until: date) -> dict[int, Fallen]:
    """Return by edition what it leans on and what fell after it was written, by `until`.

    A text that came into force after the fall was written with it in mind.
    """
    editions = list(editions)
    if not editions:
        return {}
    leaning = (
        Notice.foundations.through.objects.filter(  # type: ignore[attr-defined]
            notice__in={edition.notice_id for edition in editions},
            foundation__state=Foundation.State.FALLEN,
            foundation__fallen_on__lte=until,
        )
        .select_related("foundation")
        .order_by("foundation__fallen_on", "foundation__key")
    )
    found: dict[int, list[Foundation]] = defaultdict(list)
    for tie in leaning:
        found[tie.notice_id].append(tie.foundation)
    return {
        edition.pk: Fallen(
            [
                one
                for one in found[edition.notice_id]
                if one.fallen_on and _was_written_by(edition, one.fallen_on)
            ]
        )
        for edition in editions
    }


def _was_written_by(edition: Edition, day: date) -> bool:
    return edition.in_force_from is not None and day_of(edition.in_force_from) < day


def fallen_in(edition: Edition, until: date) -> Fallen:
    """Return what of one edition fell by `until`."""
    return fallen_by([edition], until)[edition.pk]


def _names_sample_firm(edition: Edition) -> bool:
    pages = edition.rendered.values()
    return names_sample("".join(text for one in pages for text in (one.text, one.summary)))
