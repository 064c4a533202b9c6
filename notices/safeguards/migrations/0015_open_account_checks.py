from __future__ import annotations

from datetime import timedelta

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone

TABLE = "safeguards_checkcoverage"
# Derived from the coverages; all four are rebuilt after `migrate` as soon as one disagrees.
DERIVED = ("CoveredInterval", "StateRun", "DeviationSpan", "KeptPromise")


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
    on = f' ON "{TABLE}"' if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        # Installed again after `migrate`, like every trigger of the append-only tables.
        cursor.execute(f'DROP TRIGGER IF EXISTS "{TABLE}_no_update"{on}')
    coverages.bulk_update(changed, ["valid_until"], batch_size=500)
    for name in DERIVED:
        apps.get_model("safeguards", name).objects.using(connection.alias).all().delete()


class Migration(migrations.Migration):
    dependencies = [("safeguards", "0014_turned_down_because")]

    operations = [migrations.RunPython(shorten, migrations.RunPython.noop)]
