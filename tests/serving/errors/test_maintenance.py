"""What readers and staff see while the portal is closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import (
    connection,
)
from django.test import Client

from portal.management.commands.maintenance import parse
from portal.serving import maintenance
from tests.factories import make_user
from tests.serving.errors.asking import text_of

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)  # 12:00 in Berlin


@pytest.fixture
def closed(organisation: Any) -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        call_command("maintenance", "--until", "14:00", verbosity=0)
        yield


def test_during_maintenance_readers_are_told_until_when(client: Client, closed: None) -> None:
    response = client.get("/de/")
    assert response.status_code == 503
    assert "<h1>Die Seite ist bis 14 Uhr nicht erreichbar.</h1>" in text_of(response)
    assert "Was Sie zum Teilnehmen brauchen, steht in Ihrer Einladung." in text_of(response)
    assert response["Retry-After"] == "7200"
    assert "unavailable until 14:00." in text_of(client.get("/en/"))


def test_during_maintenance_staff_and_probes_go_on(client: Client, closed: None) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200
    assert client.get("/admin/login/").status_code == 200
    client.force_login(make_user("editor"))
    assert client.get("/de/kontakt/").status_code == 200


def test_a_made_up_session_opens_nothing(client: Client, closed: None) -> None:
    client.cookies["session"] = "0123456789abcdef0123456789abcdef"
    assert client.get("/de/kontakt/").status_code == 503


def test_maintenance_ends_by_itself(client: Client, closed: None) -> None:
    with time_machine.travel(NOON + timedelta(hours=2), tick=False):
        assert client.get("/de/kontakt/").status_code == 200


def test_maintenance_can_be_ended_early(client: Client, closed: None) -> None:
    call_command("maintenance", "--off", verbosity=0)
    assert client.get("/de/kontakt/").status_code == 200


def test_maintenance_is_told_even_while_the_database_is_down(
    client: Client, closed: None, database_down: None
) -> None:
    client.cookies["session"] = "0123456789abcdef0123456789abcdef"
    assert "bis 14 Uhr" in text_of(client.get("/de/"))


def test_a_maintenance_into_the_next_day_names_the_day(client: Client, organisation: Any) -> None:
    with time_machine.travel(NOON, tick=False):
        call_command("maintenance", "--until", "2026-11-24T06:00", verbosity=0)
        assert "bis 24. November 2026, 6 Uhr nicht erreichbar" in text_of(client.get("/de/"))


def test_a_time_of_day_is_the_next_one() -> None:
    assert parse("14:00", NOON) == NOON + timedelta(hours=2)
    assert parse("02:00", NOON) == NOON + timedelta(hours=14)


@pytest.mark.parametrize("text", ["", "soon", "25:00", "2026-13-01T00:00", "2026-11-23T11:59"])
def test_an_unclear_or_past_time_is_refused(text: str) -> None:
    with pytest.raises(CommandError):
        parse(text, NOON)


@pytest.mark.parametrize("content", ["", "half a da", "2026-11-23T14:00", "\ud83d"])
def test_an_unreadable_note_never_keeps_the_site_closed(tmp_path: Path, content: str) -> None:
    (tmp_path / "maintenance-until").write_bytes(content.encode("utf-8", "surrogatepass"))
    assert maintenance.planned_until(NOON) is None


def test_open_pages_ask_nobody_who_they_are(client: Client, organisation: Any) -> None:
    client.cookies["session"] = "0123456789abcdef0123456789abcdef"
    with connection.execute_wrapper(_refuse_sessions):
        assert client.get("/de/kontakt/").status_code == 200


def _refuse_sessions(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    assert "django_session" not in sql
    return execute(sql, params, many, context)
