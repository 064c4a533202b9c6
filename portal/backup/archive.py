"""The file of a backup: a ZIP with a manifest, tables as lines of JSON, and files of evidence.

With a passphrase the ZIP is wrapped in the age format, which the public `age` tool opens too.
"""

from __future__ import annotations

import hashlib
import io
import json
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pyrage

from .rows import Digest

FORMAT = "lupe-backup"
VERSION = 1
MANIFEST = "manifest.json"
AGE = b"age-encryption.org/"
READ_AT_ONCE = 1024 * 1024
# More than any of ours, so that a few bytes that unpack to many fill no memory.
LONGEST_MANIFEST = 64 * 1024 * 1024
LONGEST_LINE = 256 * 1024 * 1024
LARGEST_FILE = 256 * 1024 * 1024
# One level below its folder, not hidden: nothing else of DATA_DIR is ever written.
FILE_NAME = re.compile(r"evidence/[^./\\\x00-\x1f\ud800-\udfff][^/\\\x00-\x1f\ud800-\udfff]{0,200}")
# Whatever reading a file raises that is damaged, or was made to do harm.
UNREADABLE = (
    *(ArithmeticError, AttributeError, EOFError, LookupError, MemoryError, OSError, RuntimeError),
    *(TypeError, ValueError, lzma.LZMAError, struct.error, zipfile.BadZipFile, zlib.error),
)


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
        if bundle.getinfo(MANIFEST).file_size > LONGEST_MANIFEST:
            raise ValueError("no list of tables is as long")
        return bundle, _manifest(json.loads(bundle.read(MANIFEST)))
    except UNREADABLE as error:
        raise BackupError(
            f"{path} is no backup of this portal, or it is damaged. Take another backup."
        ) from error


def lines(bundle: zipfile.ZipFile, table: Table) -> Iterator[bytes]:
    """Yield the rows of a table; raise ValueError for more of them than were written."""
    with bundle.open(member_of(table)) as member:
        for _ in range(table.rows):
            line = member.readline(LONGEST_LINE)
            if not line.endswith(b"\n"):
                raise ValueError("a row without an end")
            yield line
        if member.read(1):
            raise ValueError("more rows than were written")


def check(bundle: zipfile.ZipFile, manifest: Manifest) -> None:
    """Read the whole file once; raise BackupError naming the first part that is not as written."""
    for table in manifest.tables:
        digest = Digest()
        try:
            for line in lines(bundle, table):
                digest.add(line)
        except UNREADABLE as error:
            raise damaged(f"table {table.model}") from error
        if (digest.count, digest.text) != (table.rows, table.digest):
            raise damaged(f"table {table.model}")
    for name, wanted in manifest.files.items():
        try:
            found = sha256_of_member(bundle, name)
        except UNREADABLE as error:
            raise damaged(f"file {name}") from error
        if found != wanted:
            raise damaged(f"file {name}")


def damaged(part: str) -> BackupError:
    return BackupError(f"The backup is damaged: {part}. Nothing was changed; take another backup.")


def sha256_of_member(bundle: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    if bundle.getinfo(f"files/{name}").file_size > LARGEST_FILE:
        raise ValueError("no file of evidence is as large")
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
        raise BackupError(
            f"{path} is encrypted. Name a file with its passphrase: --passphrase-file FILE."
        )
    try:
        result: bytes = pyrage.passphrase.decrypt(path.read_bytes(), passphrase)
    except pyrage.DecryptError as error:
        raise BackupError(
            f"{path} does not open with this passphrase, or it is damaged. "
            "Look at the file with the passphrase, else take another backup."
        ) from error
    return result


def _manifest(data: Any) -> Manifest:
    """Return what the file says of itself; raise ValueError for anything that `take` never says."""
    _require(isinstance(data, dict) and data.get("format") == FORMAT)
    _require(type(data["version"]) is int and data["version"] > 0)
    if data["version"] > VERSION:
        raise BackupError("This backup was made by a newer release. Update the portal first.")
    texts = [data["taken_at"], data["database"]]
    files = data["files"]
    tables = [Table(**table) for table in data["tables"]]
    for table in tables:
        _require(type(table.rows) is int and table.rows >= 0)
        texts += [table.model, table.digest, *table.columns]
    _require(len({table.model for table in tables}) == len(tables))
    _require(isinstance(files, dict) and all(map(FILE_NAME.fullmatch, files)))
    migrations = [(app, name) for app, name in data["migrations"]]
    _require(bool(migrations))
    texts += [*files.values(), *(part for node in migrations for part in node)]
    _require(all(isinstance(text, str) for text in texts))
    datetime.fromisoformat(data["taken_at"])
    return Manifest(data["taken_at"], data["database"], migrations, tables, files)


def _require(is_so: bool) -> None:
    if not is_so:
        raise ValueError("a list that no backup of ours has")
