"""What a translator sent back: held against what is stored, then taken over or named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notices.editions import drafting
from notices.editions.models import Edition
from notices.firm.admin_base import check_markdown, refuse_join_link
from notices.firm.inputs.one_line import refuse_unseen
from notices.firm.languages import column, columns, is_missing
from notices.firm.proposals import proposing
from notices.safeguards.models import Wording

from .units import WORDING_FIELDS, Unit, units
from .xliff import Translated

MARKDOWN = {"editions.edition": ("summary", "text"), "faq.question": ("answer",)}
UNKNOWN = _("This text is not there (any more), or you may not change it.")
SOURCE_MOVED = _("The German text was changed since the file was made.")
TARGET_MOVED = _("Somebody else changed the translation since the file was made.")
IN_REVIEW = _("This edition waits for approval, so nobody can change it now.")


@dataclass(frozen=True, slots=True)
class Conflict:
    """One text that is not taken over, and why."""

    name: str
    why: Promise | str


@dataclass(slots=True)
class Plan:
    """What taking a file over would do: texts that are new, and those that cannot be taken."""

    taken: list[tuple[Unit, str]] = field(default_factory=list)
    same: int = 0
    empty: int = 0
    conflicts: list[Conflict] = field(default_factory=list)


def plan(translated: Iterable[Translated], language: str, user: User) -> Plan:
    """Hold every text of a file against what is stored; store nothing."""
    known = {unit.key: unit for unit in units(language, user)}
    found = Plan()
    for one in translated:
        unit = known.get(one.key)
        target = one.target.replace("\r\n", "\n")
        if is_missing(target):
            found.empty += 1
        elif unit is not None and target == unit.target:
            found.same += 1
        elif why := _why_not(unit, one, target):
            found.conflicts.append(Conflict(_name(unit, one), why))
        elif unit is not None:
            found.taken.append((unit, target))
    return found


@transaction.atomic
def take_over(found: Plan, *, by: User) -> int:
    """Store what `found` takes; with a second person needed, propose it. Return how many rows."""
    by_row: dict[models.Model, list[tuple[Unit, str]]] = defaultdict(list)
    for unit, target in found.taken:
        by_row[unit.row].append((unit, target))
    for row, pairs in by_row.items():
        language = pairs[0][0].language
        values = {column(unit.field, language): target for unit, target in pairs}
        if isinstance(row, Edition):
            _into_draft(row, language, values, by)
        elif isinstance(row, Wording):
            _as_new_wording(row, values, by)
        else:
            _propose(row, proposing.values_of(row, values), values, by)
    return len(by_row)


def _why_not(unit: Unit | None, one: Translated, target: str) -> Promise | str:
    if unit is None:
        return UNKNOWN
    if one.source.strip() != unit.source.replace("\r\n", "\n").strip():
        return SOURCE_MOVED
    if one.was != unit.target_digest:
        return TARGET_MOVED
    if unit.is_in_review:
        return IN_REVIEW
    return _wrong(unit, target)


def _wrong(unit: Unit, target: str) -> str:
    """Return why a text cannot be stored, in the words of the forms."""
    column_ = unit.row._meta.get_field(column(unit.field, unit.language))
    try:
        column_.clean(target, unit.row)  # type: ignore[union-attr]
        refuse_join_link(target)
        if unit.field in MARKDOWN.get(unit.row._meta.label_lower, ()):
            check_markdown(target)
        elif not isinstance(column_, models.TextField):
            refuse_unseen(target)
    except (ValidationError, forms.ValidationError) as error:
        return " ".join(error.messages)
    return ""


def _into_draft(edition: Edition, language: str, values: dict[str, str], by: User) -> None:
    """Write into the draft, or begin one: what readers see is frozen."""
    draft = edition if edition.is_draft else drafting.begin(edition.notice, by=by)
    for name, value in values.items():
        setattr(draft, name, value)
    drafting.save(draft, by=by, right=[language])


def _as_new_wording(row: Wording, values: dict[str, str], by: User) -> None:
    kept = {name: getattr(row, name) or "" for name in columns(*WORDING_FIELDS)}
    new = Wording(
        safeguard=row.safeguard,
        quick_answer=row.quick_answer,
        state=row.state,
        recorded_at=timezone.now(),
        recorded_by=by,
        **{**kept, **values},
    )
    after: dict[str, Any] = {
        "safeguard": row.safeguard_id,
        "quick_answer": row.quick_answer_id,
        "state": row.state,
        **kept,
        **values,
    }
    if settings.FOUR_EYES:
        proposing.propose(new, {}, after, by=by)
        return
    new.save()
    proposing.keep_decided(new, {}, after, by=by)


def _propose(row: models.Model, before: Any, values: dict[str, str], by: User) -> None:
    if settings.FOUR_EYES:
        proposing.propose(row, before, values, by=by)
        return
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    proposing.keep_decided(row, before, values, by=by)


def _name(unit: Unit | None, one: Translated) -> str:
    return f"{unit.kind}: {unit.row} – {unit.field_name}" if unit else one.key
