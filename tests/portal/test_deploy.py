"""The files around the code: locks, scripts, units, container."""

from __future__ import annotations

import configparser
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

ROOT: Path = settings.BASE_DIR
DEPLOY = ROOT / "portal" / "deploy"
PIN = re.compile(r"^([a-z0-9._-]+)==(\S+)", re.MULTILINE)


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "lock", ["requirements.txt", "requirements-pdf.txt", "requirements-dev.txt"]
)
def test_every_package_of_a_lock_has_a_hash_and_no_address(lock: str) -> None:
    content = text(lock)
    packages = re.split(r"^(?=[a-z0-9._-]+==)", content, flags=re.MULTILINE)[1:]
    assert len(packages) > 20
    assert all("--hash=sha256:" in package for package in packages)
    assert "://" not in content
    assert " @ " not in content
    assert "--index-url" not in content


def test_the_development_lock_holds_the_runtime_lock() -> None:
    runtime, development = (dict(PIN.findall(text(f"requirements{x}.txt"))) for x in ("", "-dev"))
    assert runtime.items() <= development.items()


@pytest.mark.parametrize("script", sorted(DEPLOY.glob("*.sh")), ids=lambda path: path.name)
def test_the_scripts_are_plain_shell(script: Path) -> None:
    subprocess.run(["sh", "-n", str(script)], check=True)
    assert script.read_text(encoding="utf-8").startswith("#!/bin/sh\n")


def unit(name: str) -> dict[str, list[tuple[str, str]]]:
    """Read a unit file; a key may stand several times, which configparser cannot keep."""
    sections: dict[str, list[tuple[str, str]]] = {}
    lines: list[tuple[str, str]] = []
    for line in text(f"portal/deploy/{name}").splitlines():
        if section := re.fullmatch(r"\[(\w+)\]", line):
            lines = sections.setdefault(section[1], [])
        elif line and not line.startswith("#"):
            key, sign, value = line.partition("=")
            assert sign, line
            lines.append((key, value))
    return sections


@pytest.mark.parametrize("name", ["lupe.service", "lupe-jobs.service"])
def test_the_units_are_locked_down_and_read_the_same_settings(name: str) -> None:
    service = unit(name)["Service"]
    assert {("ProtectSystem", "strict"), ("NoNewPrivileges", "yes"), ("User", "lupe")} <= {*service}
    assert ("EnvironmentFile", "/etc/lupe/lupe.env") in service


def test_the_timer_starts_a_unit_that_exists() -> None:
    assert "Timer" in unit("lupe-jobs.timer")
    assert (DEPLOY / "lupe-jobs.service").exists()


def test_every_command_named_in_these_files_exists() -> None:
    paths = [*DEPLOY.iterdir(), ROOT / "Dockerfile", ROOT / "compose.yaml"]
    content = "".join(path.read_text(encoding="utf-8") for path in paths if path.is_file())
    named = set(re.findall(r'manage\.py"?,? "?([a-z_]+)', content))
    assert {"serve", "prepare"} <= named
    assert named <= set(get_commands())


def test_compose_and_its_secrets_fit_together() -> None:
    compose: dict[str, Any] = yaml.safe_load(text("compose.yaml"))
    assert set(compose["services"]) == {"db", "portal", "caddy"}
    used = {
        secret for service in compose["services"].values() for secret in service.get("secrets", [])
    }
    assert used == set(compose["secrets"])
    portal = compose["services"]["portal"]
    subnet = compose["networks"]["inside"]["ipam"]["config"][0]["subnet"]
    assert portal["environment"]["TRUSTED_PROXIES"] == subnet


def test_other_configuration_can_be_read() -> None:
    hooks = yaml.safe_load(text(".pre-commit-config.yaml"))["repos"][0]["hooks"]
    assert [hook["id"] for hook in hooks] == ["ruff", "ruff-format", "djlint", "import-order"]
    editorconfig = configparser.ConfigParser()
    editorconfig.read_string("[top]\n" + text(".editorconfig"))
    assert "Makefile" in editorconfig


def test_the_image_takes_every_folder_the_portal_needs() -> None:
    copied = set(re.findall(r"^COPY (\S+) ", text("Dockerfile"), re.MULTILINE))
    allowed = {line[1:] for line in text(".dockerignore").splitlines() if line.startswith("!")}
    assert copied == allowed
    assert {"portal", "notices", "templates", "static", "locale"} <= copied
