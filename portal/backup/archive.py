"""The file of a backup: a ZIP with a manifest, tables as lines of JSON, and files of evidence.

With a passphrase the ZIP is wrapped in the age format, which the public `age` tool opens too.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pyrage

from .rows import Digest

FORMAT = "lupe-backup"
VERSION = 1
MANIFEST = "manifest.json"
AGE = b"age-encryption.org/"
READ_AT_ONCE = 1024 * 1024


class BackupError(Exception):
    """This file cannot be written or restored; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its model, the columns of a line, how many lines, and their common digest."""

    model: str
    columns: list[str]
    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds; `migrations` says of which release its tables are."""

    taken_at: str
    database: str
    migrations: list[tuple[str, str]]
    tables: list[Table] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> str:
        return json.dumps({"format": FORMAT, "version": VERSION, **asdict(self)}, indent=1)


def member_of(table: Table) -> str:
    return f"tables/{table.model}.jsonl"


def open_backup(path: Path, passphrase: str) -> tuple[zipfile.ZipFile, Manifest]:
    """Open a backup and read its manifest; raise BackupError with what is wrong with the file."""
    try:
        with path.open("rb") as file:
            start = file.read(len(AGE))
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror}.") from error
    source: Path | io.BytesIO = path
    if start == AGE:
        source = io.BytesIO(_decrypted(path, passphrase))
    try:
        bundle = zipfile.ZipFile(source)
        return bundle, _manifest(json.loads(bundle.read(MANIFEST)))
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError) as error:
        raise BackupError(f"{path} is no backup of this portal, or it is damaged.") from error


def lines(bundle: zipfile.ZipFile, table: Table) -> Iterator[bytes]:
    with bundle.open(member_of(table)) as member:
        yield from member


def check(bundle: zipfile.ZipFile, manifest: Manifest) -> None:
    """Read the whole file once; raise BackupError naming the first part that is not as written."""
    for table in manifest.tables:
        digest = Digest()
        try:
            for line in lines(bundle, table):
                digest.add(line)
        except (KeyError, zipfile.BadZipFile, OSError, ValueError) as error:
            raise BackupError(f"The backup is damaged: table {table.model}.") from error
        if (digest.count, digest.text) != (table.rows, table.digest):
            raise BackupError(f"The backup is damaged: table {table.model}.")
    for name, wanted in manifest.files.items():
        try:
            found = sha256_of_member(bundle, name)
        except (KeyError, zipfile.BadZipFile, OSError) as error:
            raise BackupError(f"The backup is damaged: file {name}.") from error
        if found != wanted:
            raise BackupError(f"The backup is damaged: file {name}.")


def sha256_of_member(bundle: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with bundle.open(f"files/{name}") as member:
        while part := member.read(READ_AT_ONCE):
            digest.update(part)
    return digest.hexdigest()


def encrypted(plain: bytes, passphrase: str) -> bytes:
    """Return `plain` in the age format."""
    result: bytes = pyrage.passphrase.encrypt(plain, passphrase)
    return result


def _decrypted(path: Path, passphrase: str) -> bytes:
    if not passphrase:
        raise BackupError(f"{path} is encrypted. Name a file with its passphrase.")
    try:
        result: bytes = pyrage.passphrase.decrypt(path.read_bytes(), passphrase)
    except pyrage.DecryptError as error:
        raise BackupError(f"{path} does not open with this passphrase.") from error
    return result


def _manifest(data: dict[str, Any]) -> Manifest:
    if data["format"] != FORMAT:
        raise ValueError("another kind of file")
    if data["version"] > VERSION:
        raise BackupError("This backup was made by a newer release. Update the portal first.")
    tables = [Table(**table) for table in data["tables"]]
    files = data["files"]
    if any(Path(name).is_absolute() or ".." in Path(name).parts for name in files):
        raise ValueError("a file outside its folder")
    migrations = [(str(app), str(name)) for app, name in data["migrations"]]
    return Manifest(data["taken_at"], data["database"], migrations, tables, files)
