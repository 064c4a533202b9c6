"""A server keeps a few connections to SQLite, and none that could show anything else than new."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

from portal.serving import database, site_watch
from portal.serving.sqlite import base
from portal.serving.sqlite.base import MOST, DatabaseWrapper, Kept
from portal.setup import env
from tests.servers import Reader, Server, lupe


@pytest.fixture(autouse=True)
def kept(monkeypatch: pytest.MonkeyPatch, django_db_blocker: Any) -> Iterator[Kept]:
    own = Kept()
    monkeypatch.setattr(base, "kept", own)
    # The databases of these tests are their own.
    with django_db_blocker.unblock():
        yield own
    own.forget()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return made(tmp_path / "portal.sqlite3", "old")


def made(path: Path, word: str) -> Path:
    """Make a database that says `word`, and leave no log beside it."""
    with closing(sqlite3.connect(path)) as new:
        new.execute("PRAGMA journal_mode = WAL")
        new.execute("CREATE TABLE said (word)")
        new.execute("INSERT INTO said VALUES (?)", [word])
        new.commit()
    return path


def connect(path: Path) -> Any:
    """Return a connection as one thread of a server has it."""
    config = {**env.database({}, path.parent), "ENGINE": "portal.serving.sqlite"}
    connection = ConnectionHandler({"default": config})["default"]
    assert isinstance(connection, DatabaseWrapper)
    return connection


def word(connection: Any) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT word FROM said")
        return str(cursor.fetchone()[0])


def opened(path: Path, *, use: Any = word) -> sqlite3.Connection:
    """Let a request come and go; return what it was connected by."""
    connection = connect(path)
    use(connection)
    raw: sqlite3.Connection = connection.connection
    connection.close()
    return raw


def test_the_next_request_goes_on_with_the_connection_of_the_one_before(path: Path) -> None:
    first = opened(path)
    assert opened(path) is first


def test_what_was_set_when_it_was_opened_holds_for_the_next_one(path: Path) -> None:
    opened(path)
    with connect(path).cursor() as cursor:
        found = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
        }
        # A function that Django adds.
        assert cursor.execute("SELECT django_date_extract('year', '2026-11-28')").fetchone() == (
            2026,
        )
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
    }


def test_two_at_once_never_share_a_connection(path: Path) -> None:
    opened(path)
    one, other = connect(path), connect(path)
    assert word(one) == word(other) == "old"
    assert one.connection is not other.connection


def test_no_more_are_kept_than_a_few(path: Path, kept: Kept) -> None:
    connections = [connect(path) for _ in range(MOST + 3)]
    for one in connections:
        word(one)
    raw = [one.connection for one in connections]
    for one in connections:
        one.close()
    assert len(kept._idle) == MOST
    for one in raw[MOST:]:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            one.execute("SELECT 1")


def test_another_file_in_its_place_is_read_at_once(path: Path, tmp_path: Path) -> None:
    opened(path)
    made(tmp_path / "other.sqlite3", "new").replace(path)
    assert word(connect(path)) == "new"


def test_a_file_that_was_copied_over_is_read_at_once(path: Path, tmp_path: Path) -> None:
    opened(path)
    shutil.copyfile(made(tmp_path / "other.sqlite3", "new"), path)
    assert word(connect(path)) == "new"


def test_a_file_that_is_gone_says_nothing_any_more(path: Path) -> None:
    opened(path)
    for left in path.parent.glob(f"{path.name}*"):
        left.unlink()
    with pytest.raises(OperationalError, match="no such table"):
        word(connect(path))


def test_a_file_that_changes_places_during_a_request_is_not_kept(
    path: Path, tmp_path: Path
) -> None:
    def swapping(connection: Any) -> None:
        assert word(connection) == "old"
        made(tmp_path / "other.sqlite3", "new").replace(path)

    opened(path, use=swapping)
    assert word(connect(path)) == "new"


def test_letting_the_old_file_go_leaves_the_log_of_the_new_one_alone(
    path: Path, tmp_path: Path
) -> None:
    def add(connection: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE said SET word = 'in the log of the old one'")

    opened(path, use=add)
    # What was in the log goes with the file, as an operator moves it away.
    for left in path.parent.glob(f"{path.name}-*"):
        left.unlink()
    made(tmp_path / "other.sqlite3", "new").replace(path)
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA wal_autocheckpoint = 0")
        other.execute("UPDATE said SET word = 'only in the log'")
        other.commit()
        log = path.with_name(f"{path.name}-wal")
        size = log.stat().st_size
        assert size
        assert word(connect(path)) == "only in the log"
        assert log.stat().st_size == size
    assert word(connect(path)) == "only in the log"


def test_a_transaction_left_open_is_rolled_back_and_kept_from_others(path: Path) -> None:
    def leave(connection: Any) -> None:
        connection.set_autocommit(False)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE said SET word = 'unfinished'")

    raw = opened(path, use=leave)
    other = connect(path)
    assert word(other) == "old"
    assert other.connection is not raw


def test_a_transaction_begun_by_hand_is_kept_from_others_too(path: Path) -> None:
    def leave(connection: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN IMMEDIATE")
            cursor.execute("UPDATE said SET word = 'unfinished'")

    raw = opened(path, use=leave)
    other = connect(path)
    assert word(other) == "old"
    assert other.connection is not raw


def test_a_statement_that_was_not_read_to_its_end_never_hides_what_came_after(
    path: Path,
) -> None:
    connection = connect(path)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO said VALUES ('second')")
    # As a traceback may hold it: the connection goes on seeing what was there when it began.
    left = connection.cursor()
    left.execute("SELECT word FROM said")
    left.fetchone()
    raw = connection.connection
    connection.close()
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("UPDATE said SET word = 'new'")
        writer.commit()
    other = connect(path)
    assert word(other) == "new"
    assert other.connection is not raw


def test_after_an_error_a_connection_is_opened_anew(path: Path) -> None:
    def fail(connection: Any) -> None:
        with pytest.raises(OperationalError):
            connection.cursor().execute("SELECT * FROM nothing")

    raw = opened(path, use=fail)
    other = connect(path)
    word(other)
    assert other.connection is not raw


def test_a_database_in_memory_belongs_to_whoever_made_it(kept: Kept) -> None:
    config = {"ENGINE": "portal.serving.sqlite", "NAME": ":memory:"}
    connection: Any = ConnectionHandler({"default": config})["default"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    BaseDatabaseWrapper.close(connection)
    assert kept._idle == []


def test_after_an_outage_every_connection_is_opened_anew(
    path: Path, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site_watch, "kept", kept)
    raw = opened(path)
    site_watch.forget_connections()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        raw.execute("SELECT 1")
    assert opened(path) is not raw


@pytest.mark.processes
def test_a_forked_process_leaves_the_connections_of_its_parent_alone(
    path: Path, kept: Kept
) -> None:
    raw = opened(path)
    child = os.fork()
    if not child:
        connection = connect(path)
        fresh = word(connection) == "old" and connection.connection is not raw
        os._exit(0 if fresh and len(kept._inherited) == 1 else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert opened(path) is raw


def test_a_server_opens_the_database_that_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = ConnectionHandler({"default": env.database({}, tmp_path)})
    monkeypatch.setattr(database, "connections", own)
    assert not isinstance(own["default"], DatabaseWrapper)
    del own["default"]
    database.bound_waiting()
    assert isinstance(own["default"], DatabaseWrapper)


def replace(database: Path, phone: str) -> None:
    """Put another database of the same content, but for a telephone number, in its place."""
    other = database.with_name("other")
    with closing(sqlite3.connect(database)) as old, closing(sqlite3.connect(other)) as new:
        old.backup(new)
        new.execute("UPDATE firm_organisation SET phone = ?", [phone])
        new.commit()
    for suffix in ("-wal", "-shm"):
        database.with_name(database.name + suffix).unlink()
    other.replace(database)


def holds_what_is_gone(portal: Server) -> bool:
    files = []
    for one in Path(f"/proc/{portal.children()[0]}/fd").iterdir():
        with suppress(OSError):
            files.append(str(one.readlink()))
    return any(".sqlite3" in name and name.endswith(" (deleted)") for name in files)


def test_a_portal_shows_another_database_at_once_and_lets_the_old_one_go(tmp_path: Path) -> None:
    with lupe(tmp_path) as portal:
        reader, page = Reader(portal), "/de/kontakt/?x=1"
        for _ in range(3):
            assert b"030 111 222" not in reader.get(page)[2]
        replace(tmp_path / "portal.sqlite3", "030 111 222")
        for _ in range(3):
            assert b"030 111 222" in reader.get(page)[2]
        # Nobody asks after this one, and yet it must not fill the disk.
        replace(tmp_path / "portal.sqlite3", "030 333 444")
        deadline = time.monotonic() + 5
        while holds_what_is_gone(portal):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert b"030 333 444" in reader.get(page)[2]
