"""A release is a folder that is switched to: nobody who reads meanwhile is turned away."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from portal.management.commands import serve
from tests.servers import ROOT

PARTS = ("manage.py", "portal", "notices", "templates", "static", "locale", "pyproject.toml")
# What systemd does for a service with a socket: the socket is number 3, and the process is told.
GIVEN = """
import os, sys
os.dup2({fd}, 3)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.executable, [sys.executable, "manage.py", "serve"])
"""


def git(folder: Path, *words: str) -> None:
    named = ["-c", "user.name=release", "-c", "user.email=release@example.org"]
    subprocess.run(["git", *named, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a checkout of its own whose packages are those of this environment."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    for part in PARTS:
        if (whole := ROOT / part).is_dir():
            shutil.copytree(whole, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(whole, folder / part)
    packages = Path(sys.prefix).resolve()
    venv = folder / "portal" / "deploy" / "venv.sh"
    venv.write_text(f'#!/bin/sh\nln -s {packages} "$(dirname "$0")/../../.venv"\n')
    git(folder, "init", "--quiet")
    commit(folder, "v1")
    return folder


def commit(folder: Path, tag: str) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--no-verify", "--message", tag)
    git(folder, "tag", tag)


def release(checkout: Path, link: Path, *restart: str) -> subprocess.CompletedProcess[str]:
    script = checkout / "portal" / "deploy" / "release.sh"
    return subprocess.run(
        ["sh", str(script), str(link), *restart], capture_output=True, text=True, timeout=300
    )


@contextmanager
def serving(link: Path, listener: socket.socket, env: dict[str, str]) -> Iterator[None]:
    """Serve the release that `link` leads to, on a socket that outlives it, as systemd does."""
    fd = listener.fileno()
    process = subprocess.Popen(
        [str(link / ".venv" / "bin" / "python"), "-c", GIVEN.format(fd=fd)],
        cwd=link,
        env={**os.environ, **env},
        pass_fds=[fd],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()


class Readers:
    """One who asks for a page again and again, each time with a new connection."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.pages: list[str] = []
        self.failed: list[str] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)

    def __enter__(self) -> Readers:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.end()

    def end(self) -> None:
        self._ended.set()
        self._thread.join(120)

    def wait_for(self, words: str) -> None:
        until = time.monotonic() + 90
        while time.monotonic() < until:
            if self.pages and words in self.pages[-1]:
                return
            time.sleep(0.05)
        raise AssertionError(f"nobody read {words!r}; failed: {self.failed[:3]}")

    def _read(self) -> None:
        while not self._ended.is_set():
            try:
                with closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as one:
                    one.request("GET", "/de/", headers={"Host": "localhost", "Connection": "close"})
                    answer = one.getresponse()
                    page = answer.read().decode()
                if answer.status == 200:
                    self.pages.append(page)
                else:
                    self.failed.append(str(answer.status))
            except OSError as error:
                self.failed.append(repr(error))
            time.sleep(0.01)


def test_readers_meet_no_stop_while_a_release_is_switched(checkout: Path, tmp_path: Path) -> None:
    link = tmp_path / "lupe"
    assert release(checkout, link).returncode == 0
    page = checkout / "templates" / "home.html"
    page.write_text(page.read_text().replace("</h1>", " ZWEI</h1>"), encoding="utf-8")
    commit(checkout, "v2")
    env = {
        "DATA_DIR": str(tmp_path / "data"),
        "SECRET_KEY": "only-for-tests-" * 4,
        "DATABASE_URL": "",
        "WEB_CONCURRENCY": "1",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    python = str(link / ".venv" / "bin" / "python")
    prepared = subprocess.run(
        [python, "manage.py", "prepare"],
        cwd=link,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
    )
    assert prepared.returncode == 0, prepared.stderr
    with (
        socket.create_server(("127.0.0.1", 0), backlog=1024) as listener,
        Readers(listener.getsockname()[1]) as readers,
    ):
        with serving(link, listener, env):
            readers.wait_for("</h1>")
            assert release(checkout, link).returncode == 0
            # The link leads elsewhere, and what runs reads its own folder still.
            seen = len(readers.pages)
            while len(readers.pages) < seen + 5:
                time.sleep(0.02)
            assert " ZWEI" not in readers.pages[-1]
        with serving(link, listener, env):
            readers.wait_for(" ZWEI</h1>")
            # While there is still somebody who answers.
            readers.end()
    assert readers.failed == []


def test_three_releases_are_kept_and_going_back_is_the_same(checkout: Path, tmp_path: Path) -> None:
    link = tmp_path / "lupe"
    told = tmp_path / "restarted"
    for tag in ("v2", "v3", "v4", "v5"):
        (checkout / "README.md").write_text(tag, encoding="utf-8")
        commit(checkout, tag)
        done = release(checkout, link, "touch", str(told))
        assert done.stdout == f"{link} leads to {tag}.\n", done.stderr
        assert told.exists()
    assert sorted(one.name for one in (tmp_path / "lupe-releases").iterdir()) == ["v3", "v4", "v5"]
    git(checkout, "checkout", "--quiet", "v4")
    release(checkout, link)
    assert (link / "README.md").read_text(encoding="utf-8") == "v4"


def test_a_folder_that_is_no_link_is_left_alone(checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "lupe").mkdir()
    done = release(checkout, tmp_path / "lupe")
    assert done.returncode == 1
    assert "Move it away first" in done.stderr
    assert not (tmp_path / "lupe-releases").exists()


def test_a_release_that_was_cut_off_is_unpacked_anew(checkout: Path, tmp_path: Path) -> None:
    half = tmp_path / "lupe-releases" / "v1"
    half.mkdir(parents=True)
    (half / "manage.py").touch()
    assert release(checkout, tmp_path / "lupe").returncode == 0
    assert (half / "manage.py").stat().st_size


def test_the_python_of_a_release_is_not_that_of_the_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "v1" / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / "link").symlink_to("v1")
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "link" / ".venv"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "link" / ".venv" / "bin" / "python"))
    assert serve.own_python() == str(tmp_path / "v1" / ".venv" / "bin" / "python")
    monkeypatch.setattr(sys, "executable", "/usr/bin/python3")
    assert serve.own_python() == "/usr/bin/python3"
