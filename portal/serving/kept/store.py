"""The kept pages of one process: bounded by bytes, the longest unused go first."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from .page import Page

# Scheme, host and path; the encoding chooses among the bodies of one page.
Key = tuple[str, str, str]

LARGEST_PAGE = 1024 * 1024
LARGEST_STORE = 48 * 1024 * 1024


class PageStore:
    """Pages by key. Looking one up takes no lock."""

    def __init__(self, largest: int = LARGEST_STORE) -> None:
        self._pages: dict[Key, Page] = {}
        self._sizes: dict[Key, int] = {}
        self._size = 0
        self._largest = largest
        self._lock = threading.Lock()

    def get(self, key: Key) -> Page | None:
        return self._pages.get(key)

    def put(self, key: Key, page: Page) -> None:
        with self._lock:
            self._pages[key] = page
            self._weigh(key, page)
            if self._size > self._largest:
                self._make_room()

    def drop(self, key: Key) -> None:
        """Forget a page that is no more."""
        with self._lock:
            if self._pages.pop(key, None):
                self._size -= self._sizes.pop(key)

    def weigh(self, key: Key, page: Page) -> None:
        """Count anew: the page has got a successor or smaller bytes."""
        with self._lock:
            if self._pages.get(key) is page:
                self._weigh(key, page)

    def items(self) -> Iterator[tuple[Key, Page]]:
        """Return key and page of each, the last used first."""
        with self._lock:
            pages = list(self._pages.items())
        return iter(sorted(pages, key=lambda item: -item[1].used_at))

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()
            self._sizes.clear()
            self._size = 0

    @property
    def size(self) -> int:
        return self._size

    def __len__(self) -> int:
        return len(self._pages)

    def _weigh(self, key: Key, page: Page) -> None:
        self._size += page.size - self._sizes.get(key, 0)
        self._sizes[key] = page.size

    def _make_room(self) -> None:
        # A tenth at once, so that a flood of addresses does not sort the store for each of them.
        for key in sorted(self._pages, key=lambda one: self._pages[one].used_at):
            if self._size <= self._largest * 0.9:
                break
            del self._pages[key]
            self._size -= self._sizes.pop(key)
