"""Several machines at work on one database: threads at the same moment, or processes."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.db import connection, connections

from tests.servers import ROOT, Reader, Server, free_port, lupe

PREAMBLE = """
import django; django.setup()
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from notices.firm.models import Organisation
from notices.safeguards.by_hand import evidence_files
from notices.safeguards.models import EvidenceFile
from portal.serving import error_pages, maintenance
user = User.objects.get()
"""
READY = "ready\n"
# Loading the code takes longer than the race that is to be seen.
WAITING = f"""
print({READY!r}, end="", flush=True)
input()
"""


class Machine:
    """A process with a folder of its own; the database and what else is named are in common."""

    def __init__(self, folder: Path, database: str, **shared: str) -> None:
        folder.mkdir()
        self.environment = {
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "SECRET_KEY": "only-for-tests-" * 4,
            "ALLOWED_HOSTS": "testserver",
            "DATABASE_URL": database,
            "DATA_DIR": str(folder),
            **shared,
        }

    def does(self, script: str) -> str:
        return self._run("-c", PREAMBLE + script)

    def manage(self, *words: str) -> str:
        return self._run("manage.py", *words)

    def stands_by(self, script: str) -> subprocess.Popen[str]:
        """Return a process that does `script` once it is given a line, having loaded all it needs.

        Read a line of it to know that it waits.
        """
        return subprocess.Popen(
            [sys.executable, "-c", PREAMBLE + WAITING + script],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def _run(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


def start_together(*processes: subprocess.Popen[str]) -> None:
    """Let all begin once the last of them is ready."""
    for one in processes:
        assert one.stdout is not None
        assert one.stdout.readline() == READY
    for one in processes:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()


def address_of_database(folder: Path) -> str:
    """Return where other processes find what this one has written; SQLite is copied to `folder`."""
    if connection.vendor == "sqlite":
        path = folder / "portal.sqlite3"
        connection.ensure_connection()
        with closing(sqlite3.connect(path)) as copy:
            connection.connection.backup(copy)
        return f"sqlite:///{path}"
    its = connection.settings_dict
    return f"postgres://{its['USER']}@{its['HOST']}:{its['PORT']}/{its['NAME']}"


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """Run a Redis that keeps nothing; skip where there is none."""
    if not (program := shutil.which("redis-server")):
        pytest.skip("no Redis here: install redis-server")
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir"]
    process = subprocess.Popen([*command, str(folder)], stdout=subprocess.DEVNULL)
    try:
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def serving(folder: Path, database: str, collected: Path) -> Iterator[Server]:
    """Serve from a folder of its own; only what was collected is copied."""
    folder.mkdir(exist_ok=True)
    if collected.exists():
        shutil.copytree(collected, folder / "static", dirs_exist_ok=True)
    with lupe(folder, database=database) as server:
        if not collected.exists():
            shutil.copytree(folder / "static", collected)
        yield server


def read(server: Server, path: str) -> tuple[int, str]:
    with closing(Reader(server)) as reader:
        status, _head, body = reader.get(path)
    return status, body.decode()


def at_once(acts: Sequence[Callable[[], object]]) -> None:
    """Do each act on a machine of its own, all at the same moment.

    Wants the fixture `file_database`. What an act raises is raised here.
    """
    ready = Barrier(len(acts))
    errors: list[BaseException] = []

    def machine(act: Callable[[], object]) -> None:
        try:
            # Connecting takes longer than the race that is to be seen.
            connection.ensure_connection()
            ready.wait(timeout=30)
            act()
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    machines = [Thread(target=machine, args=(act,)) for act in acts]
    for one in machines:
        one.start()
    for one in machines:
        one.join(timeout=60)
    if errors:
        raise errors[0]
