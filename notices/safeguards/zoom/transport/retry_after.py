"""How long to wait before Zoom is asked again."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def pause(seconds: float) -> None:
    """Sleep; called through this module, so that a test can put a clock of its own here."""
    time.sleep(seconds)


def asked_for(retry_after: str | None, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for, or None if it names no time."""
    text = (retry_after or "").strip()
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        return float(text)
    moment = _moment(text)
    return None if moment is None else max(0.0, (moment - now).total_seconds())


def _moment(text: str) -> datetime | None:
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = parse(text)
        except (ValueError, OverflowError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None
