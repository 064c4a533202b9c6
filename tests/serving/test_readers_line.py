"""A crowd of readers gets threads bit by bit; staff, probes and kept pages do not wait for it."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from portal.serving.kept.makers import is_urgent
from tests.servers import Server

from .small_app import behind_the_worker

THREADS = 16
CROWD = 2 * THREADS
APP = """
import gc
import threading
import time
from portal.serving.kept.makers import came_at
gate, lock, inside, waited = threading.Event(), threading.Lock(), [], []
def application(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/wait":
        with lock:
            inside.append(path)
        gate.wait(20)
        with lock:
            inside.pop()
    if path == "/admin/open":
        gate.set()
    if path == "/admin/close":
        gate.clear()
    told = {"/admin/inside": len(inside), "/admin/frozen": gc.get_freeze_count()}
    waited.append(time.monotonic() - came_at.get())
    told["/admin/waited"] = round(1000 * max(waited))
    body = str(told.get(path, "hello")).encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
application.at_hand = lambda environ: None
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with behind_the_worker(APP, tmp_path_factory.mktemp("server"), THREADS) as one:
        yield one


def asked(server: Server, request: bytes) -> bytes:
    """Return everything that is answered until the server closes."""
    with closing(server.connect()) as one:
        one.sendall(request.replace(b"\r\n", b"\r\nHost: x\r\nConnection: close\r\n", 1))
        return everything(one)


def everything(connection: socket.socket) -> bytes:
    received = b""
    while data := connection.recv(1000):
        received += data
    return received


def number_at(server: Server, path: str) -> int:
    return int(asked(server, f"GET {path} HTTP/1.1\r\n\r\n".encode()).split(b"\r\n\r\n")[1])


@contextmanager
def crowd(server: Server) -> Iterator[None]:
    """Let many readers wait for something; afterwards each of them has an answer."""
    asked(server, b"GET /admin/close HTTP/1.1\r\n\r\n")
    many = [server.connect() for _ in range(CROWD)]
    for one in many:
        one.sendall(b"GET /wait HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    try:
        yield
    finally:
        asked(server, b"GET /admin/open HTTP/1.1\r\n\r\n")
        answers = [everything(one) for one in many]
        for one in many:
            one.close()
    assert all(answer.endswith(b"\r\n\r\nhello") for answer in answers)


@pytest.mark.parametrize(
    ("request_", "is_it"),
    [
        (b"GET /de/schutz/ HTTP/1.1\r\nHost: x\r\n\r\n", False),
        (b"HEAD /de/fragen/?q=session= HTTP/1.1\r\nHost: x\r\n\r\n", False),
        (b"GET /de/?/admin/ HTTP/1.1\r\nHost: x\r\nCookie: theme=1\r\n\r\n", False),
        (b"GET /administration HTTP/1.1\r\nHost: x\r\n\r\n", False),
        (b"GET /de/ HTTP/1.1\r\nHost: x\r\ncookie: a=1; __Host-session=abc\r\n\r\n", True),
        (b"GET /admin/ HTTP/1.1\r\nHost: x\r\n\r\n", True),
        (b"GET /static/css/portal.css HTTP/1.1\r\nHost: x\r\n\r\n", True),
        (b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n", True),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", True),
        (b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", True),
        (b"POST /hooks/zoom/ HTTP/1.1\r\nHost: x\r\n\r\n{}", True),
    ],
)
def test_only_what_readers_ask_for_stands_in_line(request_: bytes, is_it: bool) -> None:
    assert is_urgent(request_) == is_it


def test_a_crowd_that_waits_takes_half_of_the_threads(server: Server) -> None:
    with crowd(server):
        most = 0
        for _ in range(50):
            most = max(most, number_at(server, "/admin/inside"))
            time.sleep(0.01)
    assert most == THREADS // 2


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /readyz HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nCookie: session=abc\r\n\r\n",
        b"POST /hooks/zoom/ HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}",
    ],
)
def test_staff_and_probes_are_served_while_a_crowd_waits(server: Server, request_: bytes) -> None:
    with crowd(server):
        assert asked(server, request_).endswith(b"\r\n\r\nhello")
        # All that can still wait.
        while number_at(server, "/admin/inside") < THREADS // 2:
            time.sleep(0.01)
        assert asked(server, request_).endswith(b"\r\n\r\nhello")


def test_the_time_in_line_is_known_to_who_answers(server: Server) -> None:
    with crowd(server):
        time.sleep(0.3)
    assert number_at(server, "/admin/waited") >= 300


def test_what_a_worker_has_loaded_is_not_searched_for_garbage(server: Server) -> None:
    assert number_at(server, "/admin/frozen") > 10_000
