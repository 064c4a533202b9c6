import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A table for what is rendered, and columns for what was one language's alone."""

    dependencies = [
        ("editions", "0007_document_says_what_fell"),
    ]

    operations = [
        migrations.CreateModel(
            name="EditionHtml",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("language", models.CharField(max_length=10, verbose_name="language")),
                ("text", models.TextField(blank=True)),
                ("summary", models.TextField(blank=True)),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="html_rows",
                        to="editions.edition",
                    ),
                ),
            ],
            options={
                "verbose_name": "rendered text of an edition",
                "verbose_name_plural": "rendered texts of editions",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("edition", "language"), name="edition_html_once_per_language"
                    )
                ],
            },
        ),
        migrations.AlterField(
            model_name="editionpdf",
            name="language",
            field=models.CharField(max_length=10, verbose_name="language"),
        ),
        # What was sealed until now has the first format.
        migrations.AddField(
            model_name="edition",
            name="digest_format",
            field=models.PositiveSmallIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name="edition",
            name="made_from",
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
    ]
