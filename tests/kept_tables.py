"""The migrated tables: made once, kept in a folder, and copied by every process that tests.

They are empty but for the roles of the staff, which each account of a test needs. `migrate` still
runs on each copy and has nothing to do. A copy is named after all that makes tables; whatever of
it changes, the next run makes new ones.
"""

from __future__ import annotations

import fcntl
import hashlib
import inspect
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.migrations.loader import MigrationLoader

from portal.staff.roles import setup_roles

ROOT = Path(__file__).resolve().parent.parent
# Besides migrations: what names columns, and what `migrate` itself installs each time.
SOURCES = (
    *("notices/**/models.py", "notices/**/models/*.py", "notices/**/translation.py"),
    *("notices/**/apps.py", "notices/firm/storage/*.py", "notices/firm/languages.py"),
    *("portal/settings.py", "portal/staff/roles.py"),
)
# Of earlier versions, for those who go from branch to branch.
LEFT = 4
PREFIX = "lupe_tables_"


def use(folder: Path) -> None:
    """Let the test database that is made next begin with migrated tables."""
    digest = of_files(sources())
    with _alone(folder / "lock"):
        if connection.vendor == "postgresql":
            connection.settings_dict["TEST"]["TEMPLATE"] = _template(digest)
        else:
            _fill_when_connected(_file(folder, digest))


def sources() -> list[Path]:
    """Return the files that decide what the tables are like."""
    migrations = MigrationLoader(None).disk_migrations.values()
    files = {Path(inspect.getfile(type(migration))) for migration in migrations}
    files.update(path for pattern in SOURCES for path in ROOT.glob(pattern))
    return sorted(files)


def of_files(files: list[Path]) -> str:
    """Return a digest of files and of the programs that make tables from them."""
    digest = hashlib.sha256(f"{django.get_version()} {sys.version}".encode())
    digest.update(f"{connection.vendor} {sqlite3.sqlite_version}".encode())
    for path in files:
        content = path.read_bytes()
        name = "/".join(path.parts[-3:])
        digest.update(f"{name} {len(content)} ".encode() + content)
    return digest.hexdigest()[:16]


def _file(folder: Path, digest: str) -> Path:
    """Return a SQLite file with the tables."""
    kept = folder / f"{PREFIX}{digest}.sqlite3"
    if not kept.exists():
        unfinished = kept.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        with _named(":memory:"):
            _make_tables()
            with closing(sqlite3.connect(unfinished)) as copy:
                connection.connection.backup(copy)
        unfinished.replace(kept)
    kept.touch()
    by_age = sorted(folder.glob(f"{PREFIX}*"), key=lambda path: path.stat().st_mtime)
    for path in by_age[:-LEFT]:
        path.unlink()
    return kept


def _make_tables() -> None:
    call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
    setup_roles()


def _fill_when_connected(kept: Path) -> None:
    """Copy the tables into the database in memory as soon as there is a connection to it."""

    def fill(connection: BaseDatabaseWrapper, **_kwargs: Any) -> None:
        if connection.is_in_memory_db():  # type: ignore[attr-defined]
            connection_created.disconnect(fill)
            with closing(sqlite3.connect(kept)) as copy:
                copy.backup(connection.connection)

    connection_created.connect(fill, weak=False)


def _template(digest: str) -> str:
    """Return the name of a PostgreSQL database with the tables, which others may be copied from."""
    with connection._nodb_cursor() as cursor:
        # Another folder, or another machine, may use the same server.
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [PREFIX])
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        # The time of making comes first in the name.
        names = sorted(row[0] for row in cursor.fetchall())
        kept = next((name for name in names if name.endswith(digest)), None)
        if kept is None:
            kept = f"{PREFIX}{datetime.now(UTC):%Y%m%d%H%M%S}_{digest}"
            cursor.execute("DROP DATABASE IF EXISTS lupe_unfinished_tables")
            cursor.execute("CREATE DATABASE lupe_unfinished_tables")
            with _named("lupe_unfinished_tables"):
                _make_tables()
            cursor.execute(f'ALTER DATABASE lupe_unfinished_tables RENAME TO "{kept}"')
            for name in names[: 1 - LEFT]:
                # Somebody may be copying it.
                with suppress(DatabaseError):
                    cursor.execute(f'DROP DATABASE "{name}"')
    return kept


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Let the connection lead to another database."""
    before = connection.settings_dict["NAME"]
    _let_go()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        _let_go()
        connection.settings_dict["NAME"] = before


def _let_go() -> None:
    """Close the connection, although it leads to memory or belongs to a pool."""
    BaseDatabaseWrapper.close(connections[DEFAULT_DB_ALIAS])
    if connection.vendor == "postgresql":
        connection.close_pool()  # type: ignore[attr-defined]


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let one process of this folder make the tables while the others wait for them."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
