"""Backups through the commands themselves, each portal in a folder and a database of its own."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from tests import kept_portal

ROOT = Path(__file__).parents[2]
POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
NEW_TOPIC = "from notices.faq.models import Topic; Topic.objects.create(key='new')"
Manage = Callable[..., subprocess.CompletedProcess[str]]


class Portal:
    """One portal: a folder for its data and, if named, a PostgreSQL database."""

    def __init__(self, folder: Path, database: str = "") -> None:
        folder.mkdir()
        self.folder = folder
        self.environment = {
            "PATH": os.environ["PATH"],
            "DATA_DIR": str(folder),
            "SECRET_KEY": "only-for-tests-" * 4,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            **({"DATABASE_URL": database} if database else {}),
        }

    def manage(
        self, *words: str | Path, blocks: int | None = None
    ) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", *map(str, words)]
        if blocks is not None:
            command = ["sh", "-c", f'ulimit -f {blocks}; exec "$@"', "sh", *command]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=900
        )

    def ok(self, *words: str | Path) -> str:
        done = self.manage(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def refuses(self, *words: str | Path, blocks: int | None = None) -> str:
        """Return what a command says that does not succeed; no file may grow beyond `blocks`."""
        done = self.manage(*words, blocks=blocks)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        return done.stderr


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Portal:
    """Return a portal on SQLite with the starter content and one file of evidence."""
    made = Portal(tmp_path_factory.mktemp("portals") / "first")
    kept_portal.begin(made.folder)
    evidence = made.folder / "evidence"
    evidence.mkdir()
    (evidence / ("0" * 32)).write_bytes(b"a picture")
    return made


@pytest.fixture(scope="module")
def backup(portal: Portal) -> Path:
    path = portal.folder / "backup.zip"
    assert "rows of" in portal.ok("backup", path)
    return path


@pytest.fixture
def empty(tmp_path: Path) -> Portal:
    return Portal(tmp_path / "empty")


@pytest.fixture
def migrated(tmp_path: Path) -> Portal:
    """Return a portal with its tables, as a restore would make them first, which takes long."""
    made = Portal(tmp_path / "migrated")
    kept_portal.begin_without_rows(made.folder)
    return made


@pytest.fixture
def postgres_database() -> Iterator[str]:
    try:
        server = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip("no PostgreSQL answers at TEST_POSTGRES_URL")
    name = f"test_backup_{uuid4().hex[:12]}"
    with server:
        server.execute(f'CREATE DATABASE "{name}"')
    server = psycopg.connect(POSTGRES, autocommit=True)
    yield POSTGRES.rsplit("/", 1)[0] + f"/{name}"
    server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    server.close()


def contents(path: Path) -> dict[str, tuple[int, str]]:
    """Return how many rows each table of a backup has, and their common digest."""
    with zipfile.ZipFile(path) as bundle:
        tables = json.loads(bundle.read("manifest.json"))["tables"]
    return {table["model"]: (table["rows"], table["digest"]) for table in tables}


def test_every_row_and_file_comes_back(portal: Portal, backup: Path, empty: Portal) -> None:
    assert "The chain of editions holds" in empty.ok("restore", backup)
    again = empty.folder / "again.zip"
    empty.ok("backup", again)
    assert contents(again) == contents(backup)
    assert contents(again)["editions.Edition"][0] > 0
    assert (empty.folder / "evidence" / ("0" * 32)).read_bytes() == b"a picture"
    empty.ok("verify_editions")


FILL = "from tests.backup.every_table import fill; print(fill())"


def test_every_table_moves_to_postgresql_and_back(
    tmp_path: Path, migrated: Portal, postgres_database: str
) -> None:
    full = Portal(tmp_path / "full")
    kept_portal.begin(full.folder)
    assert full.ok("shell", "-c", FILL).strip().endswith("[]")
    path, moved, again = (tmp_path / name for name in ("full.zip", "moved.zip", "again.zip"))
    full.ok("backup", path)
    assert [model for model, (rows, _digest) in contents(path).items() if not rows] == []
    there = Portal(tmp_path / "there", postgres_database)
    # What stands in each table is nonsense, and no chain of editions.
    assert "Nothing was changed" in there.refuses("restore", path)
    there.ok("restore", path, "--despite-chain")
    there.ok("backup", moved)
    assert contents(moved) == contents(path)
    # New rows follow the restored ones.
    there.ok("shell", "-c", NEW_TOPIC)
    migrated.ok("restore", moved, "--despite-chain")
    migrated.ok("backup", again)
    assert contents(again) == contents(path)


def test_a_used_database_is_replaced_only_if_told(backup: Path, migrated: Portal) -> None:
    migrated.ok("restore", backup)
    migrated.ok(
        "shell", "-c", "from notices.faq.models import Topic; Topic.objects.create(key='new')"
    )
    assert "--overwrite" in migrated.refuses("restore", backup)
    migrated.ok("restore", backup, "--overwrite")
    again = migrated.folder / "again.zip"
    migrated.ok("backup", again)
    assert contents(again) == contents(backup)


def test_leftover_logs_of_a_lost_file_bring_nothing_back(backup: Path, empty: Portal) -> None:
    for suffix in ("-wal", "-shm"):
        (empty.folder / f"portal.sqlite3{suffix}").write_bytes(b"rows of another time")
    empty.ok("restore", backup)
    empty.ok("verify_editions")


def test_a_damaged_file_changes_nothing(backup: Path, empty: Portal) -> None:
    damaged = empty.folder / "damaged.zip"
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(damaged, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "tables/faq.Question.jsonl":
                content = content.split(b"\n", 1)[1]
            new.writestr(name, content)
    assert "damaged: table faq.Question" in empty.refuses("restore", damaged)
    assert not (empty.folder / "portal.sqlite3").exists() or not has_rows(empty)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nothing", b"a letter"])
def test_a_foreign_file_is_refused(content: bytes, migrated: Portal) -> None:
    path = migrated.folder / "foreign.zip"
    path.write_bytes(content)
    assert "no backup of this portal" in migrated.refuses("restore", path)


def test_a_newer_release_is_named(backup: Path, migrated: Portal) -> None:
    newer = migrated.folder / "newer.zip"
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(newer, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "manifest.json":
                data = json.loads(content)
                data["migrations"].append(["editions", "9999_of_tomorrow"])
                content = json.dumps(data).encode()
            new.writestr(name, content)
    assert "newer release (editions 9999_of_tomorrow)" in migrated.refuses("restore", newer)


SECRET_WORDS = "a long enough passphrase"


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a locked backup of an older release, with a file of evidence."""
    made = Portal(tmp_path_factory.mktemp("older") / "portal")
    kept_portal.begin(made.folder)
    (made.folder / "evidence").mkdir()
    (made.folder / "evidence" / ("1" * 32)).write_bytes(b"an older picture")
    made.ok("migrate", "--verbosity=0", "faq", "0001_initial")
    path, locked = made.folder / "older.zip", made.folder / "locked.zip"
    made.ok("backup", path)
    (made.folder / "secret").write_text(SECRET_WORDS)
    made.ok("backup", locked, "--passphrase-file", made.folder / "secret")
    return path


def is_as_before(portal: Portal, name: str, before: Path) -> bool:
    after = portal.folder / name
    portal.ok("backup", after)
    return contents(after) == contents(before)


@pytest.mark.parametrize("where", ["SQLite", "PostgreSQL"])
def test_an_older_backup_replaces_a_portal_in_use_or_leaves_it_as_it_was(
    where: str, backup: Path, older: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_database") if where == "PostgreSQL" else ""
    used = Portal(tmp_path / "used", url)
    used.ok("restore", backup)
    used.ok("shell", "-c", NEW_TOPIC)
    locked, secret = older.with_name("locked.zip"), older.with_name("secret")
    asked = ("restore", locked, "--passphrase-file", secret)
    before = tmp_path / "before.zip"
    used.ok("backup", before)
    assert "--overwrite" in used.refuses(*asked)
    # So large a file only a database has: the portal beside it finds no room.
    assert "Nothing was changed" in used.refuses(*asked, "--overwrite", blocks=2000)
    assert is_as_before(used, "same.zip", before)
    (used.folder / ".restoring-killed").mkdir()
    assert "The chain of editions holds" in used.ok(*asked, "--overwrite")
    assert "No planned migration operations" in used.ok("migrate", "--plan")
    again = used.folder / "again.zip"
    used.ok("backup", again)
    assert contents(again).keys() == contents(backup).keys()
    for model in ("editions.Edition", "faq.Topic", "safeguards.Finding"):
        assert contents(again)[model] == contents(backup)[model]
    assert (used.folder / "evidence" / ("1" * 32)).read_bytes() == b"an older picture"
    assert [*used.folder.glob(".restoring-*")] == []


def test_an_older_release_is_brought_to_this_one(
    backup: Path, older: Path, tmp_path: Path, empty: Portal
) -> None:
    assert contents(older) != contents(backup)
    empty.ok("restore", older)
    assert "No planned migration operations" in empty.ok("migrate", "--plan")
    again = tmp_path / "again.zip"
    empty.ok("backup", again)
    assert contents(again).keys() == contents(backup).keys()
    for model in ("editions.Edition", "faq.Topic", "safeguards.Finding"):
        assert contents(again)[model] == contents(backup)[model]


def test_a_passphrase_locks_it_and_opens_it(
    portal: Portal, tmp_path: Path, migrated: Portal
) -> None:
    secret, wrong = tmp_path / "secret", tmp_path / "wrong"
    secret.write_text("a long enough passphrase\n")
    wrong.write_text("another long passphrase\n")
    path = tmp_path / "locked.zip"
    portal.ok("backup", path, "--passphrase-file", secret)
    assert path.read_bytes().startswith(b"age-encryption.org/")
    assert "is encrypted" in migrated.refuses("restore", path)
    assert "does not open" in migrated.refuses("restore", path, "--passphrase-file", wrong)
    migrated.ok("restore", path, "--passphrase-file", secret)


def test_a_folder_keeps_the_newest_backups(portal: Portal, tmp_path: Path) -> None:
    (tmp_path / "lupe-20200101-000000.zip").write_bytes(b"old")
    (tmp_path / "holiday.zip").write_bytes(b"not ours")
    portal.ok("backup", tmp_path, "--keep", "1")
    names = {file.name for file in tmp_path.glob("*.zip")}
    assert len(names) == 2
    assert "holiday.zip" in names
    assert "lupe-20200101-000000.zip" not in names


def test_a_database_without_tables_makes_no_backup(empty: Portal, tmp_path: Path) -> None:
    (tmp_path / "lupe-20200101-000000.zip").write_bytes(b"old")
    words = empty.refuses("backup", tmp_path, "--keep", "1")
    assert "Look whether DATA_DIR and DATABASE_URL are those of the portal." in words
    assert [file.name for file in tmp_path.glob("*.zip")] == ["lupe-20200101-000000.zip"]


def test_a_database_of_a_newer_release_is_named(
    backup: Path, migrated: Portal, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(migrated.folder / "portal.sqlite3")) as rows, rows:
        add = "INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, '2030-01-01')"
        rows.execute(add, ("editions", "9999_of_tomorrow"))
        # Of an app that this release has no more: that does no harm.
        rows.execute(add, ("gone", "0001_initial"))
    for words in (("backup", tmp_path / "new.zip"), ("restore", backup, "--overwrite")):
        assert "of a newer release (editions 9999_of_tomorrow)" in migrated.refuses(*words)
    assert list(tmp_path.glob("*.zip")) == []


def test_an_existing_file_is_not_overwritten(portal: Portal, backup: Path) -> None:
    before = backup.read_bytes()
    assert "exists already" in portal.refuses("backup", backup)
    assert backup.read_bytes() == before


def test_it_is_of_one_moment_while_others_write(portal: Portal, tmp_path: Path) -> None:
    script = (
        "import sqlite3, sys, time\n"
        "database = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)\n"
        "print('ready', flush=True)\n"
        "number = 0\n"
        "while True:\n"
        "    number += 1\n"
        "    database.execute('BEGIN IMMEDIATE')\n"
        "    for table in ('faq_topic', 'invitations_meetingtype'):\n"
        "        database.execute(f\"UPDATE {table} SET key = 'n' || {number} WHERE rowid = 1\")\n"
        "    database.execute('COMMIT')\n"
        "    time.sleep(0.002)\n"
    )
    database = portal.folder / "portal.sqlite3"
    with closing(sqlite3.connect(database)) as rows:
        keys = [
            rows.execute(f"SELECT key FROM {table} WHERE rowid = 1").fetchone()[0]
            for table in ("faq_topic", "invitations_meetingtype")
        ]
    writer = subprocess.Popen(
        [sys.executable, "-c", script, str(database)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        path = tmp_path / "moving.zip"
        portal.ok("backup", path)
        assert writer.poll() is None
    finally:
        writer.kill()
        writer.wait()
        with closing(sqlite3.connect(database, timeout=30)) as rows:
            for table, key in zip(("faq_topic", "invitations_meetingtype"), keys, strict=True):
                rows.execute(f"UPDATE {table} SET key = ? WHERE rowid = 1", [key])
            rows.commit()
    with zipfile.ZipFile(path) as bundle:
        found = {
            value
            for name in ("faq.Topic", "invitations.MeetingType")
            for value in json.loads(bundle.read(f"tables/{name}.jsonl").split(b"\n", 1)[0])
            if isinstance(value, str) and value[:1] == "n" and value[1:].isdigit()
        }
    assert len(found) == 1


def has_rows(portal: Portal) -> bool:
    with closing(sqlite3.connect(portal.folder / "portal.sqlite3")) as database:
        names = {row[0] for row in database.execute("SELECT name FROM sqlite_master")}
        if "faq_question" not in names:
            return False
        return bool(database.execute("SELECT 1 FROM faq_question LIMIT 1").fetchone())


def test_a_disk_that_takes_no_more_is_told_in_a_sentence_and_loses_nothing(
    portal: Portal, backup: Path, migrated: Portal, tmp_path: Path
) -> None:
    out = tmp_path / "no-room.zip"
    assert f"{out} cannot be written" in portal.refuses("backup", out, blocks=100)
    assert list(tmp_path.glob("*no-room*")) == []

    # Too little even to open the database.
    assert "The database cannot be read" in portal.refuses("backup", out, blocks=10)
    assert "Not restored: " in migrated.refuses("restore", backup, blocks=100)
    migrated.ok("restore", backup, "--overwrite")
    again = tmp_path / "again.zip"
    migrated.ok("backup", again)
    assert contents(again) == contents(backup)
