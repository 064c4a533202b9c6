"""Take a backup: one moment of the database, read while people go on saving."""

from __future__ import annotations

import copy
import hashlib
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from .archive import FILE_NAME, MANIFEST, BackupError, Manifest, Table, encrypted, member_of
from .rows import Digest, Node, kept_models, lines_of, models_at, names_of

SNAPSHOT = "snapshot"
EVIDENCE = "evidence"

Say = Callable[[str], None]


def take(path: Path, *, passphrase: str = "", say: Say = lambda words: None) -> Manifest:
    """Write a backup to `path`; raise BackupError if that exists or cannot be written.

    The file appears under its name only when it is whole and on disk.
    """
    if path.exists():
        raise BackupError(f"{path} exists already. Choose another name.")
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise BackupError(f"{path} cannot be written: {error.strerror}.") from error
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as bundle:
                manifest = _write(bundle, say)
            if passphrase:
                file.seek(0)
                sealed = encrypted(file.read(), passphrase)
                file.seek(0)
                file.truncate()
                file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
    except OSError as error:
        raise BackupError(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        with suppress(FileNotFoundError):
            unfinished.unlink()
    return manifest


@contextmanager
def one_moment() -> Iterator[str]:
    """Yield a connection on which all reads are of one moment; writers are not kept waiting."""
    config: dict[str, Any] = copy.deepcopy(connections.settings["default"])
    options = config["OPTIONS"]
    options.pop("pool", None)
    if connections["default"].vendor == "sqlite":
        # A reader of a write-ahead log sees the moment of its first read.
        options["transaction_mode"] = "DEFERRED"
    else:
        from psycopg import IsolationLevel

        options["isolation_level"] = IsolationLevel.REPEATABLE_READ
    connections.settings[SNAPSHOT] = config
    try:
        with transaction.atomic(using=SNAPSHOT):
            yield SNAPSHOT
    finally:
        connections[SNAPSHOT].close()
        del connections[SNAPSHOT]
        del connections.settings[SNAPSHOT]


def evidence_files() -> Iterator[Path]:
    """Yield the stored files of evidence; their names are random and never change."""
    folder: Path = settings.SHARED_DIR / EVIDENCE
    if folder.is_dir():
        # What is hidden is being written, or was when a machine stopped.
        named = (
            file for file in folder.iterdir() if FILE_NAME.fullmatch(f"{EVIDENCE}/{file.name}")
        )
        yield from sorted(file for file in named if file.is_file() and not file.is_symlink())


def _applied(loader: MigrationLoader) -> list[Node]:
    """Return of which release the tables are; those of apps that are gone are left behind."""
    known = loader.disk_migrations
    ours = {app for app, _name in known}
    applied = sorted(node for node in loader.applied_migrations or () if node[0] in ours)
    if not applied:
        raise BackupError(
            "There is nothing to back up: this database has no tables. "
            "Look whether DATA_DIR and DATABASE_URL are those of the portal."
        )
    if newer := [node for node in applied if node not in known]:
        raise BackupError(
            f"This database is of a newer release ({newer[0][0]} {newer[0][1]}). "
            "Back it up with that release."
        )
    return applied


def _write(bundle: zipfile.ZipFile, say: Say) -> Manifest:
    tables, files = [], {}
    with one_moment() as alias:
        loader = MigrationLoader(connections[alias])
        applied = _applied(loader)
        for model in kept_models(models_at(loader, applied)):
            digest = Digest()
            table = Table(model._meta.label, names_of(model), 0, "")
            with bundle.open(member_of(table), "w", force_zip64=True) as member:
                for line in lines_of(model, alias):
                    digest.add(line)
                    member.write(line)
            tables.append(Table(table.model, table.columns, digest.count, digest.text))
            say(f"{table.model}: {digest.count} rows")
        # After the rows: a file that no row knows does no harm, a row without its file does.
        for file in evidence_files():
            content = file.read_bytes()
            files[f"{EVIDENCE}/{file.name}"] = hashlib.sha256(content).hexdigest()
            bundle.writestr(f"files/{EVIDENCE}/{file.name}", content)
    say(f"{len(files)} files of evidence")
    manifest = Manifest(
        taken_at=timezone.now().isoformat(),
        database=connections["default"].vendor,
        migrations=applied,
        tables=tables,
        files=files,
    )
    bundle.writestr(MANIFEST, manifest.as_json())
    return manifest
