"""The settings as a whole, read by a process of their own as in production."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

SECRET = "0123456789abcdefghijklmnopqrstuvwxyz-0123456789abcdefghijklmnopqrstuvwxyz"


def manage(folder: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py in an environment that holds nothing but `env`."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env={"DATA_DIR": str(folder), **env},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def shown(folder: Path, names: str, **env: str) -> dict[str, object]:
    code = (
        "import json; from django.conf import settings; "
        f"print(json.dumps({{n: getattr(settings, n) for n in {names.split()!r}}}, default=str))"
    )
    result = manage(folder, "shell", "--no-imports", "-c", code, SECRET_KEY=SECRET, **env)
    assert result.returncode == 0, result.stderr
    values: dict[str, object] = json.loads(result.stdout)
    return values


def test_the_documented_production_settings_pass_djangos_deployment_check(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(SECRET, encoding="utf-8")
    result = manage(
        tmp_path,
        *("check", "--deploy", "--fail-level", "WARNING"),
        SECRET_KEY_FILE=str(tmp_path / "key"),
        BASE_URL="https://datenschutz.example.de",
        DATABASE_URL="postgres://lupe@db/lupe",
        TRUSTED_PROXIES="127.0.0.1",
    )
    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DEBUG", "maybe", "DEBUG must be on or off"),
        ("DATABASE_URL", "nonsense", "DATABASE_URL must look like"),
        ("BASE_URL", "example.de", "BASE_URL must look like"),
        ("TRUSTED_PROXIES", "proxy", "TRUSTED_PROXIES must be"),
        ("FOUR_EYES", "sometimes", "FOUR_EYES must be on or off"),
        ("SECRET_KEY", "", "SECRET_KEY is missing"),
        ("SECRET_KEY_FILE", "/no/such/file", "SECRET_KEY_FILE names"),
        ("CACHE_URL", "nonsense", "CACHE_URL must look like"),
        ("EMAIL_URL", "nonsense", "EMAIL_URL must look like"),
        ("ZOOM_CLIENT_ID", "alone", "To connect a Zoom account set"),
        ("ZOOM_API_URL", "http://api.zoom.us/v2", "ZOOM_API_URL must look like"),
        ("ALLOWED_HOSTS", "http://a", "ALLOWED_HOSTS must be"),
        ("DATA_DIR", "/dev/null/below", "DATA_DIR is /dev/null/below"),
    ],
)
def test_a_bad_value_stops_the_start_with_one_sentence(
    tmp_path: Path, name: str, value: str, sentence: str
) -> None:
    env = {"SECRET_KEY": SECRET, "DATA_DIR": str(tmp_path)}
    if name == "SECRET_KEY_FILE":
        del env["SECRET_KEY"]
    result = subprocess.run(
        [sys.executable, "-c", "import portal.settings"],
        cwd=settings.BASE_DIR,
        env={**env, name: value},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert result.stderr.startswith(sentence)
    assert result.stderr.count("\n") == 1


def test_https_settings_follow_the_base_url(tmp_path: Path) -> None:
    names = "SESSION_COOKIE_NAME CSRF_COOKIE_SECURE SECURE_HSTS_SECONDS SECURE_SSL_REDIRECT"
    assert shown(tmp_path, names, BASE_URL="https://a.example", TRUSTED_PROXIES="::1") == {
        "SESSION_COOKIE_NAME": "__Host-session",
        "CSRF_COOKIE_SECURE": True,
        "SECURE_HSTS_SECONDS": 31536000,
        "SECURE_SSL_REDIRECT": True,
    }
    assert shown(tmp_path, names) == {
        "SESSION_COOKIE_NAME": "session",
        "CSRF_COOKIE_SECURE": False,
        "SECURE_HSTS_SECONDS": 0,
        "SECURE_SSL_REDIRECT": False,
    }


def test_without_a_trusted_proxy_nothing_is_redirected_in_circles(tmp_path: Path) -> None:
    values = shown(tmp_path, "SECURE_SSL_REDIRECT DEBUG", BASE_URL="https://a.example")
    assert values == {"SECURE_SSL_REDIRECT": False, "DEBUG": False}


@pytest.mark.django_db
def test_sqlite_refuses_to_slip_past_append_only_triggers() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("a setting of SQLite only")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers")
        assert cursor.fetchone() == (1,)
        cursor.execute("PRAGMA foreign_keys")
        assert cursor.fetchone() == (1,)
    assert connection.transaction_mode == "IMMEDIATE"  # type: ignore[attr-defined]


def test_logs_never_hold_the_address_of_a_reader() -> None:
    logging: dict[str, Any] = settings.LOGGING
    kinds = {handler["class"] for handler in logging["handlers"].values()}
    assert kinds == {"logging.StreamHandler"}
    assert {kind["()"] for kind in logging["formatters"].values()} == {
        "portal.serving.log_lines.JsonLine"
    }
