"""Backups through the commands themselves, each portal in a folder and a database of its own."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from tests import kept_portal
from tests.backup.portals import NEW_TOPIC, Portal, contents


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
