"""A prepared portal on SQLite: made once, kept, and copied by every test that starts from one.

That `prepare` and `restore` make one from nothing is what the tests of set-up and backup prove;
the others need not wait for it each time.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = "portal.sqlite3"
# For those who go from branch to branch.
LEFT = 4

kept_in = ROOT / "var" / "kept-portals"


def use(folder: Path) -> None:
    """Keep portals in `folder` from now on."""
    global kept_in
    kept_in = folder


def begin(folder: Path) -> None:
    """Put the database of a portal with starter content into its `folder`."""
    _copy(_kept("prepare"), folder / NAME)


def begin_with_files(folder: Path) -> None:
    """Put the collected style sheets and scripts into `folder`; changed ones are collected anew."""
    _kept("prepare")
    if (collected := _collected()).exists():
        shutil.copytree(collected, folder / "static", dirs_exist_ok=True)


def begin_without_rows(folder: Path) -> None:
    """Put a database into `folder` that has all tables and nothing that anybody wrote."""
    _copy(_kept("migrate"), folder / NAME)


def _collected() -> Path:
    return kept_in / f"static-{_digest()}"


def _keep_files(made: Path) -> None:
    shutil.rmtree(_collected(), ignore_errors=True)
    shutil.copytree(made / "static", _collected())
    by_age = sorted(kept_in.glob("static-*"), key=lambda path: path.stat().st_mtime)
    for path in by_age[:-LEFT]:
        shutil.rmtree(path)


@cache
def _kept(command: str) -> Path:
    """Return the database as `command` leaves it, made by the first process that asks."""
    kept = kept_in / f"{command}-{_digest()}.sqlite3"
    kept_in.mkdir(parents=True, exist_ok=True)
    with (kept_in / f"{command}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            with tempfile.TemporaryDirectory() as made:
                if command == "prepare":
                    begin_without_rows(Path(made))
                _run(command, Path(made))
                if command == "prepare":
                    _keep_files(Path(made))
                unfinished = kept.with_suffix(".unfinished")
                unfinished.unlink(missing_ok=True)
                _copy(Path(made) / NAME, unfinished)
                unfinished.replace(kept)
        kept.touch()
        by_age = sorted(kept_in.glob(f"{command}-*"), key=lambda path: path.stat().st_mtime)
        for path in by_age[:-LEFT]:
            path.unlink()
    return kept


@cache
def _digest() -> str:
    """Return a digest of all that decides what a prepared portal holds."""
    digest = hashlib.sha256(sys.version.encode())
    for top in ("notices", "portal", "locale"):
        for path in sorted((ROOT / top).rglob("*")):
            if path.is_file() and path.suffix not in (".pyc", ".po"):
                digest.update(f"{path.relative_to(ROOT)} {path.stat().st_size} ".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _run(command: str, folder: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(folder),
        "SECRET_KEY": "only-for-tests-" * 4,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    subprocess.run(
        [sys.executable, "manage.py", command],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
    )


def _copy(source: Path, target: Path) -> None:
    """Copy a database with what stands in its log."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
