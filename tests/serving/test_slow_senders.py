"""A request gets a thread once it is complete; who sends slowly or too much waits outside."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from portal.serving import body_limits
from portal.serving.patient_worker import LARGEST_HEAD, Sending

THREADS = 2
APP = """
def application(environ, start_response):
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
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
    folder: Path = tmp_path_factory.mktemp("server")
    (folder / "hello.py").write_text(APP)
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    worker = "portal.serving.patient_worker.PatientWorker"
    command = [sys.executable, "-m", "gunicorn", "--no-control-socket", "--threads", str(THREADS)]
    command += ["--worker-class", worker, "--bind", f"127.0.0.1:{number}", "--chdir", str(folder)]
    root = str(Path(__file__).parents[2])
    server = subprocess.Popen([*command, "--pythonpath", root, "hello:application"])
    try:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", number), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield number
    finally:
        server.terminate()
        server.wait(10)


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
