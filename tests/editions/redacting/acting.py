"""Redact an edition, and look at its row."""

from __future__ import annotations

from django.db import connection

from notices.editions.models import Edition, EditionHtml, Redaction
from notices.editions.redacting import redact
from tests.factories import make_user

TABLE = Edition._meta.db_table
HTML = EditionHtml._meta.db_table
TEXT = """## Frau Erika Probe

Fragen beantwortet **Frau Erika
Probe** unter [probe@muster.example](mailto:probe@muster.example), siehe [oben](#frau-erika-probe).
"""

PHRASES = ["probe@muster.example", "Erika Probe"]


def do(edition: Edition, phrases: list[str] = PHRASES) -> Redaction:
    return redact(edition, phrases, reason="Art. 17", by=make_user("reviewer"), role="reviewer")


def row_of(pk: int) -> dict[str, object]:
    """Return every column as the database holds it, also those modeltranslation hides."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {TABLE} WHERE id = %s", [pk])
        names = [column[0] for column in cursor.description]
        row = dict(zip(names, cursor.fetchone(), strict=True))
        cursor.execute(f"SELECT language, text, summary FROM {HTML} WHERE edition_id = %s", [pk])
        return row | {f"html {language}": texts for language, *texts in cursor.fetchall()}
