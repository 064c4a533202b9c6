"""Append-only tables: the database itself refuses to change or delete a row.

The triggers are installed after every `migrate`, not in a migration: SQLite silently drops
them whenever a later migration rebuilds a table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from django.apps import AppConfig, apps
from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper


class FrozenRow(Exception):
    """A recorded row can neither be changed nor deleted; record a new one instead."""


class AppendOnly(models.Model):
    """A row that stays as it was written, for as long as `frozen_when` holds for it."""

    # A condition in SQL on the row OLD, understood by SQLite and PostgreSQL alike.
    frozen_when: ClassVar[str] = "1 = 1"
    # The one change a frozen row admits: a condition on OLD and NEW, and the columns it is about.
    # All other columns, also those that a later migration adds, must stay as they are.
    admitted_when: ClassVar[str] = ""
    admitted_columns: ClassVar[tuple[str, ...]] = ()
    # And one more of the same form, for a table that admits a second change.
    also_admitted_when: ClassVar[str] = ""
    also_admitted_columns: ClassVar[tuple[str, ...]] = ()

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
    # At once, so that nobody sees a table without its triggers.
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for model in frozen:
            if model._meta.db_table in existing:
                refused = {
                    "update": _refused_update(connection, model),
                    "delete": model.frozen_when,
                }
                for statement in statements(model._meta.db_table, refused):
                    cursor.execute(statement)


def _refused_update(connection: BaseDatabaseWrapper, model: type[AppendOnly]) -> str:
    """Return in SQL which updates are refused."""
    if not model.admitted_when:
        return model.frozen_when
    admitted = [
        _admitted(connection, model, when, columns)
        for when, columns in (
            (model.admitted_when, model.admitted_columns),
            (model.also_admitted_when, model.also_admitted_columns),
        )
        if when
    ]
    return f"({model.frozen_when}) AND NOT ({' OR '.join(admitted)})"


def _admitted(
    connection: BaseDatabaseWrapper,
    model: type[AppendOnly],
    when: str,
    columns: tuple[str, ...],
) -> str:
    same = "IS" if connection.vendor == "sqlite" else "IS NOT DISTINCT FROM"
    kept = [
        f'OLD."{field.column}" {same} NEW."{field.column}"'
        for field in model._meta.concrete_fields
        if field.column not in columns
    ]
    return f"({' AND '.join([when, *kept])})"


def install_after_migrate(app_config: AppConfig, using: str, **kwargs: object) -> None:
    """Install the triggers of one app (receiver of `post_migrate`)."""
    install(connections[using], frozen_models(app_config))


def prepare_for_migrate(
    app_config: AppConfig, using: str, plan: object = None, **kwargs: object
) -> None:
    """Take away what would stop a migration from rebuilding a table (receiver of `pre_migrate`).

    SQLite checks every trigger whenever a table is renamed or loses a column, and a condition
    that looks at the table under rebuilding breaks the migration. So a table that admits one
    change admits none while migrations run, and a condition that looks elsewhere is lifted.
    All is back after `post_migrate`.
    """
    connection = connections[using]
    if plan == []:
        # Nothing is rebuilt, so nothing needs to be taken away from those who serve.
        return
    frozen = frozen_models(app_config)
    statements = _sqlite if connection.vendor == "sqlite" else _postgresql
    existing = connection.introspection.table_names()
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for model in frozen:
            if model.admitted_when and model._meta.db_table in existing:
                strict = dict.fromkeys(("update", "delete"), model.frozen_when)
                for statement in statements(model._meta.db_table, strict):
                    cursor.execute(statement)
    if connection.vendor == "sqlite":
        _lift(connection, [model for model in frozen if "SELECT" in model.frozen_when])


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


def _sqlite(table: str, refused: Mapping[str, str]) -> Iterator[str]:
    for act, condition in refused.items():
        yield f'DROP TRIGGER IF EXISTS "{table}_no_{act}"'
        yield (
            f'CREATE TRIGGER "{table}_no_{act}" BEFORE {act.upper()} ON "{table}" '
            f"WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _postgresql(table: str, refused: Mapping[str, str]) -> Iterator[str]:
    refuse = (
        f"RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation'"
    )
    # The condition stands in the function: WHEN of a trigger may not look at other tables.
    yield (
        f'CREATE OR REPLACE FUNCTION "{table}_frozen"() RETURNS trigger LANGUAGE plpgsql AS $$ '
        f"BEGIN IF TG_OP = 'DELETE' THEN "
        f"IF {refused['delete']} THEN {refuse}; END IF; RETURN OLD; END IF; "
        f"IF {refused['update']} THEN {refuse}; END IF; RETURN NEW; END $$"
    )
    yield (
        f'CREATE OR REPLACE FUNCTION "{table}_kept"() RETURNS trigger LANGUAGE plpgsql AS $$ '
        f"BEGIN {refuse}; END $$"
    )
    # Replaced, not dropped: to drop one waits for every reader (a backup reads for minutes), and
    # whoever comes to read meanwhile waits behind it.
    for act in refused:
        yield (
            f'CREATE OR REPLACE TRIGGER "{table}_no_{act}" BEFORE {act.upper()} ON "{table}" '
            f'FOR EACH ROW EXECUTE FUNCTION "{table}_frozen"()'
        )
    yield (
        f'CREATE OR REPLACE TRIGGER "{table}_no_truncate" BEFORE TRUNCATE ON "{table}" '
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
