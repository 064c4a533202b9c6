"""Safeguards under the questions of the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from ..models import Safeguard
from ..states import State
from .now import Row
from .past import PastRow

SUBJECTS = {
    Safeguard.Group.RECORDING: _("Recording and artificial intelligence"),
    Safeguard.Group.SEEN: _("Camera, screen and control"),
    Safeguard.Group.ACCESS: _("Password and waiting room"),
    Safeguard.Group.READING: _("Chat and contacts"),
    Safeguard.Group.DATA: _("Other services and servers"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """The rows under one question."""

    key: str
    rows: Sequence[Row | PastRow]

    @property
    def question(self) -> str:
        return str(Safeguard.Group(self.key).label)

    @property
    def subject(self) -> str:
        return str(SUBJECTS[Safeguard.Group(self.key)])


def grouped(rows: Sequence[Row | PastRow]) -> list[Group]:
    """Put rows under their questions, in the order of the page; empty groups are left out."""
    groups = [Group(key, [row for row in rows if row.group == key]) for key in Safeguard.Group]
    return [group for group in groups if group.rows]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows are in one state, and the place of the first of them."""

    state: State
    count: int
    first: str


def tally(rows: Iterable[Row]) -> list[Tally]:
    """Count the rows by state, in the order on, exception, due, off."""
    places: dict[State, list[str]] = {
        state: [] for state in (State.ON, State.EXCEPTION, State.DUE, State.OFF)
    }
    for row in rows:
        if row.state in places:
            places[row.state].append(row.slug)
    return [Tally(state, len(slugs), slugs[0]) for state, slugs in places.items() if slugs]


def open_points(rows: Sequence[Row]) -> list[Row]:
    """Return what is off or has an exception, the worst first: it is named, not only counted."""
    return [row for state in (State.OFF, State.EXCEPTION) for row in rows if row.state is state]
