"""The devices on which somebody has signed in: a signed cookie, sent to staff pages only."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from allauth.account.internal.userkit import get_user_by_username
from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

SALT = "accounts.device"
AGE = timedelta(days=180)
# Beyond these the oldest is forgotten: a shared computer is no lock pick.
MOST_PEOPLE = 6


def known(request: HttpRequest, name: str) -> str:
    """Return the number of the device if `name` signed in on it before, else an empty text."""
    kept = _read(request)
    if not kept:
        return ""
    user = get_user_by_username(name.strip())
    stamp = kept["people"].get(str(user.pk)) if user else None
    return kept["device"] if stamp and constant_time_compare(stamp, _stamp(user)) else ""


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Let the device know that `user` has signed in on it."""
    kept = _read(request) or {"device": secrets.token_hex(16), "people": {}}
    people = {pk: stamp for pk, stamp in kept["people"].items() if pk != str(user.pk)}
    people = dict([*people.items(), (str(user.pk), _stamp(user))][-MOST_PEOPLE:])
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps({"device": kept["device"], "people": people}, salt=SALT, compress=True),
        max_age=AGE,
        path="/admin/",
        secure=settings.HTTPS,
        httponly=True,
        samesite="Strict",
    )


def _read(request: HttpRequest) -> dict[str, Any] | None:
    value = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
    try:
        kept = signing.loads(value, salt=SALT, max_age=AGE) if value else None
    except signing.BadSignature:
        return None
    return kept if isinstance(kept, dict) else None


def _stamp(user: User) -> str:
    # With a new password every device is unknown again.
    return salted_hmac(SALT, f"{user.pk}:{user.password}", algorithm="sha256").hexdigest()[:24]
