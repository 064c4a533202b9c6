from __future__ import annotations

from typing import Any

from django.db import migrations

TABLE = "editions_edition"
COPY = (
    "INSERT INTO editions_editionhtml (edition_id, language, text, summary) "
    "SELECT id, '{0}', html_{0}, summary_html_{0} FROM editions_edition "
    "WHERE html_{0} <> '' OR summary_html_{0} <> ''"
)


def copy(apps: Any, schema_editor: Any) -> None:
    """Move what stood in columns into rows; no digest covers where it stands."""
    with schema_editor.connection.cursor() as cursor:
        for language in ("de", "en"):
            cursor.execute(COPY.format(language))
        # Published rows admit no change; `post_migrate` installs the trigger anew.
        on = f' ON "{TABLE}"' if schema_editor.connection.vendor == "postgresql" else ""
        cursor.execute(f'DROP TRIGGER IF EXISTS "{TABLE}_no_update"{on}')
    editions = apps.get_model("editions", "Edition").objects
    made = editions.exclude(english_made_from="").values_list("pk", "english_made_from")
    for pk, digest in list(made):
        editions.filter(pk=pk).update(made_from={"en": digest})


class Migration(migrations.Migration):
    dependencies = [
        ("editions", "0008_html_per_language"),
    ]

    operations = [
        # The way back is for a database without editions: the constraint of the former release
        # refuses them, as their rendered text is missing there.
        migrations.RunPython(copy, migrations.RunPython.noop),
    ]
