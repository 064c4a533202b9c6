"""Restore a backup: into an empty database, or in place of what is there if told so."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import (
    DEFAULT_DB_ALIAS,
    DatabaseError,
    OperationalError,
    connection,
    models,
    transaction,
)
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from notices.editions.integrity import chain
from notices.firm.storage.append_only import thawed

from .archive import UNREADABLE, BackupError, Manifest, check, damaged, lines, open_backup
from .older import brought_to_this_release
from .rows import Digest, insert, kept_models, lines_of, models_at, names_of, reset_sequences

# Rows that a migration makes by itself do not make a database one in use.
MADE_BY_MIGRATIONS = frozenset(
    {"contenttypes.ContentType", "auth.Permission", "auth.Group", "auth.Group_permissions"}
)

Say = Callable[[str], None]


def restore(
    path: Path,
    *,
    passphrase: str = "",
    overwrite: bool = False,
    despite_chain: bool = False,
    say: Say = lambda words: None,
) -> Manifest:
    """Bring the database and the files to what the backup at `path` holds.

    The file is checked before anything is touched; the rows come in one transaction, and are
    compared with the backup and followed along the chain before it ends. Raise BackupError with
    what is wrong.
    """
    remove_leftover_log()
    bundle, manifest = open_backup(path, passphrase)
    with bundle:
        check(bundle, manifest)
        loader = MigrationLoader(connection)
        _require_known(manifest, loader)
        tables = _tables_of(manifest, loader)
        if not overwrite and not is_empty():
            raise BackupError(
                "This database is in use. Restore into an empty one, or say --overwrite: "
                "then everything in it is replaced."
            )
        older = [node for node in loader.graph.leaf_nodes() if node not in manifest.migrations]
        if older and not is_empty():
            say("Bringing the older backup to this release, beside the portal")
            with brought_to_this_release(path, passphrase) as newer:
                restore(newer, overwrite=True, despite_chain=despite_chain, say=say)
            return manifest
        with _unfinished_files(bundle, manifest) as finish:
            if older:
                _make_tables_of(manifest, loader, say)
            else:
                call_command("migrate", interactive=False, verbosity=0)
            _fill(bundle, manifest, tables, say, follow_chain=not older and not despite_chain)
            finish()
        if older:
            say("Migrating to this release")
        call_command("migrate", interactive=False, verbosity=0)
    if older and not despite_chain and (broken := chain.verify().problems):
        raise BackupError(
            f"All rows are restored, but the chain of editions does not hold: {broken[0]}. "
            "Somebody changed an edition, or the backup. Restore an earlier one."
        )
    return manifest


def _require_known(manifest: Manifest, loader: MigrationLoader) -> None:
    """Refuse what is of a newer release: the backup, or the database it is to go into."""
    known = loader.disk_migrations
    if unknown := [node for node in manifest.migrations if node not in known]:
        raise BackupError(
            "This backup was made by a newer release "
            f"({unknown[0][0]} {unknown[0][1]}). Update the portal first."
        )
    ours = {app for app, _name in known}
    applied = set(loader.applied_migrations or ())
    if newer := sorted(node for node in applied if node[0] in ours and node not in known):
        raise BackupError(
            f"This database is of a newer release ({newer[0][0]} {newer[0][1]}). "
            "Update the portal first, or restore into an empty database."
        )
    done = set(manifest.migrations)
    parents = {parent.key for node in done for parent in loader.graph.node_map[node].parents}
    if len(done) != len(manifest.migrations) or not parents <= done:
        raise damaged("its list of migrations")


def _tables_of(manifest: Manifest, loader: MigrationLoader) -> dict[str, type[models.Model]]:
    """Return the tables as the release of the backup had them; refuse others, and gaps."""
    found = models_at(loader, manifest.migrations)
    kept = {model._meta.label: model for model in kept_models(found)}
    named = {table.model for table in manifest.tables}
    if foreign := sorted(named - set(kept)):
        raise BackupError(
            f"The backup holds a table that this portal does not have: {foreign[0]}. "
            "Nothing was changed; take another backup."
        )
    if missing := sorted(set(kept) - named):
        raise damaged(f"table {missing[0]} is missing")
    for table in manifest.tables:
        if table.columns != names_of(kept[table.model]):
            raise damaged(f"the columns of {table.model} are not those of its release")
    return kept


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
    """Make the tables as the release of the backup had them, in an empty database."""
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


def _fill(
    bundle: zipfile.ZipFile,
    manifest: Manifest,
    kept: dict[str, type[models.Model]],
    say: Say,
    *,
    follow_chain: bool,
) -> None:
    with transaction.atomic(), thawed(connection):
        with connection.cursor() as cursor:
            for model in kept.values():
                name = connection.ops.quote_name(model._meta.db_table)
                cursor.execute(f"DELETE FROM {name}")  # noqa: S608 - a quoted name
        for table in manifest.tables:
            with _as_sentence(f"table {table.model}"):
                insert(kept[table.model], table.columns, lines(bundle, table), DEFAULT_DB_ALIAS)
            say(f"{table.model}: {table.rows} rows")
        with _as_sentence("a row names another one that is not there"):
            connection.check_constraints()
        for table in manifest.tables:
            digest = Digest()
            for line in lines_of(kept[table.model], DEFAULT_DB_ALIAS):
                digest.add(line)
            if (digest.count, digest.text) != (table.rows, table.digest):
                raise damaged(f"{table.model} did not arrive as it was written")
        reset_sequences(connection, list(kept.values()))
        if follow_chain and (broken := chain.verify().problems):
            raise BackupError(
                f"The chain of editions in this backup does not hold: {broken[0]}. "
                "Somebody changed an edition, or the backup. Nothing was changed; restore an "
                "earlier backup, or say --despite-chain to have this one as it is."
            )


@contextmanager
def _as_sentence(part: str) -> Iterator[None]:
    """Say that `part` is damaged where its rows are none, or the database refuses them."""
    try:
        # Of its own, so that the triggers can be put back however it ends.
        with transaction.atomic():
            yield
    except OperationalError:
        raise
    except (DatabaseError, *UNREADABLE) as error:
        raise damaged(part) from error


@contextmanager
def _unfinished_files(bundle: zipfile.ZipFile, manifest: Manifest) -> Iterator[Callable[[], None]]:
    """Write the files under other names; they get their own once the rows are there."""
    folder: Path = settings.SHARED_DIR
    written: dict[Path, Path] = {}

    def finish() -> None:
        for unfinished, target in written.items():
            unfinished.replace(target)

    try:
        for name in manifest.files:
            target = folder / name
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            unfinished = target.with_name(f".{target.name}.new")
            # What lies there from a restore that was cut off, or as a link, is not written through.
            unfinished.unlink(missing_ok=True)
            written[unfinished] = target
            with bundle.open(f"files/{name}") as member, unfinished.open("xb") as file:
                unfinished.chmod(0o600)
                shutil.copyfileobj(member, file)
        yield finish
    finally:
        for unfinished in written:
            unfinished.unlink(missing_ok=True)
