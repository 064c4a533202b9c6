"""Talk to Zoom, and only read: the one place that knows its addresses, limits and refusals."""

from __future__ import annotations

import hashlib
import json
import logging
import random
import re
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

import httpx
import stamina
from django.conf import settings
from django.utils import timezone

from . import unpacking, waiting, zoom_token
from .cutoff import Cutoff
from .zoom_errors import (
    BadAnswer,
    BadEnvironment,
    Endless,
    MissingScope,
    NotConfigured,
    NotFound,
    NotInPlan,
    OutOfOrder,
    RateLimited,
    Redirected,
    Rejected,
    TooLarge,
    TooSlow,
    Unauthorised,
    Unreachable,
    ZoomError,
)
from .zoom_token import Token

# Seconds for one step of a request, and for all of it.
STEP = 10.0
CONNECT = 5.0
WHOLE_ANSWER = 30.0
LARGEST_ANSWER = 5 * 1024 * 1024

ATTEMPTS = 6
FIRST_WAIT = 1.0
LONGEST_WAIT = 30.0
# Seconds that one client waits in all before it stops repeating requests.
PATIENCE = 300.0

PAGE_SIZE = 300
MOST_PAGES = 500

# The token is renewed this many seconds before it ends, a short-lived one a little before.
RENEW_BEFORE = 60
LONGEST_TOKEN_LIFE = 24 * 60 * 60
TOKEN = re.compile(r"[\x21-\x7e]{1,8192}")
# The whole of an address: nothing before the host, no port, no query can stand beside it.
ZOOM_HOST = re.compile(r"https://((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*zoom\.us)(?:/v2)?/?")

SCOPE_MISSING = 4711
PAID_PLANS_ONLY = 200
SCOPES = re.compile(r"scopes:?\s*\[([a-z0-9_:, ]{1,500})\]")

T = TypeVar("T")

logger = logging.getLogger(__name__)
jitter = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Access:
    """With which credentials, and where, Zoom is asked."""

    account_id: str = field(repr=False)
    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    oauth_url: str
    api_url: str

    @property
    def owner(self) -> str:
        """Return a mark that differs as soon as any of the values does."""
        parts = (self.account_id, self.client_id, self.client_secret, self.oauth_url, self.api_url)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    @property
    def on_loopback(self) -> bool:
        """Say whether this is a stand-in for Zoom; the settings allow http only on loopback."""
        return self.api_url.startswith("http://")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, complete and within the limits."""

    status: int
    headers: httpx.Headers = field(repr=False)
    body: bytes = field(repr=False)


def is_configured() -> bool:
    """Say whether a Zoom account is connected."""
    return bool(settings.ZOOM_ACCOUNT_ID)


def connect(
    *,
    patience: float = PATIENCE,
    longest_call: float | None = None,
    give_up_at: float | None = None,
) -> ZoomClient:
    """Return a client for the connected account, to be used in a `with` block.

    It waits `patience` seconds in all between attempts and `longest_call` for one answer, and
    for nothing at all after `give_up_at` on the monotonic clock.
    """
    if not is_configured():
        raise NotConfigured
    access = Access(
        account_id=settings.ZOOM_ACCOUNT_ID,
        client_id=settings.ZOOM_CLIENT_ID,
        client_secret=settings.ZOOM_CLIENT_SECRET,
        oauth_url=settings.ZOOM_OAUTH_URL,
        api_url=settings.ZOOM_API_URL,
    )
    return ZoomClient(access, patience=patience, longest_call=longest_call, give_up_at=give_up_at)


class ZoomClient:
    """The read operations; each returns parsed JSON of any type or raises a ZoomError."""

    def __init__(
        self,
        access: Access,
        *,
        patience: float = PATIENCE,
        longest_call: float | None = None,
        give_up_at: float | None = None,
    ) -> None:
        self._access = access
        self._patience = patience
        self._longest_call = longest_call or WHOLE_ANSWER
        self._give_up_at = give_up_at
        self._token: Token | None = None
        self._sockets: list[socket.socket] = []
        self._http = _open(access)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._http.close()

    def account_settings(self, option: str = "") -> Any:
        return self._get("/accounts/me/settings", option)

    def account_locks(self, option: str = "") -> Any:
        return self._get("/accounts/me/lock_settings", option)

    def users(self) -> Iterator[Any]:
        """Go through the active users, page by page."""
        return self._pages("users")

    def user_settings(self, user: str, option: str = "") -> Any:
        return self._get(f"/users/{_segment(user)}/settings", option)

    def groups(self) -> Iterator[Any]:
        """Go through the groups, page by page."""
        return self._pages("groups")

    def group_settings(self, group: str, option: str = "") -> Any:
        return self._get(f"/groups/{_segment(group)}/settings", option)

    def group_locks(self, group: str, option: str = "") -> Any:
        return self._get(f"/groups/{_segment(group)}/lock_settings", option)

    def meeting(self, meeting: str) -> Any:
        return self._get(f"/meetings/{_segment(meeting)}")

    def renew_token(self) -> None:
        """Fetch a new token: the one in use does not know permissions granted since."""
        self._patiently(self._renew)

    def _pages(self, name: str) -> Iterator[Any]:
        seen: set[str] = set()
        params = {"page_size": str(PAGE_SIZE)}
        for _page in range(MOST_PAGES):
            body = self._get(f"/{name}", params=params)
            rows = body.get(name) if isinstance(body, dict) else None
            following = body.get("next_page_token") or "" if isinstance(body, dict) else None
            if not isinstance(rows, list) or not isinstance(following, str):
                raise BadAnswer
            yield from rows
            if not following:
                return
            if not TOKEN.fullmatch(following):
                raise BadAnswer
            if following in seen:
                break
            seen.add(following)
            params = {**params, "next_page_token": following}
        raise Endless

    def _get(self, path: str, option: str = "", params: dict[str, str] | None = None) -> Any:
        query = {**(params or {}), **({"option": option} if option else {})}
        return self._patiently(lambda: self._ask(path, query))

    def _patiently(self, call: Callable[[], T]) -> T:
        """Repeat what may pass, a few times and within our patience."""
        due = 0.0
        tries = 0

        def wait_first(error: Exception) -> bool | float:
            nonlocal due, tries
            tries += 1
            if not isinstance(error, ZoomError) or error.permanent or tries >= ATTEMPTS:
                return False
            backoff = FIRST_WAIT * 2 ** (tries - 1) * jitter.uniform(0.5, 1)
            due = min(backoff if error.wait is None else error.wait, LONGEST_WAIT)
            if due > self._patience:
                return False
            self._patience -= due
            logger.warning("Zoom: %s; asking again in %.1f s", error.code, due)
            # stamina itself shall not wait: `waiting.pause` is the one place that does.
            return 0.0

        def attempt() -> T:
            if due:
                waiting.pause(due)
            return call()

        return stamina.RetryingCaller(attempts=ATTEMPTS, timeout=None).on(wait_first)(attempt)

    def _ask(self, path: str, query: dict[str, str]) -> Any:
        answer = self._send(path, query, self._current_token())
        if isinstance(_error_in(answer), Unauthorised):
            self._renew()
            answer = self._send(path, query, self._current_token())
        return _json_of(answer)

    def _send(self, path: str, query: dict[str, str], token: Token) -> Answer:
        headers = {"Authorization": f"Bearer {token.value}"}
        return self._exchange("GET", token.api_url + path, params=query, headers=headers)

    def _current_token(self) -> Token:
        if self._token is None or self._token.renew_at <= timezone.now():
            self._token = self._shared_token()
        return self._token

    def _renew(self) -> None:
        stale = self._current_token()
        self._token = self._shared_token(instead_of=stale)

    def _shared_token(self, instead_of: Token | None = None) -> Token:
        return zoom_token.shared(
            self._access.owner,
            self._fetch_token,
            instead_of=instead_of,
            give_up_at=self._give_up_at,
        )

    def _fetch_token(self) -> Token:
        asked_at = timezone.now()
        access = self._access
        answer = self._exchange(
            "POST",
            access.oauth_url,
            auth=httpx.BasicAuth(access.client_id, access.client_secret),
            data={"grant_type": "account_credentials", "account_id": access.account_id},
        )
        if answer.status == 400 or isinstance(_error_in(answer), Rejected):
            raise Unauthorised
        return _token_in(_json_of(answer), access, asked_at)

    def _exchange(self, method: str, url: str, **request: Any) -> Answer:
        seconds = self._seconds_left()
        steps = httpx.Timeout(min(STEP, seconds), connect=min(CONNECT, seconds))
        failure: ZoomError
        with Cutoff(seconds, self._sockets) as cutoff:
            try:
                with self._http.stream(
                    method, url, timeout=steps, extensions={"trace": cutoff.listen}, **request
                ) as response:
                    body = unpacking.read(response, LARGEST_ANSWER)
                    if not cutoff.is_over:
                        return Answer(response.status_code, response.headers, body)
                    failure = TooSlow()  # a body that was cut may look complete
            except httpx.TimeoutException:
                failure = TooSlow()
            except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError):
                failure = Unreachable()
            except unpacking.Larger:
                failure = TooLarge()
            except unpacking.Unreadable:
                failure = BadAnswer()
        # Raised out here: within `except` it would carry httpx's error, and that the request.
        raise TooSlow() if cutoff.is_over else failure

    def _seconds_left(self) -> float:
        """Return how long the next answer may take, or raise TooSlow if no time is left."""
        if self._give_up_at is None:
            return self._longest_call
        left = min(self._longest_call, self._give_up_at - time.monotonic())
        if left <= 0:
            raise TooSlow
        return left


def _open(access: Access) -> httpx.Client:
    try:
        return httpx.Client(
            follow_redirects=False,
            # A proxy of the environment leads to Zoom, never to this machine.
            trust_env=not access.on_loopback,
            # A simple server writes headers and body apart, which costs a kept connection 40 ms.
            limits=httpx.Limits(max_keepalive_connections=0 if access.on_loopback else 2),
            headers={"Accept": "application/json", "Accept-Encoding": "identity"},
        )
    except (httpx.InvalidURL, ImportError, OSError, ValueError):
        pass
    # Raised out here: the error above may quote the password of a proxy.
    raise BadEnvironment


def _segment(identifier: str) -> str:
    """Return an identifier as one part of a path."""
    if not identifier.strip(".") or not identifier.isprintable():
        raise NotFound
    return quote(identifier, safe="")


def _json_of(answer: Answer) -> Any:
    if error := _error_in(answer):
        raise error
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    parsed, value = _parse(answer.body)
    if kind != "application/json" or not parsed:
        raise BadAnswer
    return value


def _error_in(answer: Answer) -> ZoomError | None:
    status = answer.status
    if status == 200:
        return None
    if status == 429 or status >= 500:
        wait = waiting.asked_for(answer.headers.get("Retry-After"), timezone.now())
        return RateLimited(wait) if status == 429 else OutOfOrder(wait)
    if status < 400:
        return Redirected() if status >= 300 else BadAnswer()
    _parsed, said = _parse(answer.body)
    said = said if isinstance(said, dict) else {}
    if said.get("code") == SCOPE_MISSING:
        named = SCOPES.search(str(said.get("message")))
        return MissingScope(re.split(r"[, ]+", named[1].strip(", ")) if named else ())
    if status == 401:
        return Unauthorised()
    if status == 400 and said.get("code") == PAID_PLANS_ONLY:
        return NotInPlan()
    return NotFound() if status == 404 else Rejected()


def _parse(body: bytes) -> tuple[bool, Any]:
    try:
        return True, json.loads(body.decode(), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return False, None


def _no_constant(name: str) -> None:
    raise ValueError(name)  # NaN and Infinity are no JSON


def _token_in(body: Any, access: Access, asked_at: datetime) -> Token:
    said = body if isinstance(body, dict) else {}
    value, life = said.get("access_token"), said.get("expires_in")
    kind = said.get("token_type", "bearer")
    if not isinstance(value, str) or not TOKEN.fullmatch(value):
        raise BadAnswer
    if type(life) is not int or life < 1 or str(kind).lower() != "bearer":
        raise BadAnswer
    life = min(life, LONGEST_TOKEN_LIFE)
    renew_at = asked_at + timedelta(seconds=life - min(RENEW_BEFORE, life / 4))
    return Token(value, _api_url(said.get("api_url"), access), renew_at)


def _api_url(said: Any, access: Access) -> str:
    """Return the address that Zoom names for this account if it is Zoom's, else the usual one."""
    if not isinstance(said, str) or not said:
        return access.api_url
    if access.on_loopback:
        # A stand-in may name itself; from it nothing may lead to the real Zoom or elsewhere.
        return access.api_url
    if match := ZOOM_HOST.fullmatch(said.lower()):
        return f"https://{match[1]}/v2"
    logger.warning("Zoom: the token names an address of the API that is not Zoom's; not used")
    return access.api_url
