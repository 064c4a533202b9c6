"""What can be misconfigured is said by `manage.py check`, with a hint."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.db import connection
from pytest_django import Settings

from portal import checks

PROXY = [ipaddress.ip_network("127.0.0.1")]


def ours(*, deploy: bool = False, **options: Any) -> list[str | None]:
    found = run_checks(include_deployment_checks=deploy, **options)
    own = [message for message in found if str(message.id).startswith("portal.")]
    assert all(message.hint for message in own)
    return [message.id for message in own]


def test_the_shipped_settings_are_clean() -> None:
    assert ours() == []


def test_documented_production_is_clean(settings: Settings) -> None:
    settings.BASE_URL = "https://portal.example.de"
    settings.TRUSTED_PROXIES = PROXY
    assert ours(deploy=True) == []


def test_it_misses_the_compiled_german_texts(settings: Settings, tmp_path: Path) -> None:
    settings.LOCALE_PATHS = [tmp_path]
    assert ours() == ["portal.E001"]


def test_it_asks_for_the_address_behind_a_proxy(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = PROXY
    assert ours() == ["portal.W001"]


def test_it_mentions_that_one_person_may_publish_alone(settings: Settings) -> None:
    settings.FOUR_EYES = False
    assert ours() == []
    assert ours(deploy=True) == ["portal.W002"]


def test_it_asks_for_the_proxy_that_speaks_https(settings: Settings) -> None:
    settings.BASE_URL = "https://portal.example.de"
    assert ours(deploy=True) == ["portal.W003"]


def test_it_warns_of_made_up_hosts(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    assert ours(deploy=True) == ["portal.W004"]


SMTP = "django.core.mail.backends.smtp.EmailBackend"
OPEN: list[dict[str, Any]] = [
    {"DATABASES": {"default": {"HOST": "db.example.de", "OPTIONS": {}}}},
    {"DATABASES": {"default": {"HOST": "db.example.de", "OPTIONS": {"sslmode": "prefer"}}}},
    {"EMAIL_BACKEND": SMTP, "EMAIL_HOST": "mail.example.de"},
    {"CACHES": {"default": {"LOCATION": "redis://cache.example.de:6379/0"}}},
]
CLOSED: list[dict[str, Any]] = [
    {"DATABASES": {"default": {"HOST": "db.example.de", "OPTIONS": {"sslmode": "require"}}}},
    {"DATABASES": {"default": {"HOST": "/var/run/postgresql", "OPTIONS": {}}}},
    {"DATABASES": {"default": {"HOST": "db", "OPTIONS": {}}}},
    {"EMAIL_BACKEND": SMTP, "EMAIL_HOST": "mail.example.de", "EMAIL_USE_TLS": True},
    {"EMAIL_BACKEND": SMTP, "EMAIL_HOST": "127.0.0.1"},
    {"CACHES": {"default": {"LOCATION": "rediss://cache.example.de:6379/0"}}},
    {"CACHES": {"default": {"LOCATION": "redis://[::1]:6379/0"}}},
]


@pytest.mark.parametrize("changes", [*OPEN, *CLOSED])
def test_it_warns_of_neighbours_that_are_spoken_to_in_the_open(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]
) -> None:
    for name, value in changes.items():
        monkeypatch.setattr(f"django.conf.settings.{name}", value)
    found = checks.neighbours_in_the_open(None)
    assert [message.id for message in found] == (["portal.W007"] if changes in OPEN else [])
    assert all(message.hint for message in found)


@pytest.mark.django_db
def test_it_misses_the_triggers_that_refuse_changes() -> None:
    assert ours(databases=["default"]) == []
    with connection.cursor() as cursor:
        table = "" if connection.vendor == "sqlite" else ' ON "firm_auditentry"'
        cursor.execute(f'DROP TRIGGER "firm_auditentry_no_update"{table}')
    assert ours(databases=["default"]) == ["portal.W005"]
