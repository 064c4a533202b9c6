"""What a release carries beside the code says the same as the code."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def read(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text("utf-8"))


def test_the_catalogue_entry_names_this_version_and_these_languages() -> None:
    entry = read("publiccode.yml")
    assert entry["softwareVersion"] == PROJECT["version"]
    assert entry["localisation"]["availableLanguages"] == [code for code, _ in settings.LANGUAGES]
    assert set(entry["description"]) == {code for code, _ in settings.LANGUAGES}
    for words in entry["description"].values():
        assert len(words["shortDescription"]) <= 150
        assert 150 <= len(words["longDescription"]) <= 10_000


def test_the_example_of_ci_runs_what_a_person_runs_on_each_python() -> None:
    job = read(".github/workflows/check.yml")["jobs"]["check"]
    assert job["steps"][-1]["run"] == "make check"
    assert min(job["strategy"]["matrix"]["python"]) == PROJECT["requires-python"].strip(">=")
    assert job["strategy"]["matrix"]["database"] == ["sqlite", "postgresql"]
    assert "postgres" in job["services"]


def test_the_example_of_ci_installs_every_program_without_which_a_test_is_skipped() -> None:
    [added] = [
        step["run"]
        for step in read(".github/workflows/check.yml")["jobs"]["check"]["steps"]
        if "apt-get install" in step.get("run", "")
    ]
    packages = {
        "xgettext": "gettext",
        "msgfmt": "gettext",
        "pdftoppm": "poppler-utils",
        "nginx": "nginx-light",
        "caddy": "caddy",
        "redis-server": "redis-server",
        "docker-compose": "docker-compose-v2",
    }
    # What every machine of that platform has.
    there = {"systemd-analyze", "mount"}
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py"))
    wanted = set(re.findall(r'shutil\.which\(\s*"([a-z-]+)"', sources)) - there
    assert wanted <= packages.keys()
    assert {packages[name] for name in wanted} <= set(added.split())


@pytest.mark.parametrize(
    ("on", "tried"),
    [("", ["SQLite", "PostgreSQL"]), ("sqlite", ["SQLite"]), ("postgresql", ["PostgreSQL"])],
)
def test_the_databases_can_be_tried_on_machines_of_their_own(
    on: str, tried: list[str], tmp_path: Path
) -> None:
    deploy, python = tmp_path / "portal/deploy", tmp_path / ".venv/bin/python"
    for file in (deploy / "venv.sh", python):
        file.parent.mkdir(parents=True)
        file.write_text("#!/bin/sh\n")
        file.chmod(0o700)
    shutil.copy(ROOT / "portal/deploy/test.sh", deploy)
    environment = {"PATH": "/usr/bin:/bin", "TEST_ON": on, "CHROMIUM": "/bin/true"}
    done = subprocess.run(
        ["sh", deploy / "test.sh"], env=environment, capture_output=True, text=True, check=True
    )
    assert re.findall("Tests on (.+)", done.stdout) == tried


def test_licences_are_listed_by_name_one_package_a_line() -> None:
    sbom = """{"components": [
      {"name": "b", "version": "2", "licenses": [{"license": {"id": "MIT"}}]},
      {"name": "A", "version": "1", "licenses": [{"expression": "MIT OR Apache-2.0"},
        {"license": {"name": "License :: OSI Approved :: BSD License"}}]},
      {"name": "c", "version": "3"}]}"""
    done = subprocess.run(
        [sys.executable, "portal/deploy/licences.py"],
        input=sbom,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == [
        "A 1: BSD License, MIT OR Apache-2.0",
        "b 2: MIT",
        "c 3: unknown",
    ]


@pytest.mark.parametrize(
    "secret",
    ["-----BEGIN " + "RSA PRIVATE KEY-----\nMIIE\n", "AKIA" + "IOSFODNN7EXAMPLE\n"],
)
def test_a_secret_would_be_found_before_it_is_committed(tmp_path: Path, secret: str) -> None:
    file = tmp_path / "notes.txt"
    file.write_text(secret)
    line = next(
        line
        for line in (ROOT / "portal/deploy/lint.sh").read_text("utf-8").split("$bin/")
        if line.startswith("detect-secrets-hook")
    )
    words = line.replace("\\\n", " ").split("\n")[0].split()[1:]
    hook = Path(sys.executable).with_name("detect-secrets-hook")
    done = subprocess.run([hook, *words, file], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 1
