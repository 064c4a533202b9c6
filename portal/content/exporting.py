"""Rows become records, and all records one file: the same content always gives the same bytes."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from django.db import models

from notices.editions.integrity.digests import fresh_languages
from notices.editions.models import Edition
from notices.firm.languages import is_missing, text_of, texts_of

from .kinds import (
    CURRENT,
    KINDS,
    Kind,
    field_of,
    identity_of,
    is_translated,
    named_kind,
    rows_of,
)

FORMAT = "lupe-content"
VERSION = 1

Record = dict[str, Any]


def export() -> bytes:
    """Return all content that people edit, as README.md of this folder describes it."""
    document: dict[str, Any] = {"format": FORMAT, "version": VERSION}
    for kind in KINDS:
        rows = rows_of(kind)
        # Databases sort texts in different ways, so Python does.
        names = list(rows) if kind.is_ordered else sorted(rows)
        document[kind.name] = [record_of(kind, rows[name]) for name in names]
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def record_of(kind: Kind, row: models.Model) -> Record:
    """Return what is stored of `row`, or the defaults of one that is not stored yet."""
    return {name: _value(kind, row, name) for name in kind.names}


def _value(kind: Kind, row: models.Model, name: str) -> Any:
    if name == CURRENT:
        return [one for one in fresh_languages(row) if not is_missing(text_of(row, "text", one))]  # type: ignore[arg-type]
    if is_translated(kind, name):
        return {language: text for language, text in texts_of(row, name).items() if text}
    if field_of(kind, name).many_to_many:
        named = named_kind(kind, name)
        if named is None or row._state.adding:
            return []
        return sorted(identity_of(named, one) for one in getattr(row, name).all())
    named = named_kind(kind, name)
    if named:
        other = getattr(row, name, None) if getattr(row, f"{name}_id") else None
        return identity_of(named, other) if other else None
    if name == "in_force_from" and isinstance(row, Edition) and row.is_published:
        # When an edition came into force is history; a draft says when it shall.
        return None
    value = getattr(row, name)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value
