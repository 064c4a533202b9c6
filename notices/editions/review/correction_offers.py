"""Offer the corrections of published text to the draft that was begun before them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction

from notices.firm.audit import Act

from .. import corrections
from ..corrections import WordChange
from ..integrity.digests import fresh_languages, note_source
from ..models import Edition
from ..publishing import CORRECTED_FIELDS, NotADraft, PublishingError, audit, locked


class DoesNotFit(PublishingError):
    """The words of a correction do not stand in the draft exactly once."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A correction that an open draft lacks; one that does not fit is made by hand."""

    correction: Edition
    changes: Sequence[WordChange]
    fits: bool


def offers(draft: Edition) -> list[Offer]:
    """Return the corrections published since `draft` was begun that it does not contain."""
    rows = (
        Edition.objects.published()
        .filter(notice=draft.notice_id, correction__gt=0, published_at__gte=draft.created_at)
        .order_by("published_at", "id")
    )
    texts = _texts(draft)
    found = []
    for row in rows:
        changes = changes_of(row)
        fits = corrections.apply(changes, texts) is not None
        if fits or not all(_contains(texts, change) for change in changes):
            found.append(Offer(row, changes, fits))
    return found


@transaction.atomic
def take_over(draft: Edition, correction: Edition, *, by: User) -> Edition:
    """Make the word changes of `correction` in `draft`."""
    draft = locked(draft)
    if draft.status != Edition.Status.DRAFT:
        raise NotADraft(draft)
    changed = corrections.apply(changes_of(correction), _texts(draft))
    if changed is None:
        raise DoesNotFit(draft)
    fresh = fresh_languages(draft)
    for name, text in changed.items():
        setattr(draft, name, text)
    # These texts meant the same before; a typing error changes no meaning.
    note_source(draft, fresh)
    draft.save()
    draft.writers.add(by)
    audit(by, Act.EDITION_TOOK_CORRECTION, draft, correction=correction.label)
    return draft


def changes_of(correction: Edition) -> tuple[WordChange, ...]:
    """Return the words in which `correction` differs from the row that it corrects."""
    before = Edition.objects.published().filter(
        notice=correction.notice_id,
        number=correction.number,
        correction=correction.correction - 1,
    )
    row = before.first()
    return corrections.word_changes(_texts(row), _texts(correction)) if row else ()


def changes_of_all(rows: Sequence[Edition]) -> list[tuple[WordChange, ...]]:
    """Return for each of many corrections what `changes_of` returns, with one question for all."""
    candidates = Edition.objects.published().filter(
        notice__in={row.notice_id for row in rows}, number__in={row.number for row in rows}
    )
    known = {(one.notice_id, one.number, one.correction): one for one in candidates}
    befores = [known.get((row.notice_id, row.number, row.correction - 1)) for row in rows]
    return [
        corrections.word_changes(_texts(before), _texts(row)) if before else ()
        for before, row in zip(befores, rows, strict=True)
    ]


def _contains(texts: dict[str, str], change: WordChange) -> bool:
    words = texts[change.field].split()
    return change.old not in words and change.new in words


def _texts(edition: Edition) -> dict[str, str]:
    return {name: getattr(edition, name) or "" for name in CORRECTED_FIELDS}
