"""Restore a backup: into an empty database, or in place of what is there if told so."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from notices.editions.integrity import chain
from notices.firm.storage.append_only import thawed

from .archive import BackupError, Manifest, check, lines, open_backup
from .rows import Digest, insert, kept_models, lines_of, models_at, names_of, reset_sequences

# Rows that a migration makes by itself do not make a database one in use.
MADE_BY_MIGRATIONS = frozenset(
    {"contenttypes.ContentType", "auth.Permission", "auth.Group", "auth.Group_permissions"}
)

Say = Callable[[str], None]


def restore(
    path: Path, *, passphrase: str = "", overwrite: bool = False, say: Say = lambda words: None
) -> Manifest:
    """Bring the database and the files to what the backup at `path` holds.

    The file is checked before anything is touched; the rows come in one transaction and are
    compared with the backup before it ends. Raise BackupError with what is wrong.
    """
    remove_leftover_log()
    bundle, manifest = open_backup(path, passphrase)
    with bundle:
        check(bundle, manifest)
        loader = MigrationLoader(connection)
        unknown = [node for node in manifest.migrations if node not in loader.disk_migrations]
        if unknown:
            raise BackupError(
                "This backup was made by a newer release "
                f"({unknown[0][0]} {unknown[0][1]}). Update the portal first."
            )
        if not overwrite and not is_empty():
            raise BackupError(
                "This database is in use. Restore into an empty one, or say --overwrite: "
                "then everything in it is replaced."
            )
        older = [node for node in loader.graph.leaf_nodes() if node not in manifest.migrations]
        if older:
            _make_tables_of(manifest, loader, say)
        else:
            call_command("migrate", interactive=False, verbosity=0)
        _fill(bundle, manifest, say)
        if older:
            say("Migrating to this release")
        call_command("migrate", interactive=False, verbosity=0)
        _restore_files(bundle, manifest)
    report = chain.verify()
    if report.problems:
        raise BackupError(f"The chain of editions does not hold: {report.problems[0]}")
    return manifest


def is_empty() -> bool:
    """Say whether nobody has used this database: no table, or only what migrations made."""
    tables = set(connection.introspection.table_names())
    for model in kept_models(apps):
        if model._meta.label in MADE_BY_MIGRATIONS or model._meta.db_table not in tables:
            continue
        with connection.cursor() as cursor:
            name = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"SELECT 1 FROM {name} LIMIT 1")  # noqa: S608 - a quoted name
            if cursor.fetchone():
                return False
    return True


def remove_leftover_log() -> None:
    """Remove the logs of a database file that is gone: they would bring its rows back."""
    if connection.vendor != "sqlite" or connection.connection is not None:
        return
    database = Path(str(connection.settings_dict["NAME"]))
    if not database.exists():
        for suffix in ("-wal", "-shm"):
            database.with_name(database.name + suffix).unlink(missing_ok=True)


def _make_tables_of(manifest: Manifest, loader: MigrationLoader, say: Say) -> None:
    """Make the tables as the release of the backup had them."""
    if not is_empty():
        raise BackupError(
            "This backup is of an older release. Restore it into an empty database: "
            "it is then brought to this release."
        )
    say("Making the tables of the older release")
    _drop_tables()
    nodes = set(manifest.migrations)
    followed = {
        parent
        for node in nodes
        for parent in loader.disk_migrations[node].dependencies
        if parent[0] == node[0]
    }
    executor = MigrationExecutor(connection)
    executor.migrate(sorted(nodes - followed))


def _drop_tables() -> None:
    names = connection.introspection.table_names()
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        for name in names:
            quoted = connection.ops.quote_name(name)
            cascade = " CASCADE" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TABLE {quoted}{cascade}")


def _fill(bundle: zipfile.ZipFile, manifest: Manifest, say: Say) -> None:
    found = models_at(MigrationLoader(connection), manifest.migrations)
    kept = {model._meta.label: model for model in kept_models(found)}
    foreign = sorted({table.model for table in manifest.tables} - set(kept))
    if foreign:
        raise BackupError(f"The backup holds a table that this portal does not have: {foreign[0]}.")
    with transaction.atomic(), thawed(connection):
        with connection.cursor() as cursor:
            for model in kept.values():
                name = connection.ops.quote_name(model._meta.db_table)
                cursor.execute(f"DELETE FROM {name}")  # noqa: S608 - a quoted name
        for table in manifest.tables:
            model = kept[table.model]
            if table.columns != names_of(model):
                raise BackupError(f"The columns of {table.model} are not those of its release.")
            try:
                insert(model, table.columns, lines(bundle, table), DEFAULT_DB_ALIAS)
            except ValueError as error:
                raise BackupError(f"The backup is damaged: table {table.model}.") from error
            say(f"{table.model}: {table.rows} rows")
        for table in manifest.tables:
            digest = Digest()
            for line in lines_of(kept[table.model], DEFAULT_DB_ALIAS):
                digest.add(line)
            if (digest.count, digest.text) != (table.rows, table.digest):
                raise BackupError(f"{table.model} did not arrive as it was. Nothing was changed.")
        reset_sequences(connection, list(kept.values()))


def _restore_files(bundle: zipfile.ZipFile, manifest: Manifest) -> None:
    folder: Path = settings.SHARED_DIR
    for name in manifest.files:
        target = folder / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = target.with_name(f".{target.name}.new")
        unfinished.write_bytes(bundle.read(f"files/{name}"))
        unfinished.chmod(0o600)
        unfinished.replace(target)
