"""What Zoom answers in a test that needs no server: routes in place of the network."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import httpx2
import pytest

Said = httpx2.Response | Exception


class Route:
    """One address, what it answers, and which requests came."""

    def __init__(self, method: str, pattern: str, params: dict[str, str]) -> None:
        self.method, self.pattern, self.params = method, re.compile(pattern), params
        self.calls: list[httpx2.Request] = []
        self._answer: Callable[[httpx2.Request], Said] = lambda request: httpx2.Response(200)

    @property
    def called(self) -> bool:
        return bool(self.calls)

    def respond(self, status: int = 200, **content: Any) -> Route:
        """Answer every request alike; a new response each time, for a stream is read once."""
        return self.by(lambda request: httpx2.Response(status, **content))

    def say(self, said: Said) -> Route:
        """Answer once or more with the same response, or raise the same error."""
        return self.by(lambda request: said)

    def in_turn(self, said: Sequence[Said]) -> Route:
        """Answer one after the other."""
        following: Iterator[Said] = iter(said)
        return self.by(lambda request: next(following))

    def by(self, answer: Callable[[httpx2.Request], Said]) -> Route:
        self._answer = answer
        return self

    def matches(self, request: httpx2.Request) -> bool:
        asked = dict(request.url.params)
        address = str(request.url).partition("?")[0]
        return (
            request.method == self.method
            and self.pattern.fullmatch(address) is not None
            and all(asked.get(name) == value for name, value in self.params.items())
        )

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        self.calls.append(request)
        said = self._answer(request)
        if isinstance(said, Exception):
            raise said
        if not said.is_stream_consumed:
            return said
        # Made from a value it has been read already, which a real one has not.
        stream = httpx2.ByteStream(said.content)
        return httpx2.Response(said.status_code, headers=said.headers, stream=stream)


class Wire:
    """All routes; the same address again replaces its answer."""

    def __init__(self) -> None:
        self.routes: list[Route] = []
        # What is really asked: a server of the test's own.
        self.passing = ""

    def get(self, url: str, params: dict[str, str] | None = None) -> Route:
        return self._route("GET", re.escape(url), params or {})

    def post(self, url: str) -> Route:
        return self._route("POST", re.escape(url), {})

    def get_any(self) -> Route:
        return self._route("GET", ".*", {})

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        for route in self.routes:
            if route.matches(request):
                return route.answer(request)
        raise AssertionError(f"nobody asked for {request.method} {request.url} to be answered")

    @property
    def calls(self) -> list[httpx2.Request]:
        return [request for route in self.routes for request in route.calls]

    def _route(self, method: str, pattern: str, params: dict[str, str]) -> Route:
        for route in self.routes:
            if (route.method, route.pattern.pattern, route.params) == (method, pattern, params):
                return route
        # The latest and the most precise ones first.
        route = Route(method, pattern, params)
        self.routes.insert(0 if pattern != ".*" else len(self.routes), route)
        return route


def connect(monkeypatch: pytest.MonkeyPatch) -> Wire:
    """Put routes in place of the network for one test."""
    wire = Wire()
    real = httpx2.HTTPTransport.handle_request

    def answer(transport: httpx2.HTTPTransport, request: httpx2.Request) -> httpx2.Response:
        if wire.passing and request.url.host == wire.passing:
            return real(transport, request)
        return wire.answer(request)

    monkeypatch.setattr(httpx2.HTTPTransport, "handle_request", answer)
    return wire
