"""Old values are kept whoever saves a row, and a whole earlier state is read from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.auth.models import User
from django.db import models
from modeltranslation.translator import NotRegistered, translator

from notices.lib.diff import Block, compare

from .. import audit
from ..languages import field_of
from ..models import EarlierValues
from ..proposals.proposing import label_of, values_of, words_of
from ..storage.append_only import AppendOnly

# Addresses keep their own history, so that old links lead on; keys are ours.
OF_THEIR_OWN = {"slug", "key"}
# The longest history that a page shows at once.
SHOWN = 30


@dataclass(frozen=True, slots=True)
class Changed:
    """One field in which an earlier state differs from what is stored now."""

    name: str
    label: str
    now: str
    then: str

    @property
    def blocks(self) -> list[Block]:
        """Return the paragraphs that would change, told from now to then."""
        blocks = compare(self.now, self.then)
        return [block for block in blocks if block.kind != "same"] or blocks


@dataclass(frozen=True, slots=True)
class State:
    """What a row said until `until`, in the fields that differ from today."""

    key: int
    until: datetime
    by: User | None
    values: Mapping[str, Any]
    changes: list[Changed]


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


def keep(
    sender: type[models.Model],
    instance: Any,
    raw: bool,
    update_fields: Iterable[str] | None = None,
    **kwargs: Any,
) -> None:
    """Keep what stands in the fields of `instance` that are about to change (`pre_save`)."""
    names = written_fields(sender)
    if not names or raw or instance._state.adding:
        return
    row = sender._base_manager.filter(pk=instance.pk).first()
    if row is None:
        return
    was, now = values_of(row, names), values_of(instance, names)
    changed = {
        name: was[name]
        for name in names
        if not _is_same(was[name], now[name]) and (update_fields is None or name in update_fields)
    }
    if changed:
        EarlierValues.objects.create(
            model=sender._meta.label_lower,
            row=instance.pk,
            subject=audit.name_of_row(row)[:200],
            values=changed,
            replaced_by=getattr(instance, "saved_by", None),
        )


def states_of(row: models.Model, names: Iterable[str]) -> list[State]:
    """Return what `row` said before in the fields `names`, the newest first."""
    kept = EarlierValues.objects.filter(model=row._meta.label_lower, row=row.pk)
    steps = ((one.pk, one.replaced_at, one.replaced_by, one.values) for one in _newest(kept))
    return list(told(type(row), values_of(row, names), steps))


def _newest(kept: models.QuerySet[EarlierValues]) -> Iterable[EarlierValues]:
    return kept.select_related("replaced_by")[:SHOWN]


def told(
    model: type[models.Model],
    now: Mapping[str, Any],
    steps: Iterable[tuple[int, datetime, User | None, Mapping[str, Any]]],
) -> Iterator[State]:
    """Yield the states that lie before each step back, as far as they differ from `now`."""
    then = dict(now)
    for key, until, by, values in steps:
        then |= {name: value for name, value in values.items() if name in now}
        differs = [name for name in now if not _is_same(now[name], then[name])]
        changes = [changed(model, name, now[name], then[name]) for name in differs]
        yield State(key, until, by, {name: then[name] for name in differs}, changes)


def changed(model: type[models.Model], name: str, now: Any, then: Any) -> Changed:
    """Return one field with both values in words."""
    was, new = words_of(model, name, now), words_of(model, name, then)
    return Changed(name, label_of(model, name), was, new)


def _is_same(one: Any, other: Any) -> bool:
    nothing = (None, "")
    return one == other or (one in nothing and other in nothing)
