"""A portal of the tests of backups, and what a backup of it holds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
NEW_TOPIC = "from notices.faq.models import Topic; Topic.objects.create(key='new')"


class Portal:
    """One portal: a folder for its data and, if named, a PostgreSQL database."""

    def __init__(self, folder: Path, database: str = "") -> None:
        folder.mkdir()
        self.folder = folder
        self.environment = {
            "PATH": os.environ["PATH"],
            "DATA_DIR": str(folder),
            "SECRET_KEY": "only-for-tests-" * 4,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            **({"DATABASE_URL": database} if database else {}),
        }

    def manage(
        self, *words: str | Path, blocks: int | None = None
    ) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", *map(str, words)]
        if blocks is not None:
            command = ["sh", "-c", f'ulimit -f {blocks}; exec "$@"', "sh", *command]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=900
        )

    def ok(self, *words: str | Path) -> str:
        done = self.manage(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def refuses(self, *words: str | Path, blocks: int | None = None) -> str:
        """Return what a command says that does not succeed; no file may grow beyond `blocks`."""
        done = self.manage(*words, blocks=blocks)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        return done.stderr


def contents(path: Path) -> dict[str, tuple[int, str]]:
    """Return how many rows each table of a backup has, and their common digest."""
    with zipfile.ZipFile(path) as bundle:
        tables = json.loads(bundle.read("manifest.json"))["tables"]
    return {table["model"]: (table["rows"], table["digest"]) for table in tables}
