from __future__ import annotations

from typing import Any

from django.db import migrations, models
from django.db.models import F, Min

import notices.firm.days


def forget_the_day_of_loading(apps: Any, schema_editor: Any) -> None:
    """Keep as a review only what is not the day on which the texts were loaded."""
    questions = apps.get_model("faq", "Question").objects
    questions.update(written_on=F("reviewed_on"))
    loaded = questions.aggregate(day=Min("reviewed_on"))["day"]
    questions.filter(reviewed_on=loaded).update(reviewed_on=None)


def review_when_written(apps: Any, schema_editor: Any) -> None:
    """Give every text a day again, as an older release demands."""
    questions = apps.get_model("faq", "Question").objects
    questions.filter(reviewed_on=None).update(reviewed_on=F("written_on"))


class Migration(migrations.Migration):
    dependencies = [("faq", "0005_search_in_memory")]

    operations = [
        migrations.AddField(
            model_name="question",
            name="written_on",
            field=models.DateField(default=notices.firm.days.today, editable=False),
        ),
        migrations.AlterField(
            model_name="question",
            name="reviewed_on",
            field=models.DateField(blank=True, null=True, verbose_name="text last reviewed on"),
        ),
        migrations.RunPython(forget_the_day_of_loading, review_when_written),
    ]
