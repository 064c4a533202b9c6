"""What is done for kept pages while nobody waits: successors, smaller bytes, fresh copies."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import OrderedDict
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from notices.lib.frames import with_room

from .page import BROTLI_LATER, Page, Sharing
from .store import Key

if TYPE_CHECKING:
    from ..page_cache import PageCache

# A page without any reason to change is made again after so long, while somebody reads it.
SOFT_SECONDS = 60
# One page at a time, with a pause: readers come first.
SECONDS_BETWEEN = 0.25
SECONDS_OF_REST = 0.01
MOST_WAITING = 2_000

logger = logging.getLogger(__name__)


class Renewing:
    """A thread per process that follows up on every page that was kept."""

    def __init__(self, cache: PageCache) -> None:
        self.cache = cache
        self._waiting: OrderedDict[Key, None] = OrderedDict()
        self._lock = threading.Lock()
        self._woken = threading.Event()
        self._process = 0
        self._is_busy = False

    def begin(self) -> None:
        """Start the thread, once in each process."""
        if self._process == os.getpid():
            return
        with self._lock:
            if self._process != os.getpid():
                self._process = os.getpid()
                work = partial(with_room, self._work)
                threading.Thread(target=work, name="renewing", daemon=True).start()

    def follow(self, key: Key) -> None:
        """Do for the page of `key` what it still lacks, in a moment."""
        with self._lock:
            self._waiting[key] = None
            if len(self._waiting) > MOST_WAITING:
                self._waiting.popitem(last=False)
        self._woken.set()

    def _work(self) -> None:
        while True:
            if self._woken.wait(SECONDS_BETWEEN) and not self._is_busy:
                # Whoever just made a page is still answering, and the next change may be near.
                self._is_busy = True
                time.sleep(SECONDS_BETWEEN)
            try:
                if not self.step():
                    self._is_busy = False
                    self._woken.clear()
                    self.sweep()
            except Exception:  # one page that cannot be made must not end the thread
                logger.exception("A kept page could not be renewed.")
            time.sleep(SECONDS_OF_REST)

    def step(self) -> bool:
        """Follow up on one page; say whether there was one."""
        with self._lock:
            if not self._waiting:
                return False
            key, _nothing = self._waiting.popitem(last=False)
        page = self.cache.store.get(key)
        if page:
            self.complete(key, page)
        return True

    def sweep(self) -> None:
        """Make the one page again that needs it most, so that an outage finds all of them fresh."""
        if not self.cache.site.is_up:
            return
        for key, page in self.cache.store.items():
            if self._is_old(page):
                made = self.cache.make(key, datetime.now(UTC))
                if isinstance(made, Page):
                    made.used_at = page.used_at
                    self.cache.keep(key, made)
                elif made.status < 500:
                    self.cache.store.drop(key)
                return
            if page.successor is None:
                self.complete(key, page)
                return

    def _is_old(self, page: Page) -> bool:
        now = time.monotonic()
        if page.stamp != self.cache.site.stamp:
            return True
        return now - page.made_at > SOFT_SECONDS and now - page.used_at < SOFT_SECONDS

    def complete(self, key: Key, page: Page) -> None:
        """Give a page its successor, its smallest bytes and its copy on disk."""
        if page.successor is None and self.cache.site.is_up:
            end = datetime.fromtimestamp(page.end, UTC)
            made = self.cache.make(key, end)
            page.successor = made if isinstance(made, Page) else None
        for one in (page, page.successor):
            if one and "br" in one.bodies:
                one.compress(BROTLI_LATER)
        self.cache.store.weigh(key, page)
        if page.sharing is Sharing.EVERYBODY:
            self.cache.files.write(key, page)
