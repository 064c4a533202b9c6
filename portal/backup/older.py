"""An older release's backup for a portal in use: brought to this release beside it first."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from .archive import BackupError

BESIDE = ".restoring-"
# What names the portal itself: the one beside it must not touch any of it.
ITS_OWN = (
    *(f"{name}{end}" for name in ("DATABASE_URL", "SECRET_KEY") for end in ("", "_FILE")),
    *("DATA_DIR", "SHARED_DIR", "ERROR_PAGES_DIR", "CACHE_URL", "CACHE_URL_FILE", "DEMO"),
)


@contextmanager
def brought_to_this_release(path: Path, passphrase: str) -> Iterator[Path]:
    """Yield a backup with the same content that this release could have made.

    Tables cannot be made anew and filled in one transaction on both databases, rows can. So the
    older backup is restored and migrated in a file beside the portal, which nobody reads; the
    portal is touched only once all of it has succeeded.
    """
    for left in settings.DATA_DIR.glob(f"{BESIDE}*"):
        # Of a restore that was killed: it holds all that the backup does.
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix=BESIDE, dir=settings.DATA_DIR) as name:
        folder = Path(name)
        newer = folder / "backup.zip"
        words = ["restore", str(path.resolve()), "--despite-chain"]
        if passphrase:
            words += ["--passphrase-file", "/dev/stdin"]
        # The chain is followed when the rows get to the portal.
        _manage(folder, words, passphrase)
        _manage(folder, ["backup", str(newer)])
        yield newer


def _manage(folder: Path, words: list[str], given: str = "") -> None:
    environment = {name: value for name, value in os.environ.items() if name not in ITS_OWN}
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "manage.py", *words],
        cwd=settings.BASE_DIR,
        env={**environment, "DATA_DIR": str(folder), "SECRET_KEY": settings.SECRET_KEY},
        input=given,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise BackupError(
            "This backup of an older release could not be brought to this one beside the "
            f"portal: {reason.removeprefix('CommandError: ')} Nothing was changed."
        )
