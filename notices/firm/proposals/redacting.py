"""Personal data in proposals and in what texts said before become a mark; nothing else changes.

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
from django.utils.translation import ngettext

from notices.lib import redaction
from notices.lib.redaction import Hit

from .. import audit
from ..audit import Act
from ..languages import CODES, REQUIRED
from ..models import EarlierValues, ProposedChange
from ..words.redaction_mark import redaction_mark

REDACT = "editions.redact_edition"
Kept = ProposedChange | EarlierValues
# What is kept of each kind of row: lines of words, and values by the field they stood in.
LINES = {"subject": 200, "reason": 300}
VALUES = ("before", "after", "values")


def occurrences(phrases: Sequence[str]) -> list[Kept]:
    """Return the proposals and the earlier values in which one of the phrases stands."""
    found: list[Kept] = []
    for kept in (ProposedChange, EarlierValues):
        rows = kept._default_manager.order_by("pk").iterator(chunk_size=200)
        found += [row for row in rows if _redacted(row, phrases)]
    return found


@dataclass(frozen=True, slots=True)
class Planned:
    """What a redaction would change in one row; nothing is stored yet."""

    proposal: Kept
    hits: Sequence[Hit]


def plan(phrases: Sequence[str]) -> list[Planned]:
    """Return every row in which one of the phrases stands, and where."""
    return [Planned(row, _hits(row, phrases)) for row in occurrences(phrases)]


@transaction.atomic
def redact(
    phrases: Sequence[str],
    *,
    reason: str,
    by: User,
    kept: type[ProposedChange] | type[EarlierValues] = ProposedChange,
) -> int:
    """Put the mark in the place of `phrases` in every row of a table; return in how many."""
    count = 0
    # Locked, so that nobody decides meanwhile about what is being changed.
    for row in kept._default_manager.select_for_update().order_by("pk"):
        if not (changed := _redacted(row, phrases)):
            continue
        kept._default_manager.filter(pk=row.pk).update(**changed, redacted_at=timezone.now())
        # By its number: the name of what it is about may be what had to go.
        audit.record(Act.CHANGE_REDACTED, f"#{row.pk}", by=by, reason=reason)
        count += 1
    return count


@transaction.atomic
def redact_everywhere(phrases: Sequence[str], *, reason: str, by: User) -> list[str]:
    """Redact proposals and earlier versions; return in sentences what was done."""
    said = []
    if count := redact(phrases, reason=reason, by=by):
        words = ngettext(
            "Redacted in %(count)d proposal.", "Redacted in %(count)d proposals.", count
        )
        said.append(words % {"count": count})
    if count := redact(phrases, reason=reason, by=by, kept=EarlierValues):
        words = ngettext(
            "Redacted in %(count)d earlier version.",
            "Redacted in %(count)d earlier versions.",
            count,
        )
        said.append(words % {"count": count})
    return said


def _redacted(row: Kept, phrases: Sequence[str]) -> dict[str, Any]:
    """Return what changes in the texts of a row; nothing where no phrase stands in it."""
    mark = redaction_mark(REQUIRED)
    changed: dict[str, Any] = {
        name: redaction.in_line(text, phrases, mark)[: LINES[name]]
        for name, text in _lines(row).items()
    }
    changed |= {name: _values(values, phrases) for name, values in _kept_values(row).items()}
    return {name: value for name, value in changed.items() if value != getattr(row, name)}


def _lines(row: Kept) -> dict[str, str]:
    return {name: getattr(row, name) for name in LINES if hasattr(row, name)}


def _kept_values(row: Kept) -> dict[str, dict[str, Any]]:
    return {name: getattr(row, name) for name in VALUES if hasattr(row, name)}


def _hits(row: Kept, phrases: Sequence[str]) -> list[Hit]:
    lines = _lines(row).values()
    values = [one for kept in _kept_values(row).values() for one in kept.values()]
    texts = [one for one in values if isinstance(one, str)]
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
