"""How long somebody stays signed in: one hour untouched, eight hours in all."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    record_authentication,
)
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from .models import Standing

IDLE = timedelta(hours=1)
LONGEST = timedelta(hours=8)
# So that reading pages does not write the session each time.
NOTED_EVERY = timedelta(minutes=1)
BEGAN, SEEN, BROWSER = "accounts.began", "accounts.seen", "accounts.browser"
# In this order: Edge calls itself Chrome as well, and Chrome Safari.
BROWSERS = ("Firefox", "Edg", "Chrome", "Safari")
SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One browser in which somebody is signed in."""

    began: datetime
    seen: datetime
    browser: str
    is_this: bool


def begin(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Note when a session begins, and that its person has just proven who they are."""
    now = time.time()
    request.session[BEGAN] = request.session[SEEN] = now
    request.session[BROWSER] = browser_in_words(request.META.get("HTTP_USER_AGENT", ""))
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


def open_sessions(request: HttpRequest) -> list[OpenSession]:
    """Return the sessions of whoever asks, the last used first."""
    found = []
    for row, data in _sessions_of(request.user.pk):
        began, seen = (data.get(key) for key in (BEGAN, SEEN))
        if isinstance(began, float) and isinstance(seen, float):
            is_this = row.session_key == request.session.session_key
            found.append(
                OpenSession(
                    began=datetime.fromtimestamp(began, UTC),
                    seen=datetime.fromtimestamp(seen, UTC),
                    browser=str(data.get(BROWSER, "")),
                    is_this=is_this,
                )
            )
    return sorted(found, key=lambda one: one.seen, reverse=True)


def end_all(user: User, *, but: str | None = None) -> None:
    """End every session of `user`, on all devices; the one with the key `but` goes on."""
    for row, _data in _sessions_of(user.pk):
        if row.session_key != but:
            row.delete()


def browser_in_words(agent: str) -> str:
    """Return browser and system of a User-Agent, and nothing that tells more."""
    browser = next((name for name in BROWSERS if re.search(rf"\b{name}", agent)), "")
    system = next((name for name in SYSTEMS if name in agent), "")
    return ", ".join(filter(None, ("Edge" if browser == "Edg" else browser, system)))


def _sessions_of(number: int | None) -> Iterator[tuple[Session, dict[str, Any]]]:
    for row in Session.objects.filter(expire_date__gt=timezone.now()):
        data = row.get_decoded()
        if data.get("_auth_user_id") == str(number):
            yield row, data


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
