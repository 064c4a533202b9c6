"""Append-only tables: the database itself refuses to change or delete a row.

The triggers are installed after every `migrate`, not in a migration: SQLite silently drops
them whenever a later migration rebuilds a table.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.apps import AppConfig, apps
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper


class FrozenRow(Exception):
    """A recorded row can neither be changed nor deleted; record a new one instead."""


class AppendOnly(models.Model):
    """A row that stays as it was written, for as long as `frozen_when` holds for it."""

    # A condition in SQL on the row OLD, understood by SQLite and PostgreSQL alike.
    frozen_when: ClassVar[str] = "1 = 1"

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding and self.is_frozen():
            raise FrozenRow(str(self))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if self.is_frozen():
            raise FrozenRow(str(self))
        return super().delete(*args, **kwargs)

    def is_frozen(self) -> bool:
        """Say in Python what `frozen_when` says in SQL; the database has the last word."""
        return not self._state.adding


def frozen_models(app: AppConfig | None = None) -> list[type[AppendOnly]]:
    """Return the append-only models of `app`, or of all apps."""
    found = app.get_models() if app else apps.get_models()
    return [model for model in found if issubclass(model, AppendOnly)]


def install(connection: BaseDatabaseWrapper, frozen: list[type[AppendOnly]]) -> None:
    """Create the refusing triggers for the tables of `frozen`; repeating it is harmless."""
    statements = _sqlite if connection.vendor == "sqlite" else _postgresql
    existing = connection.introspection.table_names()
    with connection.cursor() as cursor:
        for model in frozen:
            if model._meta.db_table in existing:
                for statement in statements(model._meta.db_table, model.frozen_when):
                    cursor.execute(statement)


def install_after_migrate(app_config: AppConfig, using: str, **kwargs: object) -> None:
    """Install the triggers of one app (receiver of `post_migrate`)."""
    install(connections[using], frozen_models(app_config))


def lift_before_migrate(app_config: AppConfig, using: str, **kwargs: object) -> None:
    """Lift what would stop SQLite from rebuilding another table (receiver of `pre_migrate`).

    SQLite checks every trigger whenever a table is renamed, and a condition that looks at the
    table under rebuilding breaks the migration. They are back after `post_migrate`.
    """
    if connections[using].vendor == "sqlite":
        _lift(
            connections[using],
            [model for model in frozen_models(app_config) if "SELECT" in model.frozen_when],
        )


@contextmanager
def thawed(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Lift the triggers for a flush between tests or a restore; never reachable from the web."""
    _lift(connection, frozen_models())
    try:
        yield
    finally:
        install(connection, frozen_models())


def _lift(connection: BaseDatabaseWrapper, frozen: list[type[AppendOnly]]) -> None:
    with connection.cursor() as cursor:
        for model in frozen:
            table = model._meta.db_table
            for act in ("update", "delete", "truncate"):
                if connection.vendor == "sqlite":
                    cursor.execute(f'DROP TRIGGER IF EXISTS "{table}_no_{act}"')
                else:
                    cursor.execute(f'DROP TRIGGER IF EXISTS "{table}_no_{act}" ON "{table}"')


def _sqlite(table: str, frozen_when: str) -> Iterator[str]:
    for act in ("update", "delete"):
        yield f'DROP TRIGGER IF EXISTS "{table}_no_{act}"'
        yield (
            f'CREATE TRIGGER "{table}_no_{act}" BEFORE {act.upper()} ON "{table}" '
            f"WHEN {frozen_when} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _postgresql(table: str, frozen_when: str) -> Iterator[str]:
    refuse = (
        f"RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation'"
    )
    # The condition stands in the function: WHEN of a trigger may not look at other tables.
    yield (
        f'CREATE OR REPLACE FUNCTION "{table}_frozen"() RETURNS trigger LANGUAGE plpgsql AS $$ '
        f"BEGIN IF {frozen_when} THEN {refuse}; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
    )
    yield (
        f'CREATE OR REPLACE FUNCTION "{table}_kept"() RETURNS trigger LANGUAGE plpgsql AS $$ '
        f"BEGIN {refuse}; END $$"
    )
    for act in ("update", "delete"):
        yield f'DROP TRIGGER IF EXISTS "{table}_no_{act}" ON "{table}"'
        yield (
            f'CREATE TRIGGER "{table}_no_{act}" BEFORE {act.upper()} ON "{table}" '
            f'FOR EACH ROW EXECUTE FUNCTION "{table}_frozen"()'
        )
    yield f'DROP TRIGGER IF EXISTS "{table}_no_truncate" ON "{table}"'
    yield (
        f'CREATE TRIGGER "{table}_no_truncate" BEFORE TRUNCATE ON "{table}" '
        f'FOR EACH STATEMENT EXECUTE FUNCTION "{table}_kept"()'
    )


def missing_triggers(connection: BaseDatabaseWrapper) -> set[str]:
    """Return the names of the refusing triggers that the existing tables should have."""
    tables = set(connection.introspection.table_names())
    frozen = {model._meta.db_table for model in frozen_models()} & tables
    acts = ["update", "delete"]
    query = "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"
    if connection.vendor == "postgresql":
        acts.append("truncate")
        # A trigger that somebody disabled refuses nothing.
        query = (
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND pg_table_is_visible(c.oid)"
        )
    wanted = {(table, f"{table}_no_{act}") for table in frozen for act in acts}
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {(table, name) for table, name in cursor.fetchall()}
    return {name for _table, name in wanted - present}
