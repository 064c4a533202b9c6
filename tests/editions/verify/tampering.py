"""Change rows past the portal, and ask verify_editions about them."""

from __future__ import annotations

from io import StringIO
from typing import Any

from django.core.management import call_command
from django.db import connection

from notices.editions.models import Edition, EditionHtml
from notices.firm.storage.append_only import thawed

TABLE = Edition._meta.db_table
HTML = EditionHtml._meta.db_table


def run(*arguments: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("verify_editions", *arguments, stdout=out)
    except SystemExit as left:
        return int(left.code or 0), out.getvalue()
    return 0, out.getvalue()


def tamper(statement: str, *values: Any) -> None:
    """Do in the database what only its owner can: the triggers are lifted meanwhile."""
    with thawed(connection), connection.cursor() as cursor:
        cursor.execute(statement, values)


def remove(which: str) -> None:
    """Delete editions and what belongs to them, as only the owner of the database can."""
    tamper(f"DELETE FROM {HTML} WHERE edition_id IN (SELECT id FROM {TABLE} WHERE {which})")
    tamper(f"DELETE FROM {TABLE} WHERE {which}")
