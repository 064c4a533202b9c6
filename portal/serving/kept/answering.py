"""How the page cache asks Django: with nothing of a reader's request that could poison a page."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

from .page import Headers, Sharing, is_text
from .store import LARGEST_PAGE, Key

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

# Under this name Django tells how far an answer may go (see `sharing.py`).
SHARING = "lupe.sharing"


def environ_for(key: Key, language: str = "", query: str = "") -> Environ:
    """Return a request made of an address and the languages that the reader prefers."""
    scheme, host, path = key
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "443" if scheme == "https" else "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": host,
        "HTTP_ACCEPT_LANGUAGE": language,
        "REMOTE_ADDR": "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


class Answer:
    """What Django answered, read to its end."""

    def __init__(self, app: Application, environ: Environ) -> None:
        self.headers: Headers = []
        self.line = ""
        parts = app(environ, self._start)
        try:
            self.body = b"".join(parts)
        finally:
            close = getattr(parts, "close", None)
            if close:
                close()
        self.status = int(self.line[:3])
        self.sharing: Sharing = environ.get(SHARING, Sharing.NOBODY)

    def _start(self, line: str, headers: Headers, exc_info: object = None) -> None:
        self.line, self.headers = line, headers

    @property
    def may_be_kept(self) -> bool:
        """Say whether every reader of the address may get these bytes, whatever they sent."""
        named = {name.lower(): value.lower() for name, value in self.headers}
        varies = set(named.get("vary", "").replace(" ", "").split(","))
        return (
            self.status == 200
            and self.sharing is not Sharing.NOBODY
            and is_text(self.headers)
            and "set-cookie" not in named
            and varies <= {"", "accept-encoding", "cookie"}
            and len(self.body) <= LARGEST_PAGE
        )

    def send(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response(self.line, self.headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [self.body]
