"""One thread per process looks at the database twenty times a second: is it there, what is new?

Its connection stays open and is nobody else's. So SQLite can be read on a disk that is full or
read-only (the files beside the database need not be made anew), and no reader waits to learn
that the database is away: who finds it closed is told so at once.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from notices.firm.storage import site_version

from . import database, maintenance
from .sqlite.base import kept

SECONDS_BETWEEN = 0.05
# A look that takes longer than this is no answer.
SECONDS_TO_ANSWER = 1.0

logger = logging.getLogger(__name__)


class SiteWatch:
    """What the thread saw last; asking it never touches the database."""

    def __init__(self) -> None:
        self.stamp = ""
        self.closed = False
        self._down = False
        self._looking_since: float | None = None
        self._looked = threading.Event()
        self._start = threading.Lock()
        self._process = 0
        self._connection: BaseDatabaseWrapper | None = None
        self._file: tuple[int, int] | None = None

    def begin(self) -> None:
        """Start looking, once in each process, and wait for the first look."""
        if self.has_begun:
            return
        with self._start:
            if not self.has_begun:
                self._looked.clear()
                threading.Thread(target=self._watch, name="site-watch", daemon=True).start()
                self._looked.wait(SECONDS_TO_ANSWER)
                self._process = os.getpid()

    @property
    def has_begun(self) -> bool:
        """Say whether this process looks already."""
        return self._process == os.getpid()

    @property
    def is_up(self) -> bool:
        """Say whether the database answered when last asked, and did not take too long."""
        since = self._looking_since
        return not self._down and (since is None or time.monotonic() - since < SECONDS_TO_ANSWER)

    def look(self) -> None:
        """Look once; a database that cannot be read is down until it can be."""
        self._looking_since = time.monotonic()
        try:
            self.stamp = self._read()
        except (Error, OSError) as error:
            self.let_go()
            if not self._down:
                logger.error("The database does not answer: %s", type(error).__name__)
            self._down = True
        else:
            if self._down:
                logger.warning("The database answers again.")
                forget_connections()
            self._down = False
        finally:
            self._looking_since = None
        self.closed = maintenance.planned_until() is not None
        self._looked.set()

    def _watch(self) -> None:
        while True:
            try:
                self.look()
            except Exception:  # whatever it was: nobody else would ever look again
                logger.exception("Looking at the database failed.")
                self._down = True
            time.sleep(SECONDS_BETWEEN)

    def _read(self) -> str:
        if self._connection and self._file != file_of(self._connection):
            # Restored or replaced: the open connection still reads the old file.
            self.let_go()
        if self._connection:
            try:
                return site_version.read(self._connection)
            except Error:
                # The server may have been restarted while nobody read: try once with a new one,
                # and let no reader meet those that died with it.
                self.let_go()
                forget_connections()
        self._connection = own_connection()
        self._file = file_of(self._connection)
        return site_version.read(self._connection)

    def let_go(self) -> None:
        """Close the connection; the next look opens another."""
        connection, self._connection = self._connection, None
        if connection:
            with suppress(Error):
                connection.close()


def own_connection() -> BaseDatabaseWrapper:
    """Return a connection outside the pool and outside the threads of requests."""
    connection = connections[DEFAULT_DB_ALIAS].copy()
    options = {
        name: value for name, value in connection.settings_dict["OPTIONS"].items() if name != "pool"
    }
    # A stamp that is locked for a moment is no reason to close the portal.
    connection.settings_dict["OPTIONS"] = database.with_patience(options)
    # It is used by one thread at a time, which need not be the one that made it.
    connection.inc_thread_sharing()
    return connection


def forget_connections() -> None:
    """Drop what this process keeps open, which may be dead; the next request opens anew."""
    kept.forget()
    pools = getattr(type(connections[DEFAULT_DB_ALIAS]), "_connection_pools", {})
    pool = pools.pop(DEFAULT_DB_ALIAS, None)
    if pool:
        # Closing waits for those who are still at work with it. Who is about to wait for one of
        # its connections would not hear of the end, and wait in vain.
        closing = threading.Timer(database.SECONDS_FOR_THE_POOL, pool.close)
        closing.daemon = True
        closing.start()


def file_of(connection: BaseDatabaseWrapper) -> tuple[int, int] | None:
    """Return what tells one SQLite file from another of the same name."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or name.startswith("file:") or name == ":memory:":
        return None
    about = Path(settings.BASE_DIR, name).stat()
    return about.st_dev, about.st_ino


watch = SiteWatch()
