"""Keep until when Zoom takes no further requests, so that no run begins before."""

from __future__ import annotations

from datetime import datetime

from ...models import ZoomToken
from ..errors import PutOff, ZoomError


def remember(error: ZoomError | None) -> None:
    """Keep the moment that Zoom named, if it is one of its orders to wait."""
    if isinstance(error, PutOff):
        ZoomToken.objects.get_or_create()
        ZoomToken.objects.update(not_before=error.until)


def asked_to_wait_until(now: datetime) -> datetime | None:
    """Return the moment before which Zoom shall not be asked, if it is still to come."""
    row = ZoomToken.objects.filter(not_before__gt=now).first()
    return row.not_before if row else None


def stop_until_allowed(now: datetime) -> None:
    """Raise PutOff if Zoom asked us to wait longer than until now."""
    if until := asked_to_wait_until(now):
        raise PutOff(until)
