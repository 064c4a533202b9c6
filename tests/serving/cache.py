"""A page cache around the real Django, whose looks at the database are made by hand."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import brotli
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection

from notices.firm.storage import site_version
from portal.serving.kept.files import PageFiles
from portal.serving.page_cache import PageCache
from portal.serving.site_watch import SiteWatch


class Site(SiteWatch):
    """See what the test's own connection sees; go down when told."""

    up = True
    has_begun = True

    def begin(self) -> None:
        if self.up:
            self.stamp = site_version.read(connection)

    @property
    def is_up(self) -> bool:
        return self.up


@dataclass
class Received:
    """What a browser got."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes = b""

    @property
    def text(self) -> str:
        return self.content.decode()

    @property
    def content(self) -> bytes:
        is_brotli = self.headers.get("Content-Encoding") == "br"
        return brotli.decompress(self.raw) if is_brotli else self.raw


class Portal:
    """The portal as gunicorn calls it."""

    def __init__(self, folder: Path) -> None:
        self.site = Site()
        self.made: list[str] = []
        self.folder = folder
        self.during: Any = None
        self._django = WSGIHandler()
        self.restart()

    def restart(self) -> None:
        """Begin a new process: its memory is empty, the disk is not."""
        self.cache = PageCache(self._app, self.site)
        self.cache.files = PageFiles(self.folder)
        self.cache.renewing.begin = lambda: None  # type: ignore[method-assign]

    def _app(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.made.append(environ["PATH_INFO"])
        # Inside a test's transaction the connection must stay open.
        with without_closing():
            answer = self._django(environ, start_response)
            if self.during:
                self.during()
            return [b"".join(answer)]

    def get(
        self, path: str, encoding: str = "br", method: str = "GET", query: str = "", **headers: str
    ) -> Received:
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "REMOTE_ADDR": "192.0.2.1",
            "HTTP_HOST": "testserver",
            "HTTP_ACCEPT_ENCODING": encoding,
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(),
            **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
        }
        received = Received()

        def start_response(line: str, headers: list[tuple[str, str]], exc: object = None) -> None:
            received.status = int(line[:3])
            received.headers = dict(headers)

        received.raw = b"".join(self.cache(environ, start_response))
        return received

    def follow_up(self) -> None:
        """Let the background do all that is waiting."""
        while self.cache.renewing.step():
            pass


@contextmanager
def without_closing() -> Any:
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
