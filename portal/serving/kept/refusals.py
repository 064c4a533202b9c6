"""What a crowd is told that asks for a page which cannot be made: one is told for all.

The rows behind a page may be locked or lost. Each answer that says so is as much work as a page,
and the loop that sends kept pages has to share the machine with it.
"""

from __future__ import annotations

import time

from .answering import Answer
from .page import Page
from .store import Key

UNAVAILABLE = 503
# Less than the time for which the database is left alone: it must not be longer by this.
SECONDS = 0.1
MOST = 200


class Refusals:
    """Answers that there is no page just now, by address and preferred languages."""

    def __init__(self) -> None:
        self._told: dict[tuple[Key, str], tuple[float, Answer]] = {}

    def of(self, key: Key, language: str) -> Answer | None:
        """Return what somebody was told about this address a moment ago."""
        until, answer = self._told.get((key, language), (0.0, None))
        return answer if time.monotonic() < until else None

    def note(self, key: Key, language: str, made: Page | Answer) -> None:
        if isinstance(made, Page) or made.status != UNAVAILABLE:
            return
        if len(self._told) >= MOST:
            self._told.clear()
        self._told[key, language] = (time.monotonic() + SECONDS, made)
