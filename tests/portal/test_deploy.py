"""The files around the code: locks, scripts, units, container."""

from __future__ import annotations

import configparser
import json
import re
import shutil
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

ROOT: Path = settings.BASE_DIR
DEPLOY = ROOT / "portal" / "deploy"
# The second version lies beside the program that it extends, and runs by itself as well.
PLUGINS = "/usr/libexec/docker/cli-plugins:/usr/lib/docker/cli-plugins"
COMPOSE = shutil.which("docker-compose") or shutil.which("docker-compose", path=PLUGINS)
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


def test_nginx_understands_its_example(tmp_path: Path) -> None:
    if not (nginx := shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")):
        pytest.skip("no nginx here")
    key, site = tmp_path / "key.pem", tmp_path / "site.conf"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x"]
    made += ["-keyout", str(key), "-out", str(tmp_path / "cert.pem")]
    subprocess.run(made, check=True, capture_output=True)
    folder = "/etc/letsencrypt/live/datenschutz.example.de"
    example = text("portal/deploy/nginx.conf").replace("/var/cache/", f"{tmp_path}/")
    example = example.replace(f"{folder}/fullchain.pem", str(tmp_path / "cert.pem"))
    site.write_text(example.replace(f"{folder}/privkey.pem", str(key)))
    whole = tmp_path / "nginx.conf"
    whole.write_text(f"pid {tmp_path}/pid; events {{}} http {{ include {site}; }}")
    tried = subprocess.run([nginx, "-t", "-c", str(whole)], capture_output=True, text=True)
    assert tried.returncode == 0, tried.stderr


def test_nginx_can_make_the_folder_of_kept_pages_on_any_system() -> None:
    (folder,) = re.findall(r"proxy_cache_path (\S+)", text("portal/deploy/nginx.conf"))
    # It makes the last folder only.
    assert Path(folder).parent == Path("/var/cache")


def test_the_example_for_caddy_is_put_where_it_may_stand() -> None:
    """Behind another site, as the package of Debian brings one, Caddy refuses its first block."""
    ours, theirs = text("portal/deploy/Caddyfile"), "/etc/caddy/Caddyfile"
    assert re.sub(r"#.*\n", "", ours).lstrip().startswith("{\n")
    put = [line for line in text("README.md").splitlines() if theirs in line]
    assert [line.partition("    #")[0] for line in put] == [f"cp portal/deploy/Caddyfile {theirs}"]


def test_no_proxy_speaks_an_old_tls() -> None:
    nginx = text("portal/deploy/nginx.conf")
    assert re.findall(r"ssl_protocols (.*);", nginx) == ["TLSv1.2 TLSv1.3"]
    # Caddy's own default is the same, and its example does not widen it.
    assert "protocols tls1" not in text("portal/deploy/Caddyfile")


def test_caddy_understands_its_example() -> None:
    if not (caddy := shutil.which("caddy")):
        pytest.skip("no Caddy here")
    command = [caddy, "validate", "--adapter", "caddyfile", "--config", str(DEPLOY / "Caddyfile")]
    tried = subprocess.run(command, capture_output=True, text=True)
    assert tried.returncode == 0, tried.stderr


def test_the_proxies_log_no_reader() -> None:
    nginx = text("portal/deploy/nginx.conf")
    servers = nginx.count("server {")
    assert nginx.count("access_log off;") == nginx.count("error_log /dev/null;") == servers
    assert "exclude http.log.error" in text("portal/deploy/Caddyfile")


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
    assert set(compose["services"]) == {"db", "portal", "jobs", "caddy"}
    used = {
        secret for service in compose["services"].values() for secret in service.get("secrets", [])
    }
    assert used == set(compose["secrets"])
    portal, jobs = compose["services"]["portal"], compose["services"]["jobs"]
    assert "run_due_jobs" in jobs["command"][-1]
    own = ("depends_on", "command", "healthcheck")
    assert {name: jobs[name] for name in jobs if name not in own} == {
        name: portal[name] for name in portal if name not in own
    }
    assert all("size=" in place for place in portal["tmpfs"])
    subnet = compose["networks"]["inside"]["ipam"]["config"][0]["subnet"]
    assert portal["environment"]["TRUSTED_PROXIES"] == subnet


@pytest.mark.skipif(not COMPOSE, reason="no docker-compose here")
@pytest.mark.parametrize("name", ["compose.yaml", "portal/deploy/compose-two.yaml"])
def test_compose_understands_its_files(name: str) -> None:
    command = [str(COMPOSE), "--file", str(ROOT / name), "config"]
    without = subprocess.run(command, env={}, capture_output=True, text=True)
    assert without.returncode != 0
    assert "to the name of the" in without.stderr
    domains = dict.fromkeys(re.findall(r"\$\{(\w+):\?", text(name)), "lupe.example")
    told = subprocess.run(command, env=domains, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    assert set(yaml.safe_load(told.stdout)["services"]) == set(
        yaml.safe_load(text(name))["services"]
    )


def test_two_portals_share_nothing_but_the_proxy() -> None:
    compose: dict[str, Any] = yaml.safe_load(text("portal/deploy/compose-two.yaml"))
    services = compose["services"]
    assert {
        "first",
        "first-db",
        "first-jobs",
        "second",
        "second-db",
        "second-jobs",
        "caddy",
    } == set(services)
    kept: dict[str, set[str]] = {}
    for firm, other in (("first", "second"), ("second", "first")):
        portal = services[firm]
        assert portal["networks"] == services[f"{firm}-db"]["networks"] == [firm]
        assert services[f"{firm}-jobs"]["environment"] == portal["environment"]
        subnet = compose["networks"][firm]["ipam"]["config"][0]["subnet"]
        assert portal["environment"]["TRUSTED_PROXIES"] == subnet
        assert firm.upper() in portal["environment"]["BASE_URL"]
        own = [services[name] for name in (firm, f"{firm}-db", f"{firm}-jobs")]
        kept[firm] = {place.split(":")[0] for one in own for place in one["volumes"]} | {
            secret["source"] for one in own for secret in one["secrets"]
        }
        assert not {name for name in kept[firm] if other in name}
    assert not kept["first"] & kept["second"]
    assert {*kept["first"], *kept["second"]} >= set(compose["secrets"])
    proxy = text("portal/deploy/Caddyfile-two")
    assert "import portal first:8000" in proxy
    assert "import portal second:8000" in proxy


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


def test_the_image_runs_as_a_user_of_its_own_and_writes_only_where_volumes_are() -> None:
    lines = text("Dockerfile").splitlines()
    assert lines.index("USER 10001") < next(n for n, line in enumerate(lines) if "CMD [" in line)
    assert "--uid 10001" in text("Dockerfile")
    assert "PYTHONDONTWRITEBYTECODE=1" in text("Dockerfile")
    portal = yaml.safe_load(text("compose.yaml"))["services"]["portal"]
    assert portal["read_only"]
    owned = re.search(r"--owner=lupe --group=nogroup (.+)", text("Dockerfile"))
    assert owned
    assert {place.split(":")[1] for place in portal["volumes"]} == set(owned[1].split())


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_the_health_check_of_the_image_tells_a_portal_that_answers(status: int, code: int) -> None:
    class Portal(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            pass

    said = re.search(r"HEALTHCHECK .*\n +CMD (\[.+\])", text("Dockerfile"))
    assert said
    with HTTPServer(("127.0.0.1", 0), Portal) as server:
        Thread(target=server.handle_request, daemon=True).start()
        _python, *words = json.loads(said[1])
        words = [word.replace(":8000/", f":{server.server_port}/") for word in words]
        asked = subprocess.run([sys.executable, *words], capture_output=True, timeout=30)
    assert asked.returncode == code


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
@pytest.mark.parametrize(
    "name", ["lupe.service", "lupe.socket", "lupe-jobs.service", "lupe-jobs.timer"]
)
def test_systemd_understands_its_units(tmp_path: Path, name: str) -> None:
    for file in DEPLOY.glob("lupe*"):
        # The checkout is elsewhere on this machine.
        words = file.read_text(encoding="utf-8").replace("/opt/lupe/.venv/bin/python", "/bin/true")
        (tmp_path / file.name).write_text(words)
    tried = subprocess.run(
        ["systemd-analyze", "verify", str(tmp_path / name)], capture_output=True, text=True
    )
    said = [line for line in tried.stderr.splitlines() if "lupe" in line]
    assert (tried.returncode, said) == (0, []), tried.stderr
