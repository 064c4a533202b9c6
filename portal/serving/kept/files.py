"""The last good public pages on disk: a worker can start and serve while the database is down."""

from __future__ import annotations

import hashlib
import json
import logging
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from .page import Page
from .store import LARGEST_PAGE, Key

MOST_FILES = 500
LARGEST_FILE = 4 * LARGEST_PAGE
FORMAT = 1

logger = logging.getLogger(__name__)


class PageFiles:
    """One file for each page, with its successor; meetings never come here."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, key: Key, page: Page) -> None:
        """Write in one step: a reader gets the old file or the new one, never half of it."""
        chain = [page, page.successor] if page.successor else [page]
        text = json.dumps({"format": FORMAT, "key": key, "pages": [_to_json(one) for one in chain]})
        path = self._path(key)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                self._make_room()
            with tempfile.NamedTemporaryFile("w", dir=self.folder, delete=False) as unfinished:
                unfinished.write(text)
            Path(unfinished.name).replace(path)
        except OSError as error:
            # A full disk must not stop anybody from reading.
            logger.warning("A page could not be written to disk: %s", error.strerror)
            with suppress(OSError, UnboundLocalError):
                Path(unfinished.name).unlink()

    def read(self, key: Key) -> Page | None:
        """Return the page of `key` with its successor, None if none was written."""
        path = self._path(key)
        try:
            if path.stat().st_size > LARGEST_FILE:
                return None
            stored = json.loads(path.read_text(encoding="utf-8"))
            if stored["format"] != FORMAT or tuple(stored["key"]) != key:
                return None
            pages = [_from_json(one) for one in stored["pages"]]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        if len(pages) > 1:
            pages[0].successor = pages[1]
        return pages[0] if pages else None

    def _path(self, key: Key) -> Path:
        name = hashlib.sha256("\n".join(key).encode()).hexdigest()[:32]
        return self.folder / f"{name}.json"

    def _make_room(self) -> None:
        files = sorted(self.folder.glob("*"), key=lambda file: file.stat().st_mtime)
        for file in files[: max(0, len(files) - MOST_FILES + 1)]:
            file.unlink(missing_ok=True)


def _to_json(page: Page) -> dict[str, Any]:
    return {
        "headers": page.headers,
        "body": page.identity.decode("utf-8"),
        "stamp": page.stamp,
        "moment": page.moment,
        "end": page.end,
    }


def _from_json(stored: dict[str, Any]) -> Page:
    return Page(
        headers=[(str(name), str(value)) for name, value in stored["headers"]],
        identity=stored["body"].encode(),
        stamp=str(stored["stamp"]),
        moment=float(stored["moment"]),
        end=float(stored["end"]),
    )
