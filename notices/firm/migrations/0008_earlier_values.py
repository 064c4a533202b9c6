from typing import Any

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def keep_what_proposals_know(apps: Any, schema_editor: Any) -> None:
    """Begin the history of each text with what confirmed proposals replaced so far."""
    alias = schema_editor.connection.alias
    decided = apps.get_model("firm", "ProposedChange").objects.using(alias).filter(accepted=True)
    kept = apps.get_model("firm", "EarlierValues")
    for change in decided.exclude(object_id=None).order_by("decided_at", "pk"):
        # Rows of other tables have a history of their own.
        values = {name: one for name, one in change.before.items() if not isinstance(one, list)}
        if values and change.after:
            kind = change.content_type
            kept.objects.using(alias).create(
                model=f"{kind.app_label}.{kind.model}",
                row=change.object_id,
                subject=change.subject,
                values=values,
                replaced_at=change.decided_at,
                replaced_by_id=change.proposed_by_id,
                redacted_at=change.redacted_at,
            )


class Migration(migrations.Migration):
    dependencies = [
        ("firm", "0007_redacted_proposals"),
        ("contenttypes", "0002_remove_content_type_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EarlierValues",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("model", models.CharField(max_length=60)),
                ("row", models.PositiveBigIntegerField()),
                ("subject", models.CharField(max_length=200, verbose_name="subject")),
                ("values", models.JSONField()),
                ("replaced_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("redacted_at", models.DateTimeField(editable=False, null=True)),
                (
                    "replaced_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-replaced_at", "-id"],
                "indexes": [models.Index(fields=["model", "row"], name="earlier_values_of_a_row")],
            },
        ),
        migrations.RunPython(keep_what_proposals_know, migrations.RunPython.noop),
    ]
