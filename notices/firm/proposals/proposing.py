"""One person never makes it better: what would, waits here until a second person has read it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext

from .. import audit
from ..audit import Act
from ..languages import field_of, language_of, name_of
from ..models import ProposedChange
from ..storage.append_only import FrozenRow

Values = Mapping[str, Any]


class ProposingError(Exception):
    """A proposed change cannot take this step."""


class DecidedAlready(ProposingError):
    """Somebody confirmed it or turned it down before."""


class SamePerson(ProposingError):
    """Who proposed a change does not confirm it."""


class NotYours(ProposingError):
    """Only whoever proposed a change takes it back."""


class NotRead(ProposingError):
    """The values decided about are not those that were read."""


class NoLongerFits(ProposingError):
    """What is stored was changed since, or would break a rule of its table."""


class NeedsAReason(ProposingError):
    """Whoever proposed it must learn why it was turned down."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a proposed change, as people read it."""

    name: str
    before: str
    after: str


@transaction.atomic
def propose(row: models.Model, before: Values, after: Values, *, by: User) -> ProposedChange:
    """Keep what `by` wants to change in `row`.

    A row that is not stored yet has no `before`; one that shall go has no `after`.
    """
    change = _kept(row, before, after, by)
    change.save()
    audit.record(Act.CHANGE_PROPOSED, change.subject, by=by, change=change.pk)
    return change


@transaction.atomic
def keep_decided(row: models.Model, before: Values, after: Values, *, by: User) -> None:
    """Keep what `by`, who runs the firm alone, has just changed in `row`."""
    change = _kept(row, before, after, by)
    change.decided_by, change.decided_at = by, change.proposed_at
    change.accepted, change.four_eyes = True, False
    change.save()
    audit.record(Act.CHANGE_CONFIRMED, change.subject, by=by, change=change.pk)


@transaction.atomic
def confirm(change: ProposedChange, *, by: User, as_read: str) -> models.Model:
    """Make the change as the second person; `as_read` is the digest of the values on the page."""
    change = _undecided(change, as_read)
    alone = change.proposed_by_id == by.pk
    if settings.FOUR_EYES and alone:
        raise SamePerson(change)
    row = _changed(change)
    _decide(change, by, accepted=True)
    audit.record(Act.CHANGE_CONFIRMED, change.subject, by=by, change=change.pk)
    return row


@transaction.atomic
def turn_down(change: ProposedChange, *, by: User, as_read: str, reason: str) -> None:
    """Decide that the change is not made, and say why."""
    change = _undecided(change, as_read)
    if not reason.strip():
        raise NeedsAReason(change)
    _decide(change, by, accepted=False, reason=reason.strip())
    audit.record(Act.CHANGE_TURNED_DOWN, change.subject, by=by, change=change.pk)


@transaction.atomic
def take_back(change: ProposedChange, *, by: User) -> None:
    """Decide, as the one who proposed it, that the change is not made."""
    change = _undecided(change)
    if change.proposed_by_id != by.pk:
        raise NotYours(change)
    _decide(change, by, accepted=False)
    audit.record(Act.CHANGE_TAKEN_BACK, change.subject, by=by, change=change.pk)


def values_of(row: models.Model, names: Iterable[str]) -> dict[str, Any]:
    """Return what is stored of `row` under `names`, as plain values."""
    found = {}
    for name in names:
        field = row._meta.get_field(name)
        if field.many_to_many:
            found[name] = sorted(getattr(row, name).values_list("pk", flat=True))
        else:
            found[name] = field.value_from_object(row)  # type: ignore[union-attr]
    return as_stored(found)


def as_stored(values: Values) -> dict[str, Any]:
    """Return `values` as JSON gives them back."""
    stored: dict[str, Any] = json.loads(json.dumps(dict(values), cls=DjangoJSONEncoder))
    return stored


def fields_of(change: ProposedChange) -> list[FieldChange]:
    """Return both values of each field, rows of other tables by their names."""
    model = change.content_type.model_class()
    if model is None:
        return []
    return [
        FieldChange(
            label_of(model, name),
            words_of(model, name, change.before.get(name)),
            words_of(model, name, change.after.get(name)),
        )
        for name in change.after or change.before
    ]


def label_of(model: type[models.Model], name: str) -> str:
    """Return what a field is called; one of a translated text with the name of its language."""
    language = language_of(name)
    if language and hasattr(model._meta.get_field(name), "translated_field"):
        whole = model._meta.get_field(field_of(name))
        return f"{getattr(whole, 'verbose_name', name)} ({name_of(language)})"
    return str(getattr(model._meta.get_field(name), "verbose_name", name))


def words_of(model: type[models.Model], name: str, value: Any) -> str:
    """Return a stored value of one field as people read it."""
    field = model._meta.get_field(name)
    if value in (None, "", []):
        return "–"
    if field.is_relation and field.related_model:
        keys = value if isinstance(value, list) else [value]
        found = field.related_model._default_manager.filter(pk__in=keys)
        return ", ".join(sorted(map(str, found)))
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    choices = dict(getattr(field, "flatchoices", None) or ())
    return str(choices.get(value, value))


def _kept(row: models.Model, before: Values, after: Values, by: User) -> ProposedChange:
    return ProposedChange(
        content_type=ContentType.objects.get_for_model(row),
        object_id=None if row._state.adding else row.pk,
        subject=audit.name_of_row(row)[:200],
        before=as_stored(before),
        after=as_stored(after),
        proposed_by=by,
    )


def _undecided(change: ProposedChange, as_read: str | None = None) -> ProposedChange:
    # Locked, so that two people cannot both decide.
    row = ProposedChange.objects.select_for_update().get(pk=change.pk)
    if row.decided_at is not None:
        raise DecidedAlready(row)
    if as_read is not None and as_read != row.digest:
        raise NotRead(row)
    return row


def _changed(change: ProposedChange) -> models.Model:
    """Store what was proposed in the row as it is now."""
    model = change.content_type.model_class()
    if model is None:
        raise NoLongerFits(change)
    if not change.after:
        return _removed(change, model)
    if change.object_id is None:
        row = model()
        if hasattr(row, "recorded_by_id"):
            row.recorded_by_id = change.proposed_by_id
    else:
        found = model._default_manager.select_for_update().filter(pk=change.object_id).first()
        if found is None or values_of(found, change.before) != change.before:
            raise NoLongerFits(change)
        row = found
        row.saved_by = change.proposed_by  # type: ignore[attr-defined]
    many = {}
    for name, value in change.after.items():
        field = row._meta.get_field(name)
        if field.many_to_many:
            if _vanished(field, value):
                raise NoLongerFits(change)
            many[name] = value
        else:
            setattr(row, field.attname, field.to_python(value))  # type: ignore[union-attr]
    try:
        row.full_clean()
        row.save()
    except (ValidationError, FrozenRow) as error:
        raise NoLongerFits(change) from error
    for name, keys in many.items():
        getattr(row, name).set(keys)
    return row


def _vanished(field: Any, keys: Iterable[int]) -> set[int]:
    """Return the keys of rows to be tied that are not there any more."""
    there = field.related_model._base_manager.filter(pk__in=keys)
    return set(keys) - set(there.values_list("pk", flat=True))


def _removed(change: ProposedChange, model: type[models.Model]) -> models.Model:
    """Delete the row that shall go, if it is still the one that was read."""
    row = model._default_manager.select_for_update().filter(pk=change.object_id).first()
    if row is None or values_of(row, change.before) != change.before:
        raise NoLongerFits(change)
    try:
        row.delete()
    except FrozenRow as error:
        raise NoLongerFits(change) from error
    return row


def _decide(change: ProposedChange, by: User, *, accepted: bool, reason: str = "") -> None:
    change.decided_by, change.decided_at = by, timezone.now()
    change.accepted, change.reason = accepted, reason
    change.four_eyes = change.proposed_by_id != by.pk
    change.save()
