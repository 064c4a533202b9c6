"""Understand what came back from Zoom by its sense: a value, or which of the errors it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx2
from django.utils import timezone

from .errors import (
    BadAnswer,
    MissingScope,
    NotFound,
    NotInPlan,
    OutOfOrder,
    RateLimited,
    Redirected,
    Rejected,
    Unauthorised,
    WrongAppType,
    WrongSecret,
    ZoomError,
)
from .transport import retry_after

# One of the numbers under which Zoom says it; the sentence counts, whatever the number.
SCOPE_MISSING: Final = 4711
PAID_PLANS_ONLY: Final = 200
SCOPE_SENTENCE: Final = re.compile(
    r"(?:does not|doesn.t) contain (?:(?:the|all) )?(?:required )?scopes?\b", re.IGNORECASE
)
SCOPE_NAME: Final = re.compile(r"[a-z][a-z0-9_]*(?::[a-z][a-z0-9_]*){1,4}")
MOST_SCOPES: Final = 20
# What the token address says of credentials and of the kind of app (RFC 6749, section 5.2).
WRONG_CREDENTIALS: Final = frozenset({"invalid_client", "invalid_grant"})
WRONG_KIND: Final = frozenset({"unsupported_grant_type", "unauthorized_client"})
DAILY: Final = "daily"
# Under which names an error says what is wrong.
SAID: Final = ("message", "errorMessage", "error_description", "reason")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, complete and within the limits."""

    status: int
    headers: httpx2.Headers = field(repr=False)
    body: bytes = field(repr=False)


def json_of(answer: Answer) -> Any:
    """Return the JSON of an answer, or raise the error that it is."""
    if error := error_in(answer):
        raise error
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    parsed, value = parse(answer.body)
    if kind != "application/json" or not parsed:
        raise BadAnswer
    return value


def error_in(answer: Answer) -> ZoomError | None:
    """Return the error that an answer of the API is, or None."""
    if scopes := _missing_scopes(answer):
        return scopes
    status = answer.status
    if status == 200:
        return None
    if status == 429 or status >= 500:
        wait = _wait(answer)
        return RateLimited(wait) if status == 429 else OutOfOrder(wait)
    if status < 400:
        return Redirected() if status >= 300 else BadAnswer()
    if status == 401:
        return Unauthorised()
    if status == 400 and _object(answer).get("code") == PAID_PLANS_ONLY:
        return NotInPlan()
    return NotFound() if status == 404 else Rejected()


def refused_token(answer: Answer) -> ZoomError | None:
    """Return why the token address gave no token, or None; a passing failure stays one."""
    error = error_in(answer)
    if answer.status != 400 and not isinstance(error, Rejected | Unauthorised):
        return error
    if isinstance(error, MissingScope):
        return error
    said = _object(answer)
    named = {str(said.get(name)).strip().lower() for name in ("error", "reason")}
    if named & WRONG_KIND or any("grant type" in text for text in named):
        return WrongAppType()
    if named & WRONG_CREDENTIALS or any("client" in text for text in named):
        return WrongSecret()
    return Unauthorised()


def parse(body: bytes) -> tuple[bool, Any]:
    """Return whether the body is JSON without a doubled key, and its value."""
    try:
        return True, json.loads(
            body.decode(), parse_constant=_no_constant, object_pairs_hook=_without_doubles
        )
    except (ValueError, RecursionError):
        return False, None


def _missing_scopes(answer: Answer) -> MissingScope | None:
    """Return what is missing, if the answer says so under any status or number."""
    if answer.status == 200 and b" contain" not in answer.body.lower():
        return None
    said = _object(answer)
    # Settings have nothing of these names, whatever else they hold.
    message = " ".join(" ".join(str(said[name]) for name in SAID if name in said).split())
    sentence = SCOPE_SENTENCE.search(message)
    if not sentence and str(said.get("code")) != str(SCOPE_MISSING):
        return None
    named = SCOPE_NAME.findall(message[sentence.end() :] if sentence else message)
    return MissingScope(list(dict.fromkeys(named))[:MOST_SCOPES])


def _object(answer: Answer) -> dict[str, Any]:
    _parsed, said = parse(answer.body)
    return said if isinstance(said, dict) else {}


def _wait(answer: Answer) -> float | None:
    """Return how long Zoom asks us to wait; a daily limit ends at midnight, as its days do."""
    now = timezone.now()
    wait = retry_after.asked_for(answer.headers.get("Retry-After"), now)
    # A moment that is over, or none, ends no limit of a day.
    if not wait and _is_of_a_day(answer):
        return (_next_midnight(now) - now).total_seconds()
    return wait


def _is_of_a_day(answer: Answer) -> bool:
    kind = answer.headers.get("X-RateLimit-Type", "").lower()
    said = str(_object(answer).get("message")).lower() if answer.status == 429 else ""
    return DAILY in kind or DAILY in said


def _next_midnight(now: datetime) -> datetime:
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day + timedelta(days=1)


def _without_doubles(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    rows = list(pairs)
    found = dict(rows)
    if len(found) != len(rows):
        raise ValueError("doubled key")  # which of the two holds, nobody can say
    return found


def _no_constant(name: str) -> None:
    raise ValueError(name)  # NaN and Infinity are no JSON
