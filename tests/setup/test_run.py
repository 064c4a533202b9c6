"""`make run` from the outside: a start that works, and the sentences of those that do not."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings

SECRET = "0123456789abcdefghijklmnopqrstuvwxyz-0123456789abcdefghijklmnopqrstuvwxyz"
SERVE = [sys.executable, "manage.py", "serve", "--prepare"]


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
        return number


def refused(folder: Path, **env: str) -> str:
    """Return the one sentence with which the start is refused."""
    result = subprocess.run(
        SERVE,
        cwd=settings.BASE_DIR,
        env={"DATA_DIR": str(folder), "SECRET_KEY": SECRET, **env},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1, result.stderr
    return result.stderr


def test_a_taken_port_is_named(tmp_path: Path, port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        assert refused(tmp_path, PORT=str(port)).startswith(f"Port {port} on 127.0.0.1 is taken")


def test_a_host_that_is_none_is_named(tmp_path: Path, port: int) -> None:
    assert "HOST 'no host'" in refused(tmp_path, HOST="no host", PORT=str(port))
    # 192.0.2.0/24 belongs to documentation; no machine has an address of it.
    assert "Cannot listen on 192.0.2.1" in refused(tmp_path, HOST="192.0.2.1", PORT=str(port))


def test_a_database_that_does_not_answer_is_one_sentence(tmp_path: Path, port: int) -> None:
    silent = f"postgres://lupe:geheim@127.0.0.1:{port}/lupe"
    sentence = refused(tmp_path, DATABASE_URL=silent, PORT=str(port))
    assert sentence.startswith("The database of DATABASE_URL cannot be used:")
    assert "geheim" not in sentence


def test_a_database_that_cannot_be_written_is_one_sentence(tmp_path: Path, port: int) -> None:
    (tmp_path / "text").write_text("no database at all, just a line of text\n" * 50, "utf-8")
    for name in ("absent/file.sqlite3", "text"):
        url = f"sqlite:///{tmp_path}/{name}"
        assert "cannot be used" in refused(tmp_path, DATABASE_URL=url, PORT=str(port))


def test_the_portal_is_served_and_the_second_start_is_quick(tmp_path: Path, port: int) -> None:
    with served(tmp_path, port) as (first, whole):
        assert f"Lupe is ready: http://localhost:{port}" in first
        assert "manage.py create_staff NAME --role editor" in first
    with served(tmp_path, port) as (_, seconds):
        # A share of the same run: how fast the machine is must not decide.
        assert seconds < whole / 2
        assert get(port, "/admin/login/") == 200
        # Who is not a trusted proxy is not believed, and no folder may be made up.
        assert get(port, "/admin/login/", SCRIPT_NAME="/elsewhere") == 200
        assert get(port, "/admin/login/", **{"X-Forwarded-Host": "evil.example"}) == 200
        assert get(port, "/admin/login/", Host="evil.example") == 400


@contextmanager
def served(folder: Path, port: int) -> Iterator[tuple[str, float]]:
    """Serve the portal; hand over what it printed and after how many seconds it was ready."""
    began = time.monotonic()
    log = folder / "log"
    with log.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(
            SERVE,
            cwd=settings.BASE_DIR,
            env={
                "DATA_DIR": str(folder),
                "SECRET_KEY": SECRET,
                "PORT": str(port),
                "WEB_CONCURRENCY": "1",
            },
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        while not answers(port):
            assert process.poll() is None, log.read_text(encoding="utf-8")
            assert time.monotonic() - began < 300, log.read_text(encoding="utf-8")
            time.sleep(0.05)
        yield log.read_text(encoding="utf-8"), time.monotonic() - began
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0


def answers(port: int) -> bool:
    try:
        return get(port, "/admin/login/") == 200
    except OSError:
        return False


def get(port: int, path: str, **headers: str) -> int:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_the_secret_of_make_run_is_written_once(tmp_path: Path) -> None:
    make = [sys.executable, "-m", "portal.setup.env"]
    env = {"DATA_DIR": str(tmp_path), "PATH": os.environ["PATH"]}
    written = set()
    for _ in range(2):
        subprocess.run(make, cwd=settings.BASE_DIR, env=env, check=True)
        written.add((tmp_path / "secret-key").read_text(encoding="utf-8"))
    assert len(written) == 1
