"""Safeguards under the questions of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from .board import PastRow, Row
from .models import Safeguard

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
