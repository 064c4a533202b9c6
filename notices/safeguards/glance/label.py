"""The label: the whole board as one grid of cells under their questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from notices.firm.days import day_of
from notices.firm.languages import Localised

from ..board.groups import grouped
from ..board.now import Row
from ..models import Safeguard
from ..states import State
from .label_words import name_of, value_of


@dataclass(frozen=True, slots=True)
class Cell:
    """One safeguard: what it is about, its value, and when and how it was checked."""

    key: str
    slug: str
    name: Localised
    state: State
    value: str
    checked_at: datetime | None
    by_hand: bool

    @property
    def checked(self) -> tuple[date, bool] | None:
        """Return what a cell says of its check: the day, and whether it was made by hand."""
        return (day_of(self.checked_at), self.by_hand) if self.checked_at else None


@dataclass(frozen=True, slots=True)
class CellGroup:
    """The cells under one or two questions."""

    questions: Sequence[str]
    cells: Sequence[Cell]

    @property
    def question(self) -> str:
        return " ".join(self.questions)

    @property
    def typical(self) -> Cell | None:
        """Return a cell that was checked as most here were; none if no two share it.

        Its check is said once beside the question, and only cells that differ say their own:
        a phone has no room for the same day in every cell.
        """
        shared = Counter(cell.checked for cell in self.cells if cell.checked).most_common(1)
        if not shared or shared[0][1] < 2:
            return None
        return next(cell for cell in self.cells if cell.checked == shared[0][0])

    @property
    def differing(self) -> Sequence[Cell]:
        """Return the cells that say themselves when and how they were checked."""
        typical = self.typical
        return [c for c in self.cells if typical is None or c.checked != typical.checked]


# Two short questions share a line of cells: the label has to fit one sheet of paper.
TOGETHER = {Safeguard.Group.READING: Safeguard.Group.ACCESS}


def label(rows: Sequence[Row]) -> list[CellGroup]:
    """Return the cells of `rows` in the order of the page."""
    found: dict[str, CellGroup] = {}
    for group in grouped(rows):
        key = TOGETHER.get(Safeguard.Group(group.key), Safeguard.Group(group.key))
        before = found.get(key, CellGroup((), ()))
        cells = [_cell(row) for row in group.rows if isinstance(row, Row)]
        found[key] = CellGroup((*before.questions, group.question), (*before.cells, *cells))
    return list(found.values())


def _cell(row: Row) -> Cell:
    coverage = row.situation.coverage
    return Cell(
        key=row.safeguard.key,
        slug=row.slug,
        name=name_of(row.safeguard),
        state=row.state,
        value=value_of(row.safeguard, row.state),
        checked_at=row.checked_at,
        by_hand=coverage is not None and coverage.by_hand,
    )
