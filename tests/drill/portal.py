"""One portal of the drill: a folder, a database, its commands and its server."""

from __future__ import annotations

import http.client
import json
import os
import sqlite3
import subprocess
import sys
import time
import zipfile
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from tests.servers import ROOT, free_port

WORKERS = 3


def say(words: str) -> None:
    print(words, flush=True)  # noqa: T201


class Portal:
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
        return {words for (words,) in self._rows("SELECT words FROM faq_synonyms")}

    def accounts(self) -> dict[str, int]:
        """Return how many roles each account has."""
        return dict(
            self._rows(
                "SELECT username, count(group_id) FROM auth_user"
                " LEFT JOIN auth_user_groups ON user_id = auth_user.id GROUP BY username"
            )
        )

    def is_sound(self) -> bool:
        """Say whether the file of the database is what SQLite expects."""
        return [*self._rows("PRAGMA integrity_check")] == [("ok",)]

    def _rows(self, sql: str) -> list[Any]:
        with closing(sqlite3.connect(self.folder / "portal.sqlite3", timeout=30)) as database:
            return database.execute(sql).fetchall()


def manifest_of(path: Path) -> dict[str, tuple[int, str]]:
    """Return rows and digest of each table of a backup that is whole."""
    with zipfile.ZipFile(path) as bundle:
        if bundle.testzip():
            sys.exit(f"FAILED: {path.name} is damaged")
        tables = json.loads(bundle.read("manifest.json"))["tables"]
    return {table["model"]: (table["rows"], table["digest"]) for table in tables}
