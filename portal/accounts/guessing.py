"""A brake on guessing: per account, and over all accounts against a spray.

No address is looked at or kept. The counts stand in the database, shared by all workers and
machines, under keyed digests; a known device counts for itself, so nobody locks a colleague out.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from . import devices, noting
from .models import Tries

PER_ACCOUNT = 5
PER_ACCOUNT_WINDOW = timedelta(minutes=15)
# A spray tries each of many accounts once. Who keeps it up keeps unknown devices out as long: the
# price of looking at nobody's address.
OVERALL = 30
OVERALL_WINDOW = timedelta(minutes=1)
# So long a code of the app could be shown again: its half minute, and one before and after it.
CODE_LIVES = timedelta(seconds=90)
KEPT = timedelta(days=1)

# One statement, so that parallel tries are counted one by one on both databases.
COUNT = """
    INSERT INTO accounts_tries AS kept (key, since, count) VALUES (%s, %s, 1)
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN kept.since <= %s THEN 1 ELSE kept.count + 1 END,
        since = CASE WHEN kept.since <= %s THEN excluded.since ELSE kept.since END
    RETURNING count, since
"""


def seconds_to_wait_for_password(request: HttpRequest, name: str) -> int:
    """Count one try at the password of `name`; return how long to wait, 0 if it may be looked at.

    Called before the password is looked at, so that parallel tries count as well.
    """
    if device := devices.known(request, name):
        return _wait(f"device:{device}:{_folded(name)}", PER_ACCOUNT, PER_ACCOUNT_WINDOW)
    overall = _wait("all", OVERALL, OVERALL_WINDOW)
    if overall:
        return overall
    return _wait(f"name:{_folded(name)}", PER_ACCOUNT, PER_ACCOUNT_WINDOW, name)


def forget_passwords(request: HttpRequest, name: str) -> None:
    """Start anew for `name`: the right password was given."""
    device = devices.known(request, name)
    _forget(f"device:{device}:{_folded(name)}" if device else f"name:{_folded(name)}")


def seconds_to_wait_for_code(number: int) -> int:
    """Count one try at a code of account `number`, whose password was right."""
    return _wait(f"code:{number}", PER_ACCOUNT, PER_ACCOUNT_WINDOW)


def forget_codes(number: int) -> None:
    """Start anew for the codes of account `number`: one fitted."""
    _forget(f"code:{number}")


def is_first_use(number: int, code: str) -> bool:
    """Say whether `code` signs in for the first time, on whichever machine."""
    count, _since = _count(f"used:{number}:{code}", CODE_LIVES)
    return count == 1


def clear() -> None:
    """Delete the counts of windows that are long over."""
    Tries.objects.filter(since__lt=timezone.now() - KEPT).delete()


def _wait(what: str, most: int, window: timedelta, name: str = "") -> int:
    count, since = _count(what, window)
    if count <= most:
        return 0
    if count == most + 1:  # once in a window: the audit keeps its entries for ever
        noting.braked(name)
    return max(1, math.ceil((since + window - timezone.now()).total_seconds()))


def _count(what: str, window: timedelta) -> tuple[int, datetime]:
    now = timezone.now()
    over = now - window
    field = Tries._meta.get_field("since")
    moments = [field.get_db_prep_value(at, connection) for at in (now, over, over)]
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [_key(what), *moments])
        count, since = cursor.fetchone()
    return count, _as_moment(since)


def _as_moment(since: datetime | str) -> datetime:
    """Return what the database gave, which on SQLite is a text in UTC."""
    moment = datetime.fromisoformat(since) if isinstance(since, str) else since
    return moment if timezone.is_aware(moment) else moment.replace(tzinfo=UTC)


def _forget(what: str) -> None:
    Tries.objects.filter(key=_key(what)).delete()


def _key(what: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), what.encode(), hashlib.sha256).hexdigest()


def _folded(name: str) -> str:
    return name.strip().casefold()
