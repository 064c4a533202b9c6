"""gunicorn's threads are for requests that are complete: slow senders wait outside.

The loop of the worker collects head and body without a thread. A connection that takes too long,
or sends more than it may, is told so and closed.
"""

from __future__ import annotations

import re
import select
import selectors
import time
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

from portal.serving.body_limits import largest_body

LARGEST_HEAD = 32 * 1024
SECONDS_FOR_A_HEAD = 10.0
SECONDS_FOR_A_BODY = 30.0
# All that is held for requests that are not complete yet.
LARGEST_TOTAL = 64 * 1024 * 1024
AT_ONCE = 64 * 1024
HEAD_END = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,12})[ \t]*\r\n", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
REFUSALS = {
    408: b"Request Timeout",
    411: b"Length Required",
    413: b"Content Too Large",
    431: b"Request Header Fields Too Large",
    503: b"Service Unavailable",
}


class Sending:
    """What one connection has sent of its next request."""

    def __init__(self, conn: Any) -> None:
        self.conn = conn
        self.received = bytearray()
        self.until = time.monotonic() + SECONDS_FOR_A_HEAD
        self.wanted: int | None = None

    def refusal(self) -> int | None:
        """Return why this request is not taken, None if it is; find out how long it will be."""
        if self.wanted is None:
            end = self.received.find(HEAD_END)
            if end < 0:
                return 431 if len(self.received) > LARGEST_HEAD else None
            head = bytes(self.received[: end + 2])
            if CHUNKED.search(head):
                return 411
            length = LENGTH.search(head)
            body = int(length[1]) if length else 0
            if body > largest_body(head):
                return 413
            self.wanted = end + len(HEAD_END) + body
            self.until = time.monotonic() + (SECONDS_FOR_A_BODY if body else SECONDS_FOR_A_HEAD)
        return None

    @property
    def is_complete(self) -> bool:
        return self.wanted is not None and len(self.received) >= self.wanted


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """A threaded worker whose threads never wait for a sender."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sending: dict[Any, Sending] = {}
        self.held = 0

    def accept(self, listener: Any) -> None:
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        self.nr_conns += 1
        self._wait_for(TConn(self.cfg, client, address, listener.getsockname()))

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled)
        if enabled or self.alive:
            return
        # gunicorn would leave the door open while it answers what it has, and then cut off all
        # who came meanwhile. Whoever knocked is let in; the next one is told to go elsewhere.
        while self.sockets:
            listener = self.sockets.pop()
            while select.select([listener], [], [], 0)[0]:
                self.accept(listener)
            listener.close()

    def on_client_socket_readable(self, conn: Any, client: Any) -> None:
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._wait_for(conn)
        self._receive(conn, client)

    def murder_pending(self) -> None:
        super().murder_pending()
        now = time.monotonic()
        for sending in list(self.sending.values()):
            if sending.until < now:
                self._refuse(sending, 408)

    def _wait_for(self, conn: Any) -> None:
        conn.sock.setblocking(False)
        self.sending[conn] = Sending(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._receive, conn))

    def _receive(self, conn: Any, client: Any) -> None:
        sending = self.sending.get(conn)
        if sending is None:
            return
        try:
            data = client.recv(AT_ONCE)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self._forget(sending)
            self._close(conn)
            return
        sending.received += data
        self.held += len(data)
        refusal = 503 if self.held > LARGEST_TOTAL else sending.refusal()
        if refusal:
            self._refuse(sending, refusal)
        elif sending.is_complete:
            self._forget(sending)
            self._hand_over(conn, bytes(sending.received))

    def _hand_over(self, conn: Any, received: bytes) -> None:
        # gunicorn parses it all anew: nothing here decides what a request means.
        conn.data_ready = True
        conn.init()
        conn.parser.unreader.unread(received)
        self.enqueue_req(conn)

    def _refuse(self, sending: Sending, status: int) -> None:
        self._forget(sending)
        if sending.received:
            line = b"HTTP/1.1 %d %s\r\n" % (status, REFUSALS[status])
            with suppress(OSError):
                sending.conn.sock.send(line + b"Connection: close\r\nContent-Length: 0\r\n\r\n")
        self._close(sending.conn)

    def _forget(self, sending: Sending) -> None:
        self.held -= len(sending.received)
        self.sending.pop(sending.conn, None)
        with suppress(OSError, KeyError, ValueError):
            self.poller.unregister(sending.conn.sock)

    def _close(self, conn: Any) -> None:
        self.nr_conns -= 1
        conn.close()
