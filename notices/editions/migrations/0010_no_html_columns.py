from django.db import migrations, models


class Migration(migrations.Migration):
    """What was copied goes; what is sealed from now on has the second format."""

    dependencies = [
        ("editions", "0009_copy_html"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="edition",
            name="edition_published_is_complete",
        ),
        migrations.RemoveField(model_name="edition", name="english_made_from"),
        migrations.RemoveField(model_name="edition", name="html_de"),
        migrations.RemoveField(model_name="edition", name="html_en"),
        migrations.RemoveField(model_name="edition", name="summary_html_de"),
        migrations.RemoveField(model_name="edition", name="summary_html_en"),
        migrations.AlterField(
            model_name="edition",
            name="digest_format",
            field=models.PositiveSmallIntegerField(default=2, editable=False),
        ),
        migrations.AddConstraint(
            model_name="edition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "published"), _negated=True),
                    models.Q(
                        ("in_force_from__isnull", False),
                        ("number__isnull", False),
                        ("published_at__isnull", False),
                        models.Q(("digest", ""), _negated=True),
                        ("text_de__isnull", False),
                        models.Q(("text_de", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="edition_published_is_complete",
            ),
        ),
    ]
