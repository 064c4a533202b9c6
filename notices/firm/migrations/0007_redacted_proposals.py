from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("firm", "0006_logos")]

    operations = [
        migrations.AddField(
            model_name="proposedchange",
            name="redacted_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="redacted at"),
        ),
    ]
