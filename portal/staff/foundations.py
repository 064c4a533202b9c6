"""Which texts lean on a legal foundation that has fallen, and which foundations are due a look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from notices.editions.foundations import is_check_due
from notices.editions.models import Edition, Foundation, Notice
from notices.faq.models import Question
from notices.firm.days import day_of
from notices.firm.languages import localised, text_of, texts_of
from notices.firm.templatetags.lupe import day, in_its_language
from notices.firm.words.sentences import sentence


@dataclass(frozen=True, slots=True)
class Leaning:
    """A notice or question that leans on a foundation; open while it predates the fall."""

    kind: str
    key: str
    title: str
    written_on: date | None
    is_open: bool
    address: str

    @property
    def kind_word(self) -> str:
        return _("Notice:") if self.kind == "notice" else _("Question:")


@dataclass(frozen=True, slots=True)
class FoundationReport:
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

    @property
    def fallen_sentence(self) -> SafeString:
        name, date = in_its_language(localised(self.foundation, "name")), self.foundation.fallen_on
        return sentence(_("%(name)s has fallen, on %(date)s"), name=name, date=day(date))


def foundations(moment: datetime) -> list[FoundationReport]:
    """Return every foundation, what leans on it, and whether somebody has to act."""
    rows = Foundation.objects.prefetch_related("notices", "questions").order_by("kind", "key")
    written = _written_on(moment)
    found = []
    for foundation in rows:
        # The reverse sides carry names that the type checker does not know.
        texts: Any = foundation
        leaning = [
            *(_notice(one, foundation, written[one.pk]) for one in texts.notices.all()),
            *(_question(one, foundation) for one in texts.questions.all()),
        ]
        due = is_check_due(foundation, day_of(moment))
        found.append(FoundationReport(foundation, due, leaning))
    return found


def as_json(standings: Sequence[FoundationReport], moment: datetime) -> dict[str, Any]:
    """Return what `manage.py foundations --json` prints; new keys may be added, none change."""
    return {
        "schema": 1,
        "as_of": day_of(moment).isoformat(),
        "foundations": [
            {
                "key": one.foundation.key,
                "kind": one.foundation.kind,
                "name": texts_of(one.foundation, "name"),
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


def _written_on(moment: datetime) -> dict[int, date | None]:
    """Return since when the text of each notice is in force, None if none is."""
    newest = Edition.objects.came_into_force_by(moment).filter(notice=OuterRef("pk"))
    row = newest.in_force_order().annotate(withdrawn_at=F("withdrawal__at"))
    notices = Notice.objects.annotate(
        since=Subquery(row.values("in_force_from")[:1]),
        withdrawn_at=Subquery(row.values("withdrawn_at")[:1]),
    )
    return {
        pk: None if since is None or (withdrawn_at and withdrawn_at <= moment) else day_of(since)
        for pk, since, withdrawn_at in notices.values_list("pk", "since", "withdrawn_at")
    }


def _notice(notice: Notice, foundation: Foundation, written_on: date | None) -> Leaning:
    return Leaning(
        "notice",
        notice.key,
        text_of(notice, "title"),
        written_on,
        _predates(written_on, foundation),
        reverse("admin:editions_notice_change", args=[notice.pk]),
    )


def _question(question: Question, foundation: Foundation) -> Leaning:
    looked_at = max(question.written_on, question.reviewed_on or question.written_on)
    return Leaning(
        "question",
        question.key,
        text_of(question, "question"),
        looked_at,
        _predates(looked_at, foundation),
        reverse("admin:faq_question_change", args=[question.pk]),
    )


def _predates(written_on: date | None, foundation: Foundation) -> bool:
    """Say whether a text was last written before the fall; on the same day counts as before."""
    fallen_on = foundation.fallen_on
    return fallen_on is not None and written_on is not None and written_on <= fallen_on
