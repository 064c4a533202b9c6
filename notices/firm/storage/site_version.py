"""The stamp of all that pages show: the database itself renews it whenever a shown row changes.

A page, a search index or anything else made from rows is still right while the stamp read
*before* making it is the current one. It is a random text and no counter: a number would come
back after a rollback or a restored backup, and with it a page of other rows.

The triggers are installed after every `migrate`: SQLite silently drops them whenever a later
migration rebuilds a table.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import AppConfig, apps
from django.conf import settings
from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

ACTS = ("INSERT", "UPDATE", "DELETE")
_TABLE = "firm_siteversion"
_NOTES = "firm_sitechange"
_RENEW = (
    f"INSERT INTO {_TABLE} (id, stamp) VALUES (1, {{stamp}}) "  # noqa: S608 - constants only
    "ON CONFLICT (id) DO UPDATE SET stamp = excluded.stamp"
)
_STAMPS = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "gen_random_uuid()::text"}

# One statement of a transaction leaves a note, which renews the stamp when the transaction
# ends: from then on the row is locked, and until then writers must not queue for it. The note
# goes two rounds, so that the foreign keys, which are checked at the end as well, come first:
# they may wait for a row of somebody who waits for the stamp.
_POSTGRESQL = (
    "CREATE UNLOGGED TABLE IF NOT EXISTS firm_sitechange "
    "(id bigserial PRIMARY KEY, round smallint NOT NULL)",
    "CREATE OR REPLACE FUNCTION firm_site_changed() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "BEGIN IF coalesce(current_setting('lupe.changed', true), '') = '' THEN "
    "PERFORM set_config('lupe.changed', 'yes', true); "
    "INSERT INTO firm_sitechange (round) VALUES (1); END IF; RETURN NULL; END $$",
    "CREATE OR REPLACE FUNCTION firm_site_renew() RETURNS trigger LANGUAGE plpgsql AS $$ "  # noqa: S608
    "BEGIN IF NEW.round = 1 THEN UPDATE firm_sitechange SET round = 2 WHERE id = NEW.id; "
    f"ELSE {_RENEW.format(stamp=_STAMPS['postgresql'])}; "
    "DELETE FROM firm_sitechange WHERE id = NEW.id; "
    "PERFORM set_config('lupe.changed', '', true); END IF; RETURN NULL; END $$",
)
_RENEW_AT_THE_END = (
    "CREATE CONSTRAINT TRIGGER firm_sitechange_renew AFTER INSERT OR UPDATE ON firm_sitechange "
    "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION firm_site_renew()"
)


def read(connection: BaseDatabaseWrapper) -> str:
    """Return the current stamp; inside a transaction its own changes count too."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and connection.in_atomic_block:
            cursor.execute("SET CONSTRAINTS firm_sitechange_renew IMMEDIATE")
            cursor.execute("SET CONSTRAINTS firm_sitechange_renew DEFERRED")
        cursor.execute(f"SELECT stamp FROM {_TABLE}")  # noqa: S608 - a constant
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def renew(connection: BaseDatabaseWrapper) -> None:
    """Renew the stamp by hand, for what changes pages without changing a shown row."""
    with connection.cursor() as cursor:
        cursor.execute(_RENEW.format(stamp=_STAMPS[connection.vendor]))


def shown_models() -> list[type[models.Model]]:
    """Return the models whose rows pages may show: all but those named in NOT_ON_PAGES."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed
        and not model._meta.proxy
        and model._meta.label not in settings.NOT_ON_PAGES
        and f"{model._meta.app_label}.*" not in settings.NOT_ON_PAGES
    ]


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers that are missing; where none is, nothing is written."""
    missing = missing_triggers(connection)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for statement in _POSTGRESQL:
                cursor.execute(statement)
        for table, name in sorted(missing):
            for statement in _statements(connection, table, name):
                cursor.execute(statement)


def missing_triggers(connection: BaseDatabaseWrapper) -> set[tuple[str, str]]:
    """Return table and name of the triggers that the existing tables should have."""
    return set(_wanted(connection)) - _present(connection)


def install_after_migrate(
    app_config: AppConfig, using: str, plan: object = None, **kwargs: object
) -> None:
    """Install the triggers of all apps, once the last table stands (receiver of `post_migrate`)."""
    connection = connections[using]
    if app_config.label == "firm" and _TABLE in connection.introspection.table_names():
        install(connection)
        if plan != []:
            # Nothing saw what the migrations changed.
            renew(connection)


def prepare_for_migrate(
    app_config: AppConfig, using: str, plan: object = None, **kwargs: object
) -> None:
    """Take the triggers away: with them SQLite could not rebuild the table of the stamp."""
    connection = connections[using]
    if app_config.label == "firm" and plan != [] and connection.vendor == "sqlite":
        lift(connection)


def lift(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers until the next `install`."""
    present = _present(connection)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for table, name in sorted(set(_wanted(connection)) & present):
            on = "" if connection.vendor == "sqlite" else f' ON "{table}"'
            cursor.execute(f'DROP TRIGGER "{name}"{on}')


def _wanted(connection: BaseDatabaseWrapper) -> Iterator[tuple[str, str]]:
    existing = set(connection.introspection.table_names())
    for model in shown_models():
        table = model._meta.db_table
        if table not in existing:
            continue
        if connection.vendor == "sqlite":
            yield from ((table, f"{table}_shown_{act.lower()}") for act in ACTS)
        else:
            yield table, f"{table}_shown"
    if connection.vendor == "postgresql":
        yield _NOTES, f"{_NOTES}_renew"


def _present(connection: BaseDatabaseWrapper) -> set[tuple[str, str]]:
    query = "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"
    if connection.vendor == "postgresql":
        # A trigger that somebody disabled renews nothing.
        query = (
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND pg_table_is_visible(c.oid)"
        )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {(table, name) for table, name in cursor.fetchall()}


def _statements(connection: BaseDatabaseWrapper, table: str, name: str) -> Iterator[str]:
    if connection.vendor == "sqlite":
        act = name.rsplit("_", 1)[1].upper()
        renewing = _RENEW.format(stamp=_STAMPS["sqlite"])
        yield f'CREATE TRIGGER "{name}" AFTER {act} ON "{table}" BEGIN {renewing}; END'
        return
    # One that was only disabled is still there.
    yield f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"'
    if table == _NOTES:
        yield _RENEW_AT_THE_END
        return
    yield (
        f'CREATE TRIGGER "{name}" AFTER {" OR ".join([*ACTS, "TRUNCATE"])} ON "{table}" '
        "FOR EACH STATEMENT EXECUTE FUNCTION firm_site_changed()"
    )
