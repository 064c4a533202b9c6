"""What a release carries beside the code says the same as the code."""

from __future__ import annotations

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
    assert "postgres" in job["services"]


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
