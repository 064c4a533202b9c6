"""Django's backend for SQLite; what a request leaves open and clean, the next one goes on with.

Opening a connection costs a page a seventh of its time. One for each thread would cost memory
and file handles, so a process keeps few, for whoever comes next. None is kept that could show
anything else than a new one would: after an error, within a transaction or a statement, or of a
file that is not the same any more.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from django.db.backends.sqlite3 import base

# More are at work at once only in a burst. Each may hold two megabytes of the database.
MOST = 4
# A function that nobody calls.
PROBE = "lupe_is_idle"


class File(NamedTuple):
    """What tells whether a database file is still the one that was opened."""

    device: int
    number: int
    size: int
    # Whoever copies over the file writes past SQLite, which would go on with pages in its memory.
    # SQLite itself seldom writes here: changes go to the log beside the file.
    changed: int

    @classmethod
    def at(cls, path: str) -> File | None:
        try:
            about = Path(path).stat()
        except OSError:
            return None
        return cls(about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns)


class Kept:
    """The connections of this process that nobody uses, with the file that each has opened."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[tuple[str, File, sqlite3.Connection]] = []
        # Closing what a forked process inherits would let go of the locks of its parent.
        self._inherited: list[tuple[str, File, sqlite3.Connection]] = []
        os.register_at_fork(after_in_child=self._forget_inherited)

    def take(self, path: str) -> tuple[File, sqlite3.Connection] | None:
        """Return a connection to the file that lies at `path` now."""
        now = File.at(path)
        while True:
            with self._lock:
                if not self._idle:
                    return None
                known, file, connection = self._idle.pop()
            if (known, file) == (path, now):
                return file, connection
            _close(connection)

    def give(self, path: str, file: File, connection: sqlite3.Connection) -> bool:
        """Keep a connection, if nothing is under way on it and there is room; else say no."""
        if connection.in_transaction or _is_reading(connection):
            return False
        with self._lock:
            if len(self._idle) >= MOST:
                return False
            self._idle.append((path, file, connection))
        return True

    def forget(self) -> None:
        """Close all that nobody uses."""
        with self._lock:
            idle, self._idle = self._idle, []
        for _path, _file, connection in idle:
            _close(connection)

    def _forget_inherited(self) -> None:
        self._lock = threading.Lock()
        self._inherited += self._idle
        self._idle = []


kept = Kept()


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that may be somebody else's from before, and somebody else's afterwards."""

    _opened: File | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> sqlite3.Connection:
        path = str(conn_params["database"])
        if found := kept.take(path):
            self._opened, connection = found
            return connection
        # Before it is opened: another file in between is then another one later, too.
        self._opened = File.at(path)
        made: sqlite3.Connection = super().get_new_connection(conn_params)
        made.create_function(PROBE, 0, _nothing)
        return made

    def _close(self) -> None:
        connection, opened = self.connection, self._opened
        if connection and opened and not self.errors_occurred:
            path = str(self.settings_dict["NAME"])
            is_kept = kept.give(path, opened, connection)
        else:
            is_kept = False
        if not is_kept:
            # The stubs leave it out.
            super()._close()  # type: ignore[misc]


def _is_reading(connection: sqlite3.Connection) -> bool:
    """Say whether a statement is still under way: it would go on seeing what it saw at first."""
    try:
        # SQLite replaces no function while any statement runs.
        connection.create_function(PROBE, 0, _nothing)
    except sqlite3.Error:
        return True
    return False


def _nothing() -> None:
    return None


def _close(connection: sqlite3.Connection) -> None:
    with suppress(sqlite3.Error):
        connection.close()
