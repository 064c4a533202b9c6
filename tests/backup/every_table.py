"""Write a row into every table of a portal that has none; run in its shell.

Rows may be nonsense: what they hold is of every kind that the database knows, and awkward.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.loader import MigrationLoader

from portal.backup.rows import kept_models, models_at

# The hour that came twice, the last day of a month, what a word processor leaves behind.
VALUES: tuple[tuple[type[models.Field[Any, Any]], Any], ...] = (
    (models.DateTimeField, datetime(2026, 10, 25, 0, 30, 0, 123456, tzinfo=UTC)),
    (models.DateField, date(2028, 2, 29)),
    (models.TimeField, time(23, 59, 59)),
    (models.DurationField, timedelta(days=1, microseconds=1)),
    (models.DecimalField, Decimal("0.10")),
    (models.BooleanField, True),
    (models.FloatField, 0.1),
    (models.IntegerField, 7),
    (models.JSONField, {"ä": ["", None, 1, {"json": {"moment": "x"}}]}),
    (models.BinaryField, b"\x00\xff"),
    (models.CharField, "ü"),
    (
        models.TextField,
        "„Zeile“\r\n\tzwei \N{RIGHT-POINTING MAGNIFYING GLASS} e\N{COMBINING ACUTE ACCENT}",
    ),
)
# What a constraint asks for.
OWN: dict[str, dict[str, Any]] = {
    "editions.ClaimReason": {"state": "due"},
    "editions.Redaction": {"new_digest": "other"},
    "firm.ProposedChange": {"four_eyes": False},
    "invitations.MeetingFinding": {"valid_until": datetime(2027, 1, 1, tzinfo=UTC)},
    "invitations.Minutes": {"keeps_sound": False, "sound_until": None},
}


def fill() -> list[str]:
    """Fill what is empty, as often as one table waits for another; return what stays empty."""
    tables = kept_models(models_at(MigrationLoader(connection)))
    empty = [table for table in tables if not models.QuerySet(table).exists()]
    while True:
        left = [table for table in empty if not _has_a_row(table)]
        if len(left) in (0, len(empty)):
            return [table._meta.label for table in left]
        empty = left


def _has_a_row(table: type[models.Model]) -> bool:
    own = OWN.get(table._meta.label, {})
    fields = [one for one in table._meta.concrete_fields if not isinstance(one, models.AutoField)]
    row = table(**{one.attname: own.get(one.name, _value(one)) for one in fields})
    queryset: Any = models.QuerySet(table)
    try:
        with transaction.atomic():
            queryset._insert([row], fields=fields, using="default", raw=True)
            connection.check_constraints([table._meta.db_table])
    except IntegrityError:
        return False
    return True


def _value(field: models.Field[Any, Any]) -> Any:
    if field.is_relation:
        taken = set()
        if field.unique:
            taken = set(models.QuerySet(field.model).values_list(field.attname, flat=True))
        known: Any = models.QuerySet(field.related_model).order_by("pk")
        return next((pk for pk in known.values_list("pk", flat=True) if pk not in taken), None)
    if field.choices:
        return next(iter(field.choices))[0]
    return next(value for kind, value in VALUES if isinstance(field, kind))
