"""The label: the whole board as one grid of cells under their questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

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


@dataclass(frozen=True, slots=True)
class CellGroup:
    """The cells under one or two questions."""

    questions: Sequence[str]
    cells: Sequence[Cell]

    @property
    def question(self) -> str:
        return " ".join(self.questions)


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
