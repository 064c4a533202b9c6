"""Rows as lines of text and back: the same on SQLite and PostgreSQL."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps.registry import Apps
from django.core.management.color import no_style
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader

# What ends with the machine: sessions, counts of attempts, the token of an hour, and the stamp that
# a restore renews.
LEFT_OUT = frozenset(
    {
        *("sessions.Session", "accounts.Tries", "safeguards.ZoomToken"),
        *("firm.SiteVersion", "firm.JobRun"),
    }
)
MODULUS = 2**256
ROWS_AT_ONCE = 500

Node = tuple[str, str]


class Digest:
    """Of a set of rows, whatever their order: the databases sort texts in different ways."""

    def __init__(self) -> None:
        self.count = 0
        self._sum = 0

    def add(self, line: bytes) -> None:
        self.count += 1
        self._sum = (self._sum + int.from_bytes(hashlib.sha256(line).digest())) % MODULUS

    @property
    def text(self) -> str:
        return f"{self._sum:064x}"


def models_at(loader: MigrationLoader, nodes: Iterable[Node] | None = None) -> Apps:
    """Return the models as the migrations `nodes` made them (all of them by default).

    They are plain models: no translation rewrites a field, no manager hides a row.
    """
    state = loader.project_state(list(nodes) if nodes is not None else None)
    return state.apps


def kept_models(apps: Apps) -> list[type[models.Model]]:
    """Return every model whose rows a backup holds, those behind many-to-many fields too."""
    found = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and model._meta.label not in LEFT_OUT
    ]
    return sorted(found, key=lambda model: model._meta.db_table)


def names_of(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def lines_of(model: type[models.Model], alias: str) -> Iterator[bytes]:
    """Yield each row of a table as one line of JSON."""
    rows: Any = models.QuerySet(model, using=alias).order_by("pk").values_list(*names_of(model))
    for row in rows.iterator(chunk_size=2000):
        yield encode(row)


def encode(row: Iterable[Any]) -> bytes:
    text = json.dumps([_plain(value) for value in row], ensure_ascii=False, sort_keys=True)
    return text.encode() + b"\n"


def decode(line: bytes) -> list[Any]:
    """Return the values of a line; raise ValueError for anything that `encode` did not write."""
    values = json.loads(line)
    if not isinstance(values, list):
        raise ValueError("a row is a list")
    return [_value(value) for value in values]


def insert(
    model: type[models.Model], names: list[str], lines: Iterable[bytes], alias: str
) -> Digest:
    """Append the rows exactly as they are: no default, no `save`, no signal."""
    digest = Digest()
    batch: list[models.Model] = []
    for line in lines:
        digest.add(line)
        batch.append(model(**dict(zip(names, decode(line), strict=True))))
        if len(batch) == ROWS_AT_ONCE:
            _insert(model, batch, alias)
            batch = []
    _insert(model, batch, alias)
    return digest


def reset_sequences(connection: BaseDatabaseWrapper, tables: list[type[models.Model]]) -> None:
    """Let new rows follow the restored ones."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), tables):
            cursor.execute(statement)


def _insert(model: type[models.Model], batch: list[models.Model], alias: str) -> None:
    if not batch:
        return
    fields = list(model._meta.concrete_fields)
    most = connections[alias].ops.bulk_batch_size(fields, batch) or len(batch)
    queryset: Any = models.QuerySet(model, using=alias)
    for start in range(0, len(batch), most):
        queryset._insert(batch[start : start + most], fields=fields, using=alias, raw=True)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, datetime):
        return {"moment": value.astimezone(UTC).isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, time):
        return {"time": value.isoformat()}
    if isinstance(value, timedelta):
        return {"seconds": value.total_seconds()}
    if isinstance(value, Decimal):
        return {"number": str(value)}
    if isinstance(value, UUID):
        return {"uuid": str(value)}
    if isinstance(value, bytes | memoryview | bytearray):
        return {"bytes": base64.b64encode(bytes(value)).decode()}
    return {"json": value}


_READ: dict[str, Any] = {
    "moment": datetime.fromisoformat,
    "day": date.fromisoformat,
    "time": time.fromisoformat,
    "seconds": lambda value: timedelta(seconds=value),
    "number": Decimal,
    "uuid": UUID,
    "bytes": lambda value: base64.b64decode(value, validate=True),
    "json": lambda value: value,
}


def _value(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    try:
        ((kind, content),) = value.items()
        return _READ[kind](content)
    except (KeyError, TypeError) as error:
        raise ValueError("a value of an unknown kind") from error
