"""End a request when its whole time is over, whatever step it is at."""

from __future__ import annotations

import socket
from contextlib import suppress
from threading import Lock, Timer
from types import TracebackType
from typing import Any, Self

# After these the connection has a socket; with TLS the second one replaces the first.
CONNECTED = ("connection.connect_tcp.complete", "connection.start_tls.complete")


class Cutoff:
    """Cut the connection of one request after `seconds`; `sockets` are those of its client.

    The time-outs of httpx2 begin anew with each step and each byte, so that a server which sends
    one byte now and then would never be too slow for them.
    """

    def __init__(self, seconds: float, sockets: list[socket.socket]) -> None:
        self.is_over = False
        # A connection that is kept is told of only once, so the client's list outlives us.
        self._sockets = sockets
        self._lock = Lock()
        self._timer = Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._timer.cancel()

    def listen(self, event: str, info: dict[str, Any]) -> None:
        """Hear from httpx2 which socket the request uses."""
        if event in CONNECTED:
            with self._lock:
                self._sockets[:] = [one for one in self._sockets if one.fileno() != -1]
                self._sockets.append(info["return_value"].get_extra_info("socket"))
                if self.is_over:
                    self._cut()

    def _end(self) -> None:
        with self._lock:
            self.is_over = True
            self._cut()

    def _cut(self) -> None:
        for one in self._sockets:
            with suppress(OSError):  # closed already
                one.shutdown(socket.SHUT_RDWR)
