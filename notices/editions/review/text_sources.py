"""Every text beside the editions: is its translation still one of the text as it is?

Noted whenever a row is saved, whoever saves it; what changes together belongs together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.db.models import Model
from modeltranslation.translator import NotRegistered, translator

from notices.firm.languages import FURTHER, REQUIRED, column, columns, field_of, is_missing, text_of
from notices.firm.models import EarlierValues
from notices.firm.storage.append_only import AppendOnly

from ..integrity.digests import sha256_of
from ..models import TextSource

# Addresses, and what people type into a search: no translations of one another.
OF_THEIR_OWN = {"slug", "asked_as"}
# So many earlier values are looked through for the one that was translated.
LOOKED_THROUGH = 50


@cache
def translated_fields(model: type[Model]) -> tuple[str, ...]:
    """Return the fields of `model` that staff write and translate; none of frozen rows."""
    try:
        names = translator.get_options_for_model(model).all_fields
    except NotRegistered:
        return ()
    if issubclass(model, AppendOnly):
        return ()
    written = [name for name in names if model._meta.get_field(column(name)).editable]
    return tuple(sorted(set(written) - OF_THEIR_OWN))


def note_sources(
    sender: type[Model], instance: Model, raw: bool, update_fields: Any = None, **kwargs: Any
) -> None:
    """Note, before `instance` is stored, which translations its new texts leave behind."""
    fields = translated_fields(sender)
    if not fields or raw or instance._state.adding:
        return
    was = sender._base_manager.filter(pk=instance.pk).values(*columns(*fields)).first() or {}
    now = {
        name: getattr(instance, name)
        if update_fields is None or name in update_fields
        else was.get(name)
        for name in columns(*fields)
    }
    for field in fields:
        _note(instance, field, was, now)


def noted_sources() -> dict[tuple[str, int], list[TextSource]]:
    """Return all that is noted, by model and row."""
    found: dict[tuple[str, int], list[TextSource]] = defaultdict(list)
    for source in TextSource.objects.all():
        found[source.model, source.row].append(source)
    return found


def stale_columns(row: Model, sources: Iterable[TextSource]) -> set[str]:
    """Return the columns of `row` whose text is older than the required one."""
    return {
        one.column
        for one in sources
        if one.made_from != _digest(text_of(row, field_of(one.column)))
    }


def required_then(row: Model, name: str, sources: Iterable[TextSource]) -> str:
    """Return the required text that the translation in the column `name` was made from.

    Empty where it is not kept: it was replaced before old values were.
    """
    wanted = {one.made_from for one in sources if one.column == name}
    required = column(field_of(name))
    kept = EarlierValues.objects.filter(model=row._meta.label_lower, row=row.pk)
    earlier = (one.values.get(required) or "" for one in kept[:LOOKED_THROUGH])
    return next((text for text in earlier if _digest(text) in wanted), "")


def stale_languages(row: Model, sources: Iterable[TextSource]) -> set[str]:
    """Return the languages in which a text of `row` is older than the required one."""
    moved_on = stale_columns(row, sources)
    return {
        language
        for field in translated_fields(type(row))
        for language in FURTHER
        if column(field, language) in moved_on
    }


def confirm(row: Model, name: str) -> None:
    """Note that the translation in the column `name` fits the required text as it is."""
    TextSource.objects.filter(model=row._meta.label_lower, row=row.pk, column=name).delete()


def _note(row: Model, field: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    required = column(field, REQUIRED)
    for language in FURTHER:
        name = column(field, language)
        noted = TextSource.objects.filter(model=row._meta.label_lower, row=row.pk, column=name)
        if (was.get(name) or "") != (now[name] or ""):
            noted.delete()
        elif (was.get(required) or "") != (now[required] or "") and not is_missing(now[name]):
            TextSource.objects.get_or_create(
                model=row._meta.label_lower,
                row=row.pk,
                column=name,
                defaults={"made_from": _digest(was.get(required))},
            )


def _digest(text: str | None) -> str:
    return sha256_of(text or "")
