"""Old values are kept whoever saves a row or ties it to others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.contrib.auth.models import User
from django.db import models
from modeltranslation.translator import NotRegistered, translator

from .. import audit
from ..languages import field_of
from ..models import EarlierValues
from ..proposals.proposing import values_of
from ..storage.append_only import AppendOnly

# Addresses keep their own history, so that old links lead on; keys are ours.
OF_THEIR_OWN = {"slug", "key"}


@cache
def written_fields(model: type[models.Model]) -> tuple[str, ...]:
    """Return the columns of `model` whose old values are kept; none of tables that only grow."""
    try:
        repeated = set(translator.get_options_for_model(model).all_fields)
    except NotRegistered:
        repeated = set()
    # Translated are also reports, which are decided about and never written anew.
    if issubclass(model, AppendOnly) or not getattr(model, "keeps_earlier", bool(repeated)):
        return ()
    return tuple(
        field.name
        for field in model._meta.concrete_fields
        if field.editable and not field.primary_key
        # Of a translated text its columns count, not the one that repeats them.
        if field.name not in repeated and field_of(field.name) not in OF_THEIR_OWN
    )


@cache
def written_ties(model: type[models.Model]) -> tuple[str, ...]:
    """Return the lists of other rows that are kept with the columns of `model`.

    Ties that are rows of a table of their own (`through`) keep their history there.
    """
    if not written_fields(model):
        return ()
    return tuple(
        field.name
        for field in model._meta.local_many_to_many
        if field.editable and _through(model, field.name)._meta.auto_created
    )


def keep(
    sender: type[models.Model],
    instance: Any,
    raw: bool,
    update_fields: Iterable[str] | None = None,
    **kwargs: Any,
) -> None:
    """Keep what stands in the fields of `instance` that are about to change (`pre_save`)."""
    names = written_fields(sender)
    if not names or raw:
        return
    # The first ties of a new row replace nothing.
    instance.is_begun = instance._state.adding
    if instance.is_begun:
        return
    row = sender._base_manager.filter(pk=instance.pk).first()
    if row is None:
        return
    was, now = values_of(row, names), values_of(instance, names)
    changed = {
        name: was[name]
        for name in names
        if not is_same(was[name], now[name]) and (update_fields is None or name in update_fields)
    }
    if changed:
        _keep(row, changed, by=getattr(instance, "saved_by", None))


def keep_ties(
    sender: type[models.Model],
    instance: Any,
    action: str,
    reverse: bool,
    model: type[models.Model],
    pk_set: set[int] | None,
    **kwargs: Any,
) -> None:
    """Keep the list of rows that is about to change, from whichever side (`m2m_changed`)."""
    if action not in ("pre_add", "pre_remove", "pre_clear"):
        return
    owner: type[models.Model] = model if reverse else type(instance)
    for name in written_ties(owner):
        if _through(owner, name) is not sender:
            continue
        for row in _tied(owner, name, instance, pk_set) if reverse else [instance]:
            was = values_of(row, [name])
            keys = set(was[name]) if pk_set is None else {instance.pk} if reverse else pk_set
            is_new = keys - set(was[name]) if action == "pre_add" else keys & set(was[name])
            if is_new and not getattr(row, "is_begun", False):
                _keep(row, was, by=getattr(instance, "saved_by", None))


def _tied(
    owner: type[models.Model], name: str, other: models.Model, keys: set[int] | None
) -> Iterable[Any]:
    """Return the rows of `owner` whose list `name` changes with what `other` is tied to."""
    chosen = {name: other.pk} if keys is None else {"pk__in": keys}
    return owner._base_manager.filter(**chosen)


def _through(model: type[models.Model], name: str) -> type[models.Model]:
    field: Any = model._meta.get_field(name)
    through: type[models.Model] = field.remote_field.through
    return through


def _keep(row: models.Model, values: Mapping[str, Any], *, by: User | None) -> None:
    EarlierValues.objects.create(
        model=row._meta.label_lower,
        row=row.pk,
        subject=audit.name_of_row(row)[:200],
        values=values,
        replaced_by=by,
    )


def is_same(one: Any, other: Any) -> bool:
    nothing = (None, "")
    return one == other or (one in nothing and other in nothing)
