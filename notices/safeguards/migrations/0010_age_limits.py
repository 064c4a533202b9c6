from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# What the account is read for every six hours holds a week; what people compare, 90 days.
ACCOUNT_DAYS = 7


def shorten(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Shorten the limits from now on; what past checks were good for stays as it was."""
    safeguards = apps.get_model("safeguards", "Safeguard").objects.using(
        schema_editor.connection.alias
    )
    safeguards.filter(checked_by="account", max_age_days__gt=ACCOUNT_DAYS).update(
        max_age_days=ACCOUNT_DAYS
    )


class Migration(migrations.Migration):
    dependencies = [("safeguards", "0009_what_was_read")]

    operations = [migrations.RunPython(shorten, migrations.RunPython.noop)]
