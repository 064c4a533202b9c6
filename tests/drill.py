"""The worst day, rehearsed (`make drill`): killed in the middle of work, restored elsewhere.

Writers save through the staff pages while workers are killed at random moments, then a backup is
taken under that load and the whole portal is killed. What was acknowledged must be there, and what
was backed up must come back row by row into a new folder and into PostgreSQL.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import psycopg

from tests.servers import free_port

ROOT = Path(__file__).resolve().parent.parent
POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
WRITERS = 3
WORKERS = 3
CSRF = "d" * 32
# Evidence that lies as a file beside the database.
FILE = ("evidence/" + "0" * 32, b"a picture")
SIGN_IN = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group, User
from django.contrib.sessions.backends.db import SessionStore
user = User.objects.create_user("editor", is_staff=True)
user.groups.add(Group.objects.get(name="editor"))
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.save()
print("session", session.session_key)
"""
ADD = "/admin/faq/synonyms/add/"


def say(words: str) -> None:
    print(words, flush=True)  # noqa: T201


class Portal:
    """One portal: a folder, a database, its commands and its server."""

    def __init__(self, folder: Path, database: str = "") -> None:
        folder.mkdir()
        (folder / "evidence").mkdir(mode=0o700)
        self.folder, self.port = folder, free_port()
        self.environment = {
            "PATH": os.environ["PATH"],
            "DATA_DIR": str(folder),
            "DATABASE_URL": database,
            "SECRET_KEY": "only-for-the-drill-" * 4,
            "PORT": str(self.port),
            "WEB_CONCURRENCY": str(WORKERS),
            "DJANGO_SETTINGS_MODULE": "portal.settings",
        }

    def start(self, *words: str | Path) -> subprocess.Popen[str]:
        command = [sys.executable, "manage.py", *map(str, words)]
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def run(self, *words: str | Path) -> str:
        process = self.start(*words)
        said, _ = process.communicate()
        if process.returncode:
            sys.exit(f"FAILED: manage.py {' '.join(map(str, words))}")
        return said

    def serve(self) -> subprocess.Popen[str]:
        process = self.start("serve")
        for _ in range(600):
            with suppress(OSError):
                probe = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                probe.request("GET", "/healthz")
                if probe.getresponse().status == 200:
                    return process
            time.sleep(0.1)
        sys.exit("FAILED: the server did not start")

    def words(self) -> set[str]:
        """Return what the writers saved, read past the portal."""
        with closing(sqlite3.connect(self.folder / "portal.sqlite3", timeout=30)) as database:
            return {words for (words,) in database.execute("SELECT words FROM faq_synonyms")}


class Writers:
    """Staff who save one thing after the other and remember what was acknowledged."""

    def __init__(self, portal: Portal, session: str) -> None:
        self.portal, self.session = portal, session
        self.acknowledged: set[str] = set()
        self.ended = threading.Event()
        self.threads = [
            threading.Thread(target=self._write, args=(number,)) for number in range(WRITERS)
        ]
        for thread in self.threads:
            thread.start()

    def _write(self, number: int) -> None:
        count = 0
        while not self.ended.is_set():
            count += 1
            words = f"drill {number}, number {count}"
            with suppress(OSError, http.client.HTTPException):
                if self._save(words) == 302:
                    self.acknowledged.add(words)

    def _save(self, words: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.portal.port, timeout=10)
        with closing(connection):
            body = urlencode({"language": "de", "words": words, "csrfmiddlewaretoken": CSRF})
            cookies = f"session={self.session}; csrf={CSRF}"
            headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookies}
            connection.request("POST", ADD, body, headers)
            return connection.getresponse().status

    def end(self) -> None:
        self.ended.set()
        for thread in self.threads:
            thread.join()


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8")
    return [int(child) for child in listed.split()]


def kill(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        return True
    return False


def kill_workers(server: subprocess.Popen[str], kills: int, dice: random.Random) -> None:
    """Kill one worker after the other, each at a random moment of its work."""
    done = 0
    while done < kills:
        time.sleep(dice.uniform(0.05, 0.6))
        workers = children(server.pid)
        if workers:
            done += kill(dice.choice(workers))


def kill_commands(portal: Portal, kills: int, dice: random.Random) -> None:
    """Kill backups and jobs at random moments; afterwards each runs as if nothing had been."""
    out = portal.folder / "cut.zip"
    for _ in range(kills):
        words = dice.choice([("backup", out), ("run_due_jobs",)])
        process = portal.start(*words)
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=dice.uniform(0.5, 4))
        kill(process.pid)
        process.wait()
        if out.exists():
            # The name stands for a whole file only.
            manifest_of(out)
            out.unlink()


def manifest_of(path: Path) -> dict[str, tuple[int, str]]:
    with zipfile.ZipFile(path) as bundle:
        if bundle.testzip():
            sys.exit(f"FAILED: {path.name} is damaged")
        tables = json.loads(bundle.read("manifest.json"))["tables"]
    return {table["model"]: (table["rows"], table["digest"]) for table in tables}


def restore_into(place: str, portal: Portal, backup: Path) -> None:
    """Restore `backup` and compare every row and file with it."""
    began = time.monotonic()
    portal.run("restore", backup)
    took = time.monotonic() - began
    portal.run("verify_editions")
    again = portal.folder / "again.zip"
    portal.run("backup", again)
    before, after = manifest_of(backup), manifest_of(again)
    if before != after:
        differ = [model for model in before if before[model] != after.get(model)]
        sys.exit(f"FAILED: {place} differs in {', '.join(differ)}")
    name, content = FILE
    if (portal.folder / name).read_bytes() != content:
        sys.exit(f"FAILED: {place} lost a file")
    rows = sum(count for count, _digest in after.values())
    say(f"  {place}: {rows} rows of {len(after)} tables and 1 file in {took:.1f} s; chain holds")


def drill(folder: Path, kills: int, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - moments, not secrets
    portal = Portal(folder / "first")
    portal.run("prepare")
    (portal.folder / FILE[0]).write_bytes(FILE[1])
    session = portal.run("shell", "-c", SIGN_IN).rpartition("session ")[2].strip()
    server = portal.serve()
    writers = Writers(portal, session)
    of_commands = max(1, kills // 20)
    kill_workers(server, kills - of_commands, dice)
    kill_commands(portal, of_commands, dice)
    began = time.monotonic()
    backup = portal.folder / "backup.zip"
    portal.run("backup", backup)
    say(f"  backup under load: {backup.stat().st_size} bytes in {time.monotonic() - began:.1f} s")
    time.sleep(1)
    for pid in [server.pid, *children(server.pid)]:
        kill(pid)
    server.wait()
    writers.end()
    lost = writers.acknowledged - portal.words()
    say(f"  {kills} kills, {len(writers.acknowledged)} saves acknowledged, {len(lost)} lost")
    if lost or not writers.acknowledged:
        sys.exit("FAILED: an acknowledged save is gone" if lost else "FAILED: nothing was saved")
    restore_into("new folder", Portal(folder / "second"), backup)
    restore_into_postgresql(folder, backup)


def restore_into_postgresql(folder: Path, backup: Path) -> None:
    try:
        server = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        say("  PostgreSQL: left out, no server answers at TEST_POSTGRES_URL")
        return
    name = f"drill_{uuid4().hex[:12]}"
    server.execute(f'CREATE DATABASE "{name}"')
    try:
        there = Portal(folder / "third", f"{POSTGRES.rsplit('/', 1)[0]}/{name}")
        restore_into("PostgreSQL", there, backup)
    finally:
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        server.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=60, help="how many (1000 take a while)")
    parser.add_argument("--seed", type=int, default=15, help="of the moments")
    options = parser.parse_args()
    say("drill")
    with tempfile.TemporaryDirectory(prefix="lupe-drill-") as folder:
        drill(Path(folder), options.kills, options.seed)


if __name__ == "__main__":
    main()
