"""A request gets a thread once it is complete; who sends slowly or too much waits outside."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from portal.serving import body_limits
from portal.serving.patient_worker import LARGEST_HEAD, Sending

from .small_app import behind_the_worker

THREADS = 2
APP = """
import time
def application(environ, start_response):
    if environ["PATH_INFO"] == "/busy":
        time.sleep(3)
    return answer(environ, start_response)
def answer(environ, start_response):
    path = environ["PATH_INFO"]
    body = environ["wsgi.input"].read() if path == "/" else b"hello"
    if path == "/large":
        body = b"x" * 9_000_000
    start_response("200 OK", [("Content-Length", str(len(body))), ("ETag", '"1"')])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
def at_hand(environ):
    if environ["PATH_INFO"] == "/pause":
        time.sleep(0.3)
    if environ["PATH_INFO"] == "/broken":
        raise ValueError
    return answer if environ["PATH_INFO"] in ("/ready", "/large") else None
application.at_hand = at_hand
"""


def sent(data: bytes) -> Sending:
    sending = Sending(conn=None)
    sending.received += data
    return sending


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"GET / HT", None),
        (b"GET / HTTP/1.1\r\n\r\n", None),
        (b"x" * (LARGEST_HEAD + 1), 431),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 411),
        (b"POST /admin/login/ HTTP/1.1\r\nContent-Length: 30000000\r\n\r\n", 413),
        (b"POST /hooks/zoom/ HTTP/1.1\r\ncontent-length: 1000000\r\n\r\n", 413),
        (b"POST /de/ HTTP/1.1\r\nContent-Length: 999999999999\r\n\r\n", 413),
    ],
)
def test_what_is_too_much_is_known_from_the_head(data: bytes, refusal: int | None) -> None:
    assert sent(data).refusal() == refusal


def test_a_request_is_complete_with_its_last_byte() -> None:
    sending = sent(b"POST /admin/login/ HTTP/1.1\r\nContent-Length: 3\r\n\r\nab")
    assert sending.refusal() is None
    assert not sending.is_complete
    sending.received += b"c"
    assert sending.is_complete


def test_staff_may_send_files_once_they_have_signed_in() -> None:
    head = b"POST /admin/zoom/ HTTP/1.1\r\nHost: x\r\n"
    signed_in = head + b"Cookie: theme=1; __Host-session=0123456789abcdef0123456789abcdef\r\n"
    assert body_limits.largest_body(head) == body_limits.BEFORE_SIGN_IN
    assert body_limits.largest_body(signed_in) == body_limits.STAFF
    to_login = signed_in.replace(b"/admin/zoom/", b"/admin/login/")
    assert body_limits.largest_body(to_login) == body_limits.BEFORE_SIGN_IN


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with behind_the_worker(APP, tmp_path_factory.mktemp("server"), THREADS) as server:
        yield server.port


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def test_many_who_never_finish_stop_nobody(port: int) -> None:
    slow = [connect(port) for _ in range(20 * THREADS)]
    for number, one in enumerate(slow):
        post = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\na"
        one.sendall(post if number % 2 else b"GET / HTTP/1.1\r\nHo")
    with closing(connect(port)) as reader:
        for _ in range(3):
            reader.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert reader.recv(1000).startswith(b"HTTP/1.1 200 OK")
    for one in slow:
        one.close()


def test_a_body_in_pieces_arrives_whole_and_the_connection_goes_on(port: int) -> None:
    with closing(connect(port)) as sender:
        for _ in range(2):
            for piece in (b"POST / HTTP/1.1\r\nHost: x\r\nConte", b"nt-Length: 4\r\n\r\nab", b"cd"):
                sender.sendall(piece)
                time.sleep(0.05)
            received = sender.recv(1000)
            assert received.startswith(b"HTTP/1.1 200 OK")
            assert received.endswith(b"\r\n\r\nabcd")


def test_two_requests_sent_at_once_are_both_answered(port: int) -> None:
    with closing(connect(port)) as sender:
        sender.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 2)
        received = b""
        while received.count(b"HTTP/1.1 200 OK") < 2:
            data = sender.recv(1000)
            assert data
            received += data


def test_too_much_is_refused_before_it_is_sent(port: int) -> None:
    with closing(connect(port)) as sender:
        sender.sendall(b"POST /admin/login/ HTTP/1.1\r\nContent-Length: 30000000\r\n\r\n")
        assert sender.recv(1000).startswith(b"HTTP/1.1 413 ")
        assert sender.recv(1000) == b""


def all_of(connection: socket.socket, length: int) -> bytes:
    received = bytearray()
    while len(received) < length and (data := connection.recv(1_000_000)):
        received += data
    return bytes(received)


def ask(port: int, request: bytes) -> bytes:
    """Return everything that is answered until the server closes."""
    with closing(connect(port)) as reader:
        reader.sendall(request)
        return re.sub(rb"Date: [^\r]+", b"", all_of(reader, 10**8))


def test_what_is_at_hand_is_sent_while_every_thread_is_busy(port: int) -> None:
    busy = [connect(port) for _ in range(2 * THREADS)]
    for one in busy:
        one.sendall(b"GET /busy HTTP/1.1\r\nHost: x\r\n\r\n")
    time.sleep(0.3)
    with closing(connect(port)) as reader:
        reader.settimeout(2)
        for _ in range(3):
            reader.sendall(b"GET /ready HTTP/1.1\r\nHost: x\r\n\r\n")
            assert reader.recv(1000).endswith(b"\r\n\r\nhello")
    for one in busy:
        assert all_of(one, 20).startswith(b"HTTP/1.1 200 OK")
        one.close()


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET %s HTTP/1.1\r\nConnection: close",
        b"HEAD %s HTTP/1.1\r\nConnection: close",
        b"GET %s HTTP/1.0",
        b"GET %s HTTP/1.1\r\nExpect: 100-continue\r\nConnection: close",
        b"GET %s HTTP/9.9",
        b"G\xc3\xa4T %s HTTP/1.1",
        b"GET %s HTTP/1.1\r\nBad Name: 1",
    ],
)
def test_the_loop_answers_as_a_thread_does(port: int, request_line: bytes) -> None:
    answers = [
        ask(port, request_line % path + b"\r\nHost: x\r\n\r\n")
        for path in (b"/ready", b"/thread", b"/broken")
    ]
    assert answers[0].startswith(b"HTTP/1.")
    assert answers == [answers[0]] * 3


def test_who_reads_slowly_gets_all_of_it_and_keeps_nobody_waiting(port: int) -> None:
    with closing(connect(port)) as slow, closing(connect(port)) as reader:
        slow.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        reader.settimeout(2)
        for _ in range(3):
            reader.sendall(b"GET /ready HTTP/1.1\r\nHost: x\r\n\r\n")
            assert reader.recv(1000).endswith(b"hello")
        head, body = slow.recv(1000).split(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 OK")
        rest = 9_000_000 - len(body)
        assert all_of(slow, rest) == b"x" * rest
        # The connection goes on.
        slow.sendall(b"GET /ready HTTP/1.1\r\nHost: x\r\n\r\n")
        assert slow.recv(1000).endswith(b"hello")


def test_several_requests_at_once_are_answered_in_their_order(port: int) -> None:
    asked = b"GET /ready HTTP/1.1\r\nHost: x\r\n\r\nGET /thread HTTP/1.1\r\nHost: x\r\n\r\n"
    last = b"GET /ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert ask(port, asked + last).count(b"\r\n\r\nhello") == 3


def test_who_does_not_hang_up_keeps_nobody_waiting(port: int) -> None:
    lingering = [connect(port) for _ in range(10)]
    for number, one in enumerate(lingering):
        path = b"/ready" if number % 2 else b"/thread"
        one.sendall(b"GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" % path)
        assert one.recv(12) == b"HTTP/1.1 200"
    with closing(connect(port)) as reader:
        reader.settimeout(1)
        reader.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert reader.recv(1000).startswith(b"HTTP/1.1 200 OK")
    for one in lingering:
        assert all_of(one, 1000).endswith(b"\r\n\r\nhello")
        one.close()


def test_what_was_there_before_the_loop_looked_is_answered_and_closed(port: int) -> None:
    line = b"GET /ready HTTP/1.1\r\nHost: x\r\n"
    with closing(connect(port)) as pausing, closing(connect(port)) as kept:
        kept.sendall(line + b"\r\n")
        assert kept.recv(1000).endswith(b"hello")
        # Holds up the loop itself, so that all the rest waits in front of it.
        pausing.sendall(b"GET /pause HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.05)
        many = [connect(port) for _ in range(3)]
        for one in (kept, *many):
            one.sendall(line + b"Connection: close\r\n\r\n")
        for one in (kept, *many):
            assert all_of(one, 10**6).endswith(b"\r\n\r\nhello")
        for one in many:
            one.close()
    assert ask(port, line + b"Connection: close\r\n\r\n").endswith(b"hello")
