"""Planned maintenance: a small file says until when; it needs no database and no restart."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone


def planned_until(now: datetime | None = None) -> datetime | None:
    """Return the end of the maintenance that is announced and not yet over."""
    try:
        until = datetime.fromisoformat(_file().read_text(encoding="utf-8").strip())
    except (OSError, ValueError):
        # A file that cannot be read must never keep the site closed.
        return None
    if timezone.is_naive(until) or until <= (now or timezone.now()):
        return None
    return until


def announce(until: datetime) -> None:
    """Close the public pages until `until`."""
    # In one step: a request must never read half a date.
    new = _file().with_suffix(".new")
    try:
        new.write_text(until.isoformat(timespec="seconds") + "\n", encoding="utf-8")
        new.replace(_file())
    except OSError:
        new.unlink(missing_ok=True)
        raise


def end() -> None:
    """Open the public pages again."""
    _file().unlink(missing_ok=True)


def _file() -> Path:
    folder: Path = settings.SHARED_DIR
    return folder / "maintenance-until"
