"""All rows of a test database gone at once, as tests leave it that end transactions themselves."""

from __future__ import annotations

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

FILLED_BY_MIGRATE = {"django_content_type", "auth_permission", "django_migrations"}


def delete_all_rows(connection: BaseDatabaseWrapper) -> bool:
    """Empty all tables of PostgreSQL but those that `migrate` fills, past all triggers.

    Truncating 70 tables, lifting the triggers and making them anew takes ten times as long. Only
    a superuser may do it: return False for anybody else, and on SQLite.
    """
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            return False
        tables = set(connection.introspection.django_table_names(only_existing=True))
        deletions = [f'DELETE FROM "{table}";' for table in sorted(tables - FILLED_BY_MIGRATE)]
        with transaction.atomic(using=connection.alias):
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("".join(deletions))
    return True
