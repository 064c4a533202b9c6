"""Which texts lean on a legal foundation that has fallen, and which foundations are due a look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from notices.editions.foundations import is_check_due
from notices.editions.models import Foundation, Notice
from notices.faq.models import Question
from notices.firm.days import day_of


@dataclass(frozen=True, slots=True)
class Leaning:
    """A notice or question that leans on a foundation; open while it predates the fall."""

    kind: str
    key: str
    title: str
    written_on: date | None
    is_open: bool
    address: str


@dataclass(frozen=True, slots=True)
class Standing:
    """One foundation with everything that leans on it."""

    foundation: Foundation
    is_check_due: bool
    leaning: Sequence[Leaning]

    @property
    def open(self) -> list[Leaning]:
        """Return the texts that still have to be looked at because the foundation fell."""
        return [one for one in self.leaning if one.is_open]

    @property
    def settled(self) -> list[Leaning]:
        return [one for one in self.leaning if not one.is_open]

    @property
    def has_fallen(self) -> bool:
        return self.foundation.state == Foundation.State.FALLEN


def foundations(moment: datetime) -> list[Standing]:
    """Return every foundation, what leans on it, and whether somebody has to act."""
    rows = Foundation.objects.prefetch_related("notices", "questions").order_by("kind", "key")
    written = {notice.pk: _written_on(notice, moment) for notice in Notice.objects.all()}
    found = []
    for foundation in rows:
        # The reverse sides carry names that the type checker does not know.
        texts: Any = foundation
        leaning = [
            *(_notice(one, foundation, written[one.pk]) for one in texts.notices.all()),
            *(_question(one, foundation) for one in texts.questions.all()),
        ]
        due = is_check_due(foundation, day_of(moment))
        found.append(Standing(foundation, due, leaning))
    return found


def as_json(standings: Sequence[Standing], moment: datetime) -> dict[str, Any]:
    """Return what `manage.py foundations --json` prints; new keys may be added, none change."""
    return {
        "schema": 1,
        "as_of": day_of(moment).isoformat(),
        "foundations": [
            {
                "key": one.foundation.key,
                "kind": one.foundation.kind,
                "name": {"de": one.foundation.name_de, "en": one.foundation.name_en or ""},
                "source": one.foundation.source_url,
                "checked_on": one.foundation.checked_on.isoformat(),
                "check_due": one.is_check_due,
                "state": one.foundation.state,
                "fallen_on": one.foundation.fallen_on and one.foundation.fallen_on.isoformat(),
                "leaning": [
                    {
                        "type": text.kind,
                        "key": text.key,
                        "title": text.title,
                        "written_on": text.written_on and text.written_on.isoformat(),
                        "open": text.is_open,
                    }
                    for text in one.leaning
                ],
            }
            for one in standings
        ],
    }


def _written_on(notice: Notice, moment: datetime) -> date | None:
    """Return since when the text in force is in force, None if none is."""
    edition = notice.in_force_at(moment)
    return day_of(edition.in_force_from) if edition and edition.in_force_from else None


def _notice(notice: Notice, foundation: Foundation, written_on: date | None) -> Leaning:
    return Leaning(
        "notice",
        notice.key,
        notice.title_de,
        written_on,
        _predates(written_on, foundation),
        reverse("admin:editions_notice_change", args=[notice.pk]),
    )


def _question(question: Question, foundation: Foundation) -> Leaning:
    return Leaning(
        "question",
        question.key,
        question.question_de,
        question.reviewed_on,
        _predates(question.reviewed_on, foundation),
        reverse("admin:faq_question_change", args=[question.pk]),
    )


def _predates(written_on: date | None, foundation: Foundation) -> bool:
    """Say whether a text was last written before the fall; on the same day counts as before."""
    fallen_on = foundation.fallen_on
    return fallen_on is not None and written_on is not None and written_on <= fallen_on
