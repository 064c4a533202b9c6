import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("editions", "0002_edition_writers"),
    ]

    operations = [
        migrations.CreateModel(
            name="EditionPdf",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("language", models.CharField(max_length=2, verbose_name="language")),
                ("content", models.BinaryField()),
                ("size", models.PositiveIntegerField(verbose_name="size in bytes")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                (
                    "made_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="made at"),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="editions.edition",
                    ),
                ),
            ],
            options={
                "verbose_name": "PDF of an edition",
                "verbose_name_plural": "PDFs of editions",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("edition", "language"), name="edition_pdf_once_per_language"
                    )
                ],
            },
        ),
    ]
