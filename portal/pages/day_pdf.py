"""A past day as a PDF: made on demand in a process of its own, one at a time, then kept.

The name of the kept file is the digest of its page, so a day is made again only when its records
change, and strangers who ask for many days keep one processor busy at most, never a worker's.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

from notices.lib import pdf

# So many files are kept; the ones made first go first.
KEPT = 500
UNFINISHED = ".new-"

logger = logging.getLogger(__name__)
_one_thread = threading.Lock()


class Busy(Exception):
    """Another document is being made; this one can be asked for again in a moment."""


def folder() -> Path:
    return Path(settings.DATA_DIR) / "day-pdfs"


def from_page(html: str) -> bytes:
    """Return the PDF of `html`, the kept one if there is one."""
    kept = folder() / f"{hashlib.sha256(html.encode()).hexdigest()}.pdf"
    with suppress(OSError):
        return kept.read_bytes()
    with _alone():
        # Whoever was before us may have made it.
        with suppress(OSError):
            return kept.read_bytes()
        content = pdf.from_html(html)
        try:
            _make_room()
            _write(kept, content)
        except OSError as error:
            # What is made is given away, although a full disk cannot keep it.
            logger.warning("A PDF could not be kept: %s", error.strerror)
    return content


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process and thread of this machine pass, and send the others away at once."""
    try:
        folder().mkdir(parents=True, exist_ok=True)
        lock = (folder() / "lock").open("w")
    except OSError:
        # A disk that takes no lock: then one thread of each process passes.
        with _alone_here():
            yield
        return
    # The system gives a lock back when its process dies, however it died.
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy from None
        yield


@contextmanager
def _alone_here() -> Iterator[None]:
    if not _one_thread.acquire(blocking=False):
        raise Busy
    try:
        yield
    finally:
        _one_thread.release()


def _write(kept: Path, content: bytes) -> None:
    """Write in one step: nobody reads half a file."""
    descriptor, name = tempfile.mkstemp(dir=kept.parent, prefix=UNFINISHED)
    new = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        new.replace(kept)
    finally:
        # Gone already, unless the disk was full.
        new.unlink(missing_ok=True)


def _make_room() -> None:
    # Nobody else writes while the lock is held: what is unfinished was left by a process that died.
    for left in folder().glob(f"{UNFINISHED}*"):
        left.unlink(missing_ok=True)
    files = sorted(folder().glob("*.pdf"), key=lambda file: file.stat().st_mtime)
    for file in files[: max(0, len(files) - KEPT + 1)]:
        file.unlink(missing_ok=True)
