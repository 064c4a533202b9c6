"""Personal data in proposals become a mark: in open and decided ones, and nothing else changes.

A proposal that still waits has another digest then: it is read again, and where what is stored
still holds the words, it no longer fits and is proposed anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from notices.lib import redaction
from notices.lib.redaction import Hit

from .. import audit
from ..audit import Act
from ..languages import CODES, REQUIRED
from ..models import ProposedChange
from ..words.redaction_mark import redaction_mark

REDACT = "editions.redact_edition"


def occurrences(phrases: Sequence[str]) -> list[ProposedChange]:
    """Return the proposals, open or decided, in which one of the phrases stands."""
    rows = ProposedChange.objects.order_by("pk").iterator(chunk_size=200)
    return [row for row in rows if _redacted(row, phrases)]


@dataclass(frozen=True, slots=True)
class Planned:
    """What a redaction would change in one proposal; nothing is stored yet."""

    proposal: ProposedChange
    hits: Sequence[Hit]


def plan(phrases: Sequence[str]) -> list[Planned]:
    """Return every proposal, open or decided, in which one of the phrases stands, and where."""
    return [Planned(row, _hits(row, phrases)) for row in occurrences(phrases)]


@transaction.atomic
def redact(phrases: Sequence[str], *, reason: str, by: User) -> int:
    """Put the mark in the place of `phrases` in every proposal; return in how many."""
    count = 0
    # Locked, so that nobody decides meanwhile about what is being changed.
    for row in ProposedChange.objects.select_for_update().order_by("pk"):
        if not (changed := _redacted(row, phrases)):
            continue
        ProposedChange.objects.filter(pk=row.pk).update(**changed, redacted_at=timezone.now())
        # By its number: the name of what it is about may be what had to go.
        audit.record(Act.CHANGE_REDACTED, f"#{row.pk}", by=by, reason=reason)
        count += 1
    return count


def _redacted(row: ProposedChange, phrases: Sequence[str]) -> dict[str, Any]:
    """Return what changes in the texts of a proposal; nothing where no phrase stands in it."""
    mark = redaction_mark(REQUIRED)
    changed = {
        "subject": redaction.in_line(row.subject, phrases, mark)[:200],
        "reason": redaction.in_line(row.reason, phrases, mark)[:300],
        "before": _values(row.before, phrases),
        "after": _values(row.after, phrases),
    }
    return {name: value for name, value in changed.items() if value != getattr(row, name)}


def _hits(row: ProposedChange, phrases: Sequence[str]) -> list[Hit]:
    lines = [row.subject, row.reason]
    texts = [one for one in (*row.before.values(), *row.after.values()) if isinstance(one, str)]
    return [
        *(hit for text in lines for hit in redaction.hits_in_line(text, phrases)),
        *(hit for text in texts for hit in redaction.hits_in_source(text, phrases)),
    ]


def _values(values: dict[str, Any], phrases: Sequence[str]) -> dict[str, Any]:
    # Texts are Markdown or plain words; the addresses of links in them stay.
    return {
        name: redaction.in_source(value, phrases, redaction_mark(_language_of(name)))
        if isinstance(value, str)
        else value
        for name, value in values.items()
    }


def _language_of(name: str) -> str:
    suffix = name.rpartition("_")[2]
    return suffix if suffix in CODES else REQUIRED
