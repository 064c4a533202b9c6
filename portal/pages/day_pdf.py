"""A past day as a PDF: made on demand in a process of its own, one at a time, then kept.

The name of the kept file is the digest of its page, so a day is made again only when its records
change, and strangers who ask for many days keep one processor busy at most, never a worker's.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

from notices.lib import pdf

# So many files are kept; the ones made first go first.
KEPT = 500


class Busy(Exception):
    """Another document is being made; this one can be asked for again in a moment."""


def folder() -> Path:
    return Path(settings.DATA_DIR) / "day-pdfs"


def from_page(html: str) -> bytes:
    """Return the PDF of `html`, the kept one if there is one."""
    kept = folder() / f"{hashlib.sha256(html.encode()).hexdigest()}.pdf"
    with suppress(FileNotFoundError):
        return kept.read_bytes()
    folder().mkdir(parents=True, exist_ok=True)
    with _alone():
        # Whoever was before us may have made it.
        with suppress(FileNotFoundError):
            return kept.read_bytes()
        content = pdf.from_html(html)
        _make_room()
        _write(kept, content)
    return content


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process and thread of this machine pass, and send the others away at once."""
    # The system gives a lock back when its process dies, however it died.
    with (folder() / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy from None
        yield


def _write(kept: Path, content: bytes) -> None:
    """Write in one step: nobody reads half a file."""
    descriptor, name = tempfile.mkstemp(dir=kept.parent, prefix=".new-")
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    Path(name).replace(kept)


def _make_room() -> None:
    files = sorted(folder().glob("*.pdf"), key=lambda file: file.stat().st_mtime)
    for file in files[: max(0, len(files) - KEPT + 1)]:
        file.unlink(missing_ok=True)
