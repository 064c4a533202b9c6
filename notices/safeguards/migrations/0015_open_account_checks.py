from __future__ import annotations

from datetime import timedelta

from django.apps import apps as todays
from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone

TABLE = "safeguards_checkcoverage"
# Derived from the coverages; all four are rebuilt after `migrate` as soon as one disagrees.
DERIVED = ("CoveredInterval", "StateRun", "DeviationSpan", "KeptPromise")
DERIVED_FROM = ("Safeguard", "Promise", "Finding", "Check", "CheckCoverage")


def shorten(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Let what was read before 0010 hold as long as what is read today, counted from the reading.

    A reading that was to hold for 90 days would leave the board green for three months after the
    connection broke. What past days said stays: none is made to end before now.
    """
    connection = schema_editor.connection
    now = timezone.now()
    coverages = apps.get_model("safeguards", "CheckCoverage").objects.using(connection.alias)
    changed = []
    for row in coverages.filter(
        check_made__source="account", safeguard__checked_by="account", valid_until__gt=now
    ).select_related("check_made", "safeguard"):
        until = max(now, row.check_made.at + timedelta(days=row.safeguard.max_age_days))
        if until < row.valid_until:
            row.valid_until = until
            changed.append(row)
    if not changed:
        return
    lift_trigger(connection)
    coverages.bulk_update(changed, ["valid_until"], batch_size=500)
    if has_todays_tables(apps):
        # In this transaction: the release before, which serves on, must not see them empty.
        from ..derived import intervals, runs

        intervals.rebuild()
        runs.rebuild()
        return
    for name in DERIVED:
        apps.get_model("safeguards", name).objects.using(connection.alias).all().delete()


def lift_trigger(connection: BaseDatabaseWrapper) -> None:
    """Let rows be changed; `migrate` installs the triggers of append-only tables again at its end."""
    name = f"{TABLE}_no_update"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"')
            return
        # Dropping it would keep readers waiting until the end of this transaction.
        cursor.execute("SELECT 1 FROM pg_trigger WHERE tgname = %s", [name])
        if cursor.fetchone():
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f'ALTER TABLE "{TABLE}" DISABLE TRIGGER "{name}"')
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def has_todays_tables(apps: Apps) -> bool:
    """Say whether today's code can read the tables as they are here: no later release changed them."""

    def columns(of: Apps) -> list[set[str]]:
        return [
            {field.column for field in of.get_model("safeguards", name)._meta.concrete_fields}
            for name in (*DERIVED, *DERIVED_FROM)
        ]

    return columns(apps) == columns(todays)


class Migration(migrations.Migration):
    dependencies = [("safeguards", "0014_turned_down_because")]

    operations = [migrations.RunPython(shorten, migrations.RunPython.noop)]
