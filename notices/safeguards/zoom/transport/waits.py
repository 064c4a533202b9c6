"""Keep until when Zoom takes no further requests, so that no run begins before."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from ...models import ZoomToken
from ..errors import PutOff


def remember(until: datetime) -> None:
    """Keep the moment that Zoom named; an earlier one does not end a longer wait."""
    ZoomToken.objects.get_or_create()
    sooner = Q(not_before__isnull=True) | Q(not_before__lt=until)
    ZoomToken.objects.filter(sooner).update(not_before=until)


def asked_to_wait_until(now: datetime) -> datetime | None:
    """Return the moment before which Zoom shall not be asked, if it is still to come."""
    row = ZoomToken.objects.filter(not_before__gt=now).first()
    return row.not_before if row else None


def stop_until_allowed(now: datetime) -> None:
    """Raise PutOff if Zoom asked us to wait longer than until now."""
    if until := asked_to_wait_until(now):
        raise PutOff(until)
