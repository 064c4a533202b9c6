from django.db import migrations

# Two lists of the first starter held a word that no search heeds; a file with them is refused.
MENDED = {
    ("de", "teilnehmen, mitmachen, beitreten, dabei sein, dabeisein"): (
        "teilnehmen, mitmachen, beitreten, dabeisein"
    ),
    ("en", "mandatory, compulsory, required, forced, must"): (
        "mandatory, compulsory, required, forced"
    ),
}


def mend(apps, schema_editor):
    rows = apps.get_model("faq", "Synonyms").objects.using(schema_editor.connection.alias)
    for (language, words), mended in MENDED.items():
        if not rows.filter(language=language, words=mended).exists():
            rows.filter(language=language, words=words).update(words=mended)


class Migration(migrations.Migration):
    dependencies = [("faq", "0007_longer_language_codes")]

    operations = [migrations.RunPython(mend, migrations.RunPython.noop, elidable=True)]
