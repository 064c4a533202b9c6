"""Which Python the two doors take: one that is new enough and can make environments."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from portal.settings import BASE_DIR

# Answers as a Python does to all that the script asks of one.
PYTHON = """#!/bin/sh
case "$*" in
*version_info*) exit {too_old} ;;
*ensurepip*) exit {bare} ;;
*"-m venv"*) mkdir -p .venv/bin && cp "$0" .venv/bin/python && echo {name} >.venv/made-by ;;
esac
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "portal/deploy").mkdir(parents=True)
    shutil.copy(BASE_DIR / "portal/deploy/venv.sh", tmp_path / "portal/deploy")
    (tmp_path / "requirements.txt").touch()
    return tmp_path


def a_python(folder: Path, name: str, *, too_old: bool = False, bare: bool = False) -> str:
    path = folder / name
    path.write_text(PYTHON.format(name=name, too_old=int(too_old), bare=int(bare)))
    path.chmod(0o700)
    return str(path)


def run(folder: Path, *pythons: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "portal/deploy/venv.sh", "requirements.txt"],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "PYTHON": " ".join(pythons)},
        capture_output=True,
        text=True,
    )


def test_the_first_that_is_new_enough_and_makes_environments_is_taken(folder: Path) -> None:
    old = a_python(folder, "old", too_old=True)
    bare = a_python(folder, "bare", bare=True)
    whole = a_python(folder, "whole")
    other = a_python(folder, "other")
    done = run(folder, old, bare, whole, other)
    assert (done.returncode, done.stderr) == (0, "")
    assert (folder / ".venv/made-by").read_text() == "whole\n"


def test_without_one_that_is_new_enough_a_sentence_says_what_to_do(folder: Path) -> None:
    done = run(folder, a_python(folder, "old", too_old=True))
    assert done.returncode == 1
    assert done.stderr == (
        "The portal needs Python 3.11 or newer; "
        "install it or name it: PYTHON=/path/to/python3 make run\n"
    )
    assert not (folder / ".venv").exists()


def test_what_is_there_stays_until_the_lock_changes(folder: Path) -> None:
    run(folder, a_python(folder, "first"))
    again = run(folder, a_python(folder, "second"))
    assert (again.returncode, again.stdout) == (0, "")
    (folder / "requirements.txt").write_text("# another package\n")
    assert "Installing the packages" in run(folder, a_python(folder, "second")).stdout
    assert (folder / ".venv/made-by").read_text() == "first\n"
