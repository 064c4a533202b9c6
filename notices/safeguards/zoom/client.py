"""Talk to Zoom, and only read: the one place that knows its addresses, limits and refusals."""

from __future__ import annotations

import logging
import random
import socket
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

import httpx2
from django.conf import settings
from django.utils import timezone

from . import token
from .answers import Answer, error_in, json_of, refused_token
from .errors import (
    BadAnswer,
    BadEnvironment,
    Endless,
    NoAnswer,
    NotConfigured,
    NotFound,
    PutOff,
    TooLarge,
    TooSlow,
    Unauthorised,
    Unreachable,
    ZoomError,
)
from .token import Token
from .token_answer import TOKEN, token_in
from .token_answer import Access as Access
from .transport import bodies, retry_after, waits
from .transport.deadline import Cutoff

# Seconds for one step of a request, and for all of it.
STEP = 10.0
CONNECT = 5.0
WHOLE_ANSWER = 30.0
LARGEST_ANSWER = 5 * 1024 * 1024

ATTEMPTS = 6
FIRST_WAIT = 1.0
LONGEST_WAIT = 30.0
# Seconds that one client waits in all before it stops repeating requests; a longer wait that
# Zoom orders puts off the whole check, up to a week.
PATIENCE = 300.0
LONGEST_PUT_OFF = 7 * 24 * 60 * 60.0

PAGE_SIZE = 300
MOST_PAGES = 500

T = TypeVar("T")

logger = logging.getLogger(__name__)
jitter = random.SystemRandom()


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
    # Here, because every door leads through here: schedule, command, trial, test and button.
    waits.stop_until_allowed(timezone.now())
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
            if isinstance(body, dict) and name not in body and "code" in body:
                raise NoAnswer  # an error in a 200: this call failed, others may not
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
        attempt = 0
        while True:
            attempt += 1
            try:
                return call()
            except ZoomError as error:
                wait = self._wait_after(error, attempt)
            self._patience -= wait
            retry_after.pause(wait)

    def _wait_after(self, error: ZoomError, attempt: int) -> float:
        """Return the seconds until the next attempt, or raise if there shall be none."""
        if error.permanent or attempt >= ATTEMPTS:
            raise _given_up(error)
        backoff = min(FIRST_WAIT * 2 ** (attempt - 1) * jitter.uniform(0.5, 1), LONGEST_WAIT)
        wait = backoff if error.wait is None else error.wait
        if wait > min(self._patience, PATIENCE):
            raise _given_up(error)
        logger.warning("Zoom: %s; asking again in %.1f s", error.code, wait)
        return wait

    def _ask(self, path: str, query: dict[str, str]) -> Any:
        answer = self._send(path, query, self._current_token())
        if isinstance(error_in(answer), Unauthorised):
            self._renew()
            answer = self._send(path, query, self._current_token())
        return json_of(answer)

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
        return token.shared(
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
            auth=httpx2.BasicAuth(access.client_id, access.client_secret),
            data={"grant_type": "account_credentials", "account_id": access.account_id},
        )
        if refusal := refused_token(answer):
            raise refusal
        return token_in(json_of(answer), access, asked_at)

    def _exchange(self, method: str, url: str, **request: Any) -> Answer:
        seconds = self._seconds_left()
        steps = httpx2.Timeout(min(STEP, seconds), connect=min(CONNECT, seconds))
        failure: ZoomError
        with Cutoff(seconds, self._sockets) as cutoff:
            try:
                with self._http.stream(
                    method, url, timeout=steps, extensions={"trace": cutoff.listen}, **request
                ) as response:
                    body = bodies.read(response, LARGEST_ANSWER)
                    if not cutoff.is_over:
                        return Answer(response.status_code, response.headers, body)
                    failure = TooSlow()  # a body that was cut may look complete
            except httpx2.TimeoutException:
                failure = TooSlow()
            except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError):
                failure = Unreachable()
            except bodies.Larger:
                failure = TooLarge()
            except bodies.Unreadable:
                failure = BadAnswer()
        # Raised out here: within `except` it would carry httpx2's error, and that the request.
        raise TooSlow() if cutoff.is_over else failure

    def _seconds_left(self) -> float:
        """Return how long the next answer may take, or raise TooSlow if no time is left."""
        if self._give_up_at is None:
            return self._longest_call
        left = min(self._longest_call, self._give_up_at - time.monotonic())
        if left <= 0:
            raise TooSlow
        return left


def _given_up(error: ZoomError) -> ZoomError:
    """Keep the moment that Zoom named, if it named one, and return what to raise.

    To ask again earlier, through whatever door, would only lengthen the wait.
    """
    if not error.wait:
        return error
    until = timezone.now() + timedelta(seconds=min(error.wait, LONGEST_PUT_OFF))
    waits.remember(until)
    return PutOff(until) if error.wait > PATIENCE else error


def _open(access: Access) -> httpx2.Client:
    try:
        return httpx2.Client(
            follow_redirects=False,
            # A proxy of the environment leads to Zoom, never to this machine.
            trust_env=not access.on_loopback,
            # A simple server writes headers and body apart, which costs a kept connection 40 ms.
            limits=httpx2.Limits(max_keepalive_connections=0 if access.on_loopback else 2),
            headers={"Accept": "application/json", "Accept-Encoding": "identity"},
        )
    except (httpx2.InvalidURL, ImportError, OSError, ValueError):
        pass
    # Raised out here: the error above may quote the password of a proxy.
    raise BadEnvironment


def _segment(identifier: str) -> str:
    """Return an identifier as one part of a path."""
    if not identifier.strip(".") or not identifier.isprintable():
        raise NotFound
    return quote(identifier, safe="")
