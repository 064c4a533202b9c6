"""gunicorn's threads are for work: slow senders wait outside, and kept pages need none.

The loop of the worker collects head and body without a thread. A connection that takes too long,
or sends more than it may, is told so and closed. What the application holds ready is sent by the
loop itself: so it goes on while every thread waits for a database. What has to be made for readers
stands in a line, and gets a thread when nobody else is to be heard.
"""

from __future__ import annotations

import gc
import re
import select
import selectors
import socket
import sys
import time
from collections import deque
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple

from gunicorn.http import wsgi
from gunicorn.workers.gthread import TConn, ThreadWorker

from notices.lib.frames import with_room
from portal.serving.body_limits import largest_body
from portal.serving.kept.makers import came_at, is_urgent

LARGEST_HEAD = 32 * 1024
SECONDS_FOR_A_HEAD = 10.0
SECONDS_FOR_A_BODY = 30.0
# Who was told that this was all has so long to hear it.
SECONDS_TO_PART = 2.0
# All that is held for requests that are not complete yet.
LARGEST_TOTAL = 64 * 1024 * 1024
AT_ONCE = 64 * 1024
HEAD_END = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,12})[ \t]*\r\n", re.IGNORECASE)
# What is asked with a query never is: a crowd that searches costs the loop no parsing.
MAY_BE_AT_HAND = re.compile(rb"(GET|HEAD) [^? ]+ ")
# Of Python's time, before another thread may have it: the loop that sends kept pages needs it
# several times for each.
SECONDS_OF_A_TURN = 0.0003
# Of the line of readers so many are at work, and one more each time that nobody got a thread for
# so long: those at work may all wait for something.
AT_WORK = 4
SECONDS_IN_LINE = 0.01
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
        self.is_watched = False
        self.is_parting = False

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
            if body and body > largest_body(head):
                return 413
            self.wanted = end + len(HEAD_END) + body
            self.until = time.monotonic() + (SECONDS_FOR_A_BODY if body else SECONDS_FOR_A_HEAD)
        return None

    @property
    def is_complete(self) -> bool:
        return self.wanted is not None and len(self.received) >= self.wanted


class Connection(TConn):  # type: ignore[misc]
    """A connection whose end waits for nobody: gunicorn's own stops the loop for two seconds."""

    def __init__(self, worker: PatientWorker, *args: Any) -> None:
        super().__init__(*args)
        self.worker = worker
        self.came_at = 0.0

    def close(self, graceful: bool = False) -> None:
        if not graceful or not self.worker.part(self):
            super().close()


class Collected:
    """Stands for a socket while gunicorn writes an answer, so that it goes out in one piece."""

    def __init__(self) -> None:
        self.data = bytearray()

    def sendall(self, data: bytes) -> None:
        self.data += data

    send = sendall


class Done(NamedTuple):
    """What a thread would have left for `finish_request`."""

    is_kept_alive: bool

    def cancelled(self) -> bool:
        return False

    def result(self) -> bool:
        return self.is_kept_alive


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """A threaded worker whose threads never wait for a sender."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sending: dict[Any, Sending] = {}
        self.held = 0
        self.line: deque[Any] = deque()
        self.at_work: set[Any] = set()
        self.begun_at = 0.0

    def init_process(self) -> None:
        sys.setswitchinterval(SECONDS_OF_A_TURN)
        super().init_process()

    def run(self) -> None:
        # What is loaded stays: looking through it for garbage stops everybody for 0.07 s.
        gc.collect()
        gc.freeze()
        with_room(super().run)

    def handle(self, conn: Any) -> Any:
        came_at.set(conn.came_at)
        return with_room(partial(super().handle, conn))

    def accept(self, listener: Any) -> None:
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        self.nr_conns += 1
        self._begin(Connection(self, self.cfg, client, address, listener.getsockname()), client)

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
        self._begin(conn, client)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Hear everybody, then give the next one in line a thread: at work it holds up the loop."""
        if self.line:
            timeout = 0 if len(self.at_work) < AT_WORK else SECONDS_IN_LINE
        events = self.poller.select(timeout)
        for key, _ in events:
            key.data(key.fileobj)
        if self.line and self._is_time_for_the_next(is_quiet=not events):
            self.begun_at = time.monotonic()
            conn = self.line.popleft()
            self.at_work.add(conn)
            self.enqueue_req(conn)

    def _is_time_for_the_next(self, *, is_quiet: bool) -> bool:
        have_waited = time.monotonic() - self.begun_at > SECONDS_IN_LINE
        if len(self.at_work) < AT_WORK:
            return is_quiet or have_waited
        # The other half is for those who stand in no line.
        return have_waited and len(self.at_work) < self.cfg.threads // 2

    def finish_request(self, conn: Any, fs: Any) -> None:
        self.at_work.discard(conn)
        # What came with the request before is looked at only now.
        conn.came_at = time.monotonic()
        super().finish_request(conn, fs)

    def murder_pending(self) -> None:
        super().murder_pending()
        now = time.monotonic()
        for sending in list(self.sending.values()):
            if sending.until < now:
                self._refuse(sending, 408)

    def part(self, conn: Any) -> bool:
        """Say that this was all and drop what still comes; False if the reader is gone."""
        try:
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            return False
        conn.sock.setblocking(False)
        self.nr_conns += 1
        sending = Sending(conn)
        sending.is_parting, sending.until = True, time.monotonic() + SECONDS_TO_PART
        self._watch(sending)
        return True

    def _begin(self, conn: Any, client: Any) -> None:
        """Take what is there of the next request, nearly always all of it; watch for the rest."""
        sending = self.sending[conn] = Sending(conn)
        self._receive(conn, client)
        # Whoever was answered and is to hang up is watched for that already.
        if self.sending.get(conn) is sending:
            self._watch(sending)

    def _watch(self, sending: Sending) -> None:
        conn, sending.is_watched = sending.conn, True
        self.sending[conn] = sending
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._receive, conn))

    def _receive(self, conn: Any, client: Any) -> None:
        sending = self.sending.get(conn)
        if sending is None:
            return
        try:
            data = client.recv(AT_ONCE, socket.MSG_DONTWAIT)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self._forget(sending)
            self._close(conn)
            return
        if sending.is_parting:
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
        conn.came_at = time.monotonic()
        # gunicorn parses it all anew: nothing here decides what a request means.
        conn.data_ready = True
        if MAY_BE_AT_HAND.match(received):
            self._give(conn, received)
            conn.sock.setblocking(False)
            if self._answer_at_once(conn):
                return
        # The thread parses it once more, and says what is wrong with it if something is.
        conn.initialized, conn.parser = False, None
        self._give(conn, received)
        if is_urgent(received):
            self.enqueue_req(conn)
        else:
            self.line.append(conn)

    def _give(self, conn: Any, received: bytes) -> None:
        conn.init()
        conn.parser.unreader.unread(received)

    def _answer_at_once(self, conn: Any) -> bool:
        """Answer without a thread; say whether the application had an answer ready."""
        collected = Collected()
        try:
            request = next(conn.parser)
            response, environ = wsgi.create(request, collected, conn.client, conn.server, self.cfg)
            send = self.wsgi.at_hand(environ)
            if send is None:
                return False
            if not self.alive or len(self.keepalived_conns) >= self.max_keepalived:
                response.force_close()
            for part in send(environ, response.start_response):
                response.write(part)
            response.close()
        except Exception:  # whatever it was: nothing has been sent, and the thread meets it again
            return False
        self._send(conn, collected.data, is_kept_alive=not response.should_close())
        return True

    def _send(self, conn: Any, data: bytearray, *, is_kept_alive: bool) -> None:
        try:
            sent = conn.sock.send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            sent, is_kept_alive = len(data), False
        if sent == len(data):
            self.finish_request(conn, Done(is_kept_alive))
            return
        # Whoever reads slowly, or a page that is large: a thread waits for them.
        rest = self.tpool.submit(self._send_rest, conn, data[sent:], is_kept_alive)
        rest.add_done_callback(partial(self.method_queue.defer, self.finish_request, conn))

    def _send_rest(self, conn: Any, data: bytearray, is_kept_alive: bool) -> bool:
        conn.sock.setblocking(True)
        try:
            conn.sock.sendall(data)
        except OSError:
            return False
        return is_kept_alive

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
        if sending.is_watched:
            with suppress(OSError, KeyError, ValueError):
                self.poller.unregister(sending.conn.sock)

    def _close(self, conn: Any) -> None:
        self.nr_conns -= 1
        conn.close()
