"""How many pages are made for readers at once: Python computes for one thread at a time.

Thirty threads that make pages take turns at every step, and the loop that sends kept pages stands
in that line for each of its own. So pages are made one or two at a time. Whoever has waited long
enough is told so in their turn, too: a crowd of refusals is as much work as a crowd of pages.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# SQLite computes in this process, too; for PostgreSQL one waits.
AT_ONCE = {"sqlite": 1, "postgresql": 2}
SECONDS_TO_WAIT = 2.0
# Where no page was begun for so long, those who make theirs wait for something, a database or a
# long document, and compute nothing: others go on beside them.
SECONDS_STUCK = 0.5
# Staff pages, files and probes go their own ways.
OTHERS = "admin|static|hooks|healthz|readyz|metrics"
# They stand in no line, nor does whatever is sent, or comes from staff.
URGENT = re.compile(
    rf"(?!GET |HEAD )|[A-Z]+ /({OTHERS})[/? ]|(?s:.*)\r\ncookie:[^\r\n]*session=".encode(),
    re.IGNORECASE,
)

# When all of the request that this thread answers was there, on the clock of `time.monotonic`.
came_at: ContextVar[float] = ContextVar("came_at")


def is_urgent(request: bytes) -> bool:
    """Say whether no crowd of readers may hold up this request."""
    return bool(URGENT.match(request))


class Makers:
    """Let few make pages; the others wait for their turn."""

    def __init__(self, database: str) -> None:
        self._turns = threading.BoundedSemaphore(AT_ONCE[database])
        self._began_at = time.monotonic()

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Wait for a turn; yield whether it came in time for a page, else there is but a word."""
        came = came_at.get(time.monotonic())
        while not (is_ours := self._turns.acquire(timeout=SECONDS_STUCK)):
            if time.monotonic() - self._began_at > SECONDS_STUCK:
                break
        self._began_at = time.monotonic()
        try:
            yield time.monotonic() - came <= SECONDS_TO_WAIT
        finally:
            if is_ours:
                self._turns.release()
