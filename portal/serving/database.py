"""A database that is away, broken or slow: who notices, who is told, and for how long one waits."""

from __future__ import annotations

import select
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.db import DataError, Error, IntegrityError, connection, connections
from django.db.utils import DEFAULT_DB_ALIAS

# Under this name the page cache tells Django that there can be no page just now: the database was
# not there a moment ago, or too many readers came at once.
IS_DOWN = "lupe.database_is_down"

# A request may wait so long: for an answer, for a statement, for somebody's lock.
SECONDS_FOR_AN_ANSWER = 5.0
MILLISECONDS_FOR_A_STATEMENT = 8_000
# Readers are told within a tenth of a second that a page cannot be had just now. Who would lose
# something waits longer (see `patience`).
MILLISECONDS_FOR_A_LOCK = 30
MILLISECONDS_WITH_PATIENCE = 2_000
LOCK_NOT_AVAILABLE = "55P03"
SECONDS_FOR_A_FILE = 5
SECONDS_TO_CONNECT = 2
SECONDS_FOR_THE_POOL = 1
# What answered so lately need not be asked whether it lives.
SECONDS_ALIVE = 1.0
# So many requests may be at the database in one process, and so many more may wait for their
# turn; the other threads stay free for kept pages and probes.
AT_ONCE = 32
WAITING = 16
SECONDS_TO_WAIT = 2.0
# What found the database too slow is refused for so long; then one reader tries for all.
SECONDS_REFUSED = 0.5


def is_outage(error: BaseException | None) -> bool:
    """Say whether the database failed; a value it refuses is a mistake of ours."""
    return isinstance(error, Error) and not isinstance(error, DataError | IntegrityError)


def is_locked(error: BaseException) -> bool:
    """Say whether the database is there, and somebody else has the table or the row."""
    return getattr(error.__cause__, "sqlstate", None) == LOCK_NOT_AVAILABLE


def bound_waiting() -> None:
    """Let no request of this process wait for the database for long; commands may.

    Nor does one wait for a connection to SQLite where the one before it left a good one.
    """
    options = connections.settings[DEFAULT_DB_ALIAS].setdefault("OPTIONS", {})
    if "sqlite" in connections.settings[DEFAULT_DB_ALIAS]["ENGINE"]:
        options["timeout"] = SECONDS_FOR_A_FILE
        # Commands open a connection once; a server for each page.
        connections.settings[DEFAULT_DB_ALIAS]["ENGINE"] = "portal.serving.sqlite"
        return
    options["connect_timeout"] = SECONDS_TO_CONNECT
    options["options"] = " ".join(
        [
            *([own] if (own := options.get("options")) else []),
            f"-c statement_timeout={MILLISECONDS_FOR_A_STATEMENT}",
            f"-c lock_timeout={MILLISECONDS_FOR_A_LOCK}",
            f"-c idle_in_transaction_session_timeout={MILLISECONDS_FOR_A_STATEMENT}",
        ]
    )
    if isinstance(pool := options.get("pool"), dict):
        pool["timeout"] = SECONDS_FOR_THE_POOL
        pool["connection_class"] = impatient_connection()


def with_patience(options: dict[str, Any]) -> dict[str, Any]:
    """Return options for a connection that always waits as `patience` does."""
    if not _are_bound(options):
        return options
    patient = f"{options['options']} -c lock_timeout={MILLISECONDS_WITH_PATIENCE}"
    return {**options, "options": patient}


@contextmanager
def patience() -> Iterator[None]:
    """Wait for locks longer than readers do; what asks the database nothing leaves it alone."""
    is_set = not _are_bound(connection.settings_dict["OPTIONS"])
    is_ours = False

    def set_first(execute: Callable[..., Any], *statement: Any) -> Any:
        nonlocal is_set, is_ours
        if not is_set:
            with connection.wrap_database_errors:
                connection.connection.execute(f"SET lock_timeout = {MILLISECONDS_WITH_PATIENCE}")
            is_set = is_ours = True
        return execute(*statement)

    try:
        with connection.execute_wrapper(set_first):
            yield
    finally:
        if is_ours and connection.connection:
            # The next reader gets this connection from the pool.
            with suppress(Error), connection.cursor() as cursor:
                cursor.execute("RESET lock_timeout")


def _are_bound(options: dict[str, Any]) -> bool:
    return "lock_timeout" in options.get("options", "")


def impatient_connection() -> type[Any]:
    """Return psycopg's connection with an end to its waiting: a frozen server sends nothing.

    Nor does the pool ask again and again whether it lives: many pages ask but one thing more.
    """
    import psycopg  # only where there is a PostgreSQL

    class ImpatientConnection(psycopg.Connection[Any]):
        _answered_at = float("-inf")

        def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
            answer = super().wait(gen, interval, timeout or SECONDS_FOR_AN_ANSWER)
            self._answered_at = time.monotonic()
            return answer

        def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
            # With no statement the pool asks whether the connection it is about to give lives.
            if query:
                return super().execute(query, *args, **kwargs)
            if self._lives():
                return self.cursor()
            try:
                return super().execute(query)
            except psycopg.Error:
                # Those beside it died with it; the pool would sleep a second after the next one.
                pool: Any = self._pool
                if pool:
                    pool.drain()
                raise

        def _lives(self) -> bool:
            """Say that it lives without asking: it answered just now, and no end came since."""
            if self.closed or time.monotonic() - self._answered_at > SECONDS_ALIVE:
                return False
            # A server that stops, or ends a connection, leaves something to read.
            incoming = select.poll()
            incoming.register(self.pgconn.socket, select.POLLIN)
            return not incoming.poll(0)

    return ImpatientConnection


class Busy(Exception):
    """Too many requests are at the database already."""


class Turns:
    """Let some requests of a process at the database, a few wait, and send the rest away."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self._turns = threading.BoundedSemaphore(at_once)
        self._waiting = threading.BoundedSemaphore(waiting)

    @contextmanager
    def turn(self) -> Iterator[None]:
        if not self._turns.acquire(blocking=False):
            if not self._waiting.acquire(blocking=False):
                raise Busy
            try:
                if not self._turns.acquire(timeout=SECONDS_TO_WAIT):
                    raise Busy
            finally:
                self._waiting.release()
        try:
            yield
        finally:
            self._turns.release()


class Breaker:
    """Send readers away at once from what has just failed at the database, but for one who tries.

    A table that is locked, or missing, stops the pages that need it and no other: they are told
    apart by name. A try that never ends is forgotten after the longest a request may wait.
    """

    def __init__(self) -> None:
        self._refused_until: dict[str, float] = {}
        self._deciding = threading.Lock()

    def refuses(self, name: str) -> bool:
        if name not in self._refused_until:
            return False
        with self._deciding:
            now = time.monotonic()
            if now < self._refused_until.get(name, 0.0):
                return True
            self._refused_until[name] = now + SECONDS_FOR_AN_ANSWER
            return False

    def failed(self, name: str) -> None:
        self._refused_until[name] = time.monotonic() + SECONDS_REFUSED

    def worked(self, name: str) -> None:
        self._refused_until.pop(name, None)
