"""The one access token that all workers and machines share."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from notices.firm.storage.encryption import decrypt, encrypt

from ..models import ZoomToken
from .errors import TokenBusy
from .transport import retry_after

# Longer than one request for a token can take: nobody loses the lease while still at it.
LEASE = timedelta(seconds=60)
LOOK_AGAIN = 0.2


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and the address of the API it is for."""

    value: str = field(repr=False)
    api_url: str
    renew_at: datetime


def shared(
    owner: str,
    fetch: Callable[[], Token],
    instead_of: Token | None = None,
    give_up_at: float | None = None,
) -> Token:
    """Return the token of all processes; when a new one is needed, only one of them fetches it.

    `owner` tells apart the tokens of different credentials. `instead_of` is one that Zoom no
    longer accepts. Nobody waits for another process after `give_up_at` on the monotonic clock.
    """
    latest = time.monotonic() + LEASE.total_seconds()
    give_up_at = latest if give_up_at is None else min(latest, give_up_at)
    while True:
        if token := _stored(owner, instead_of):
            return token
        if leased_until := _take_lease():
            break
        if time.monotonic() > give_up_at:
            raise TokenBusy
        retry_after.pause(LOOK_AGAIN)
    try:
        # Somebody may have stored one between our look and our lease.
        token = _stored(owner, instead_of) or _store(owner, fetch())
    finally:
        # A process that outlived its lease must not end the lease of the next one.
        ZoomToken.objects.filter(leased_until=leased_until).update(leased_until=None)
    return token


def _stored(owner: str, instead_of: Token | None) -> Token | None:
    row = ZoomToken.objects.filter(renew_at__gt=timezone.now()).first()
    text = decrypt(row.encrypted) if row else None
    if row is None or row.renew_at is None or text is None:
        return None
    kept = json.loads(text)
    if kept["owner"] != owner or (instead_of and kept["value"] == instead_of.value):
        return None
    return Token(kept["value"], kept["api_url"], row.renew_at)


def _store(owner: str, token: Token) -> Token:
    text = json.dumps({"owner": owner, "value": token.value, "api_url": token.api_url})
    ZoomToken.objects.update(encrypted=encrypt(text), renew_at=token.renew_at)
    return token


def _take_lease() -> datetime | None:
    ZoomToken.objects.get_or_create()
    now = timezone.now()
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
    # One statement decides: of two processes the database lets only one change the row.
    taken = ZoomToken.objects.filter(free).update(leased_until=now + LEASE)
    return now + LEASE if taken else None
