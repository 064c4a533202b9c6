"""The starter content for many tests: loaded once, then kept open, or copied into the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.utils import timezone

from notices.firm.days import day_of
from portal.starter.loading import load

# Older content is loaded anew: some tests look at what happened in the last minutes.
OLDEST = timedelta(minutes=10)


class KeptStarter:
    """The content while it stands in an open transaction around the transactions of tests."""

    def __init__(self) -> None:
        self._open: ExitStack | None = None
        self._loaded_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self._open is not None

    def open(self) -> None:
        """Load the content, unless it is there and as good as new."""
        if self.is_open and self._is_fresh():
            return
        self.close()
        with ExitStack() as stack:
            stack.enter_context(transaction.atomic())
            stack.callback(transaction.set_rollback, True)
            self._connection = connections[DEFAULT_DB_ALIAS]
            self._loaded_at = timezone.now()
            load()
            self._open = stack.pop_all()

    def close(self) -> None:
        """Take the content away again."""
        if not self._open:
            return
        stack, self._open = self._open, None
        # Where Playwright runs, Django opens a connection of its own; the content is in the other.
        here = connections[DEFAULT_DB_ALIAS]
        connections[DEFAULT_DB_ALIAS] = self._connection
        stack.close()
        connections[DEFAULT_DB_ALIAS] = here

    def _is_fresh(self) -> bool:
        return _is_fresh(self._loaded_at)


class CopiedStarter:
    """The content for tests that end transactions themselves, as those with a server do."""

    def __init__(self, fill: Callable[[], object] = load) -> None:
        self._fill = fill
        self._copy: sqlite3.Connection | None = None
        self._loaded_at: datetime | None = None

    def restore(self) -> None:
        """Put the content into the empty database."""
        if connection.vendor != "sqlite":
            self._fill()
            return
        connection.ensure_connection()
        if self._copy is not None and _is_fresh(self._loaded_at):
            self._copy.backup(connection.connection)
            return
        self._loaded_at = timezone.now()
        self._fill()
        self._copy = sqlite3.connect(":memory:")
        connection.connection.backup(self._copy)


def _is_fresh(loaded_at: datetime | None) -> bool:
    now = timezone.now()
    return loaded_at is not None and now - loaded_at < OLDEST and day_of(now) == day_of(loaded_at)
