"""How long somebody stays signed in: one hour untouched, eight hours in all."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    record_authentication,
)
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone

from .models import Standing

IDLE = timedelta(hours=1)
LONGEST = timedelta(hours=8)
# So that reading pages does not write the session each time.
NOTED_EVERY = timedelta(minutes=1)
BEGAN, SEEN = "accounts.began", "accounts.seen"


def begin(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Note when a session begins, and that its person has just proven who they are."""
    now = time.time()
    request.session[BEGAN] = request.session[SEEN] = now
    _count_as_fresh(request, user)
    Standing.objects.get_or_create(user=user, defaults={"first_signed_in_at": timezone.now()})


def has_ended(request: HttpRequest) -> bool:
    """Say whether this session is over, and note that it was used if it is not."""
    now = time.time()
    began, seen = (request.session.get(key) for key in (BEGAN, SEEN))
    # A session without its times is of an earlier release.
    if not isinstance(began, float) or not isinstance(seen, float):
        return True
    if now - began > LONGEST.total_seconds() or now - seen > IDLE.total_seconds():
        return True
    if now - seen > NOTED_EVERY.total_seconds():
        request.session[SEEN] = now
    return False


def _count_as_fresh(request: HttpRequest, user: User) -> None:
    """Let a sign-in count as one that was just confirmed; allauth asks again at once otherwise."""
    if not request.session.get(AUTHENTICATION_METHODS_SESSION_KEY):
        record_authentication(request, user, "password", reauthenticated=True)
        return
    records = request.session[AUTHENTICATION_METHODS_SESSION_KEY]
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        *records[:-1],
        {**records[-1], "reauthenticated": True},
    ]
