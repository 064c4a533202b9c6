"""The portal as readers meet it: a server of its own, a relay that can fail, and many readers."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests import kept_portal

ROOT = Path(__file__).parents[1]


def free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@dataclass
class Server:
    port: int
    process: subprocess.Popen[bytes]

    def connect(self) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def children(self) -> list[int]:
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(child) for child in listed.split()]


@contextmanager
def running(
    command: Sequence[str], port: int, env: Mapping[str, str], folder: Path = ROOT
) -> Iterator[Server]:
    """Run a server on 127.0.0.1 until the block ends."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **env},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    server = Server(port, process)
    try:
        for _ in range(1800):
            with suppress(OSError), closing(server.connect()) as probe:
                probe.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
                if probe.recv(100):
                    break
            if process.poll() is not None:
                raise RuntimeError("the server did not start")
            time.sleep(0.1)
        else:
            raise RuntimeError("the server does not answer")
        yield server
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


def environment(folder: Path, port: int, database: str = "") -> dict[str, str]:
    """Return what a portal in `folder` has to know."""
    return {
        "DATA_DIR": str(folder),
        "DATABASE_URL": database,
        "SECRET_KEY": "only-for-measuring-" * 4,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "BASE_URL": f"http://localhost:{port}",
        "ALLOWED_HOSTS": "localhost",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }


@contextmanager
def lupe(
    folder: Path, workers: int = 1, database: str = "", *, prepare: bool = True
) -> Iterator[Server]:
    """Run the portal as `make run` does, with its starter content.

    Without `prepare` it starts sooner and has no style sheets, and so no pages.
    """
    port = free_port()
    if not database:
        kept_portal.begin(folder)
    if prepare:
        kept_portal.begin_with_files(folder)
    env = environment(folder, port, database) | {"WEB_CONCURRENCY": str(workers)}
    command = [sys.executable, "manage.py", "serve", *(["--prepare"] if prepare else [])]
    with running(command, port, env) as server:
        yield server


@dataclass
class Reader:
    """One connection that asks again and again."""

    server: Server
    connection: socket.socket = field(init=False)
    waiting: bytes = b""

    def __post_init__(self) -> None:
        self.connection = self.server.connect()

    def get(self, path: str, *headers: str) -> tuple[int, bytes, bytes]:
        """Return status, head and body."""
        lines = [f"GET {path} HTTP/1.1", f"Host: localhost:{self.server.port}", *headers, "", ""]
        self.connection.sendall("\r\n".join(lines).encode())
        while b"\r\n\r\n" not in self.waiting:
            self._receive()
        head, _, self.waiting = self.waiting.partition(b"\r\n\r\n")
        _, named, rest = head.lower().partition(b"\r\ncontent-length: ")
        length = int(rest.split(b"\r\n", 1)[0]) if named else 0
        while len(self.waiting) < length:
            self._receive()
        body, self.waiting = self.waiting[:length], self.waiting[length:]
        return int(head[9:12]), head, body

    def _receive(self) -> None:
        received = self.connection.recv(65536)
        if not received:
            raise ConnectionError
        self.waiting += received

    def close(self) -> None:
        self.connection.close()


class Relay:
    """A way to a server that can be cut ("stopped") or go silent ("frozen")."""

    def __init__(self, host: str, port: int) -> None:
        self.target = (host, port)
        self.state = "open"
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.pairs: list[tuple[socket.socket, socket.socket]] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        self.state = "stopped"
        self.cut()

    def cut(self) -> None:
        """Break every connection, as a restarted server does."""
        for pair in self.pairs:
            for one in pair:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
        self.pairs.clear()

    def _accept(self) -> None:
        while True:
            client, _address = self.listener.accept()
            if self.state == "stopped":
                client.close()
                continue
            server = socket.create_connection(self.target)
            self.pairs.append((client, server))
            for source, target in ((client, server), (server, client)):
                threading.Thread(target=self._copy, args=(source, target), daemon=True).start()

    def _copy(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                while self.state == "frozen":
                    time.sleep(0.02)
                target.sendall(data)
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
