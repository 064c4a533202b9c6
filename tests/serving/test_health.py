"""/healthz and /readyz: real checks, never a constant."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from notices.firm.models import JobRun
from notices.firm.storage.append_only import missing_triggers, thawed
from notices.safeguards.models import Check, Source
from portal.setup import prepare

PATHS = ["/healthz", "/readyz"]


def report(client: Client, expected: int) -> dict[str, Any]:
    response = client.get("/readyz")
    assert response.status_code == expected
    found: dict[str, Any] = response.json()
    return found


def test_the_process_says_ok_without_asking_the_database(client: Client) -> None:
    # No database fixture: a query would fail this test.
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_a_first_start_is_ready_and_names_what_is_not_set_up(client: Client) -> None:
    assert report(client, 200) == {
        "ready": True,
        "database": "ok",
        "migrations": "ok",
        "append_only": "ok",
        "site_version": "ok",
        "derived": "ok",
        "seconds_since_zoom_check": None,
        "seconds_since_jobs_run": None,
        "seconds_since_backup": None,
        "not_set_up": ["Zoom account", "recurring jobs"],
        "troubles": ["jobs never ran", "no backup"],
    }


@pytest.mark.django_db
def test_others_learn_only_whether_it_serves(client: Client, settings: Settings) -> None:
    only = {"ready": True}
    elsewhere = client.get("/readyz", REMOTE_ADDR="203.0.113.9")
    through_the_proxy = client.get("/readyz", headers={"x-forwarded-for": "203.0.113.9"})
    assert elsewhere.json() == through_the_proxy.json() == only
    settings.METRICS_TOKEN = "a-token-for-the-monitor"
    for token, is_told in (("a-token-for-the-monitor", True), ("another", False), ("", False)):
        asked = {"authorization": f"Bearer {token}", "x-forwarded-for": "203.0.113.9"}
        assert ("troubles" in client.get("/readyz", headers=asked).json()) is is_told
    assert "troubles" in report(client, 200)


@pytest.mark.django_db
def test_it_tells_the_age_of_the_last_successful_check_and_jobs_run(client: Client) -> None:
    now = timezone.now()
    for hours, source, outcome in (
        (5, Source.ACCOUNT, Check.Outcome.DONE),
        (2, Source.ACCOUNT, Check.Outcome.FAILED),
        (1, Source.HAND, Check.Outcome.DONE),
    ):
        Check.objects.create(at=now - timedelta(hours=hours), source=source, outcome=outcome)
    JobRun.objects.create(name="heartbeat", last_finished_at=now - timedelta(minutes=10))
    found = report(client, 200)
    assert found["seconds_since_zoom_check"] == pytest.approx(5 * 3600, abs=30)
    assert found["seconds_since_jobs_run"] == pytest.approx(600, abs=30)
    assert found["not_set_up"] == []


@pytest.mark.django_db
def test_it_is_not_ready_without_the_database_and_gives_nothing_away(client: Client) -> None:
    failing = OperationalError("connection to 10.9.8.7 refused for user secret-user")
    with patch.object(BaseDatabaseWrapper, "cursor", side_effect=failing):
        response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["database"] == "does not answer"
    for detail in (b"10.9.8.7", b"secret-user", b"Error"):
        assert detail not in response.content


@pytest.mark.django_db
def test_it_is_not_ready_while_a_migration_is_missing(client: Client) -> None:
    MigrationRecorder(connection).record_unapplied("firm", "0001_initial")
    assert report(client, 503)["migrations"] == "pending"


@pytest.mark.django_db
def test_it_is_not_ready_when_recorded_rows_could_be_changed(client: Client) -> None:
    with connection.cursor() as cursor:
        table = "" if connection.vendor == "sqlite" else ' ON "firm_auditentry"'
        cursor.execute(f'DROP TRIGGER "firm_auditentry_no_delete"{table}')
    assert missing_triggers(connection) == {"firm_auditentry_no_delete"}
    assert report(client, 503)["append_only"] == "triggers are missing"


@pytest.mark.django_db
def test_what_a_newer_release_lifts_while_it_migrates_keeps_nobody_out(client: Client) -> None:
    with thawed(connection):
        with prepare.alone():
            assert report(client, 200)["append_only"] == "being prepared"
        assert report(client, 503)["append_only"] == "triggers are missing"


@pytest.mark.django_db
def test_a_disabled_trigger_counts_as_missing(client: Client) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite cannot disable a trigger")
    with connection.cursor() as cursor:
        cursor.execute('ALTER TABLE "firm_auditentry" DISABLE TRIGGER "firm_auditentry_no_update"')
    assert missing_triggers(connection) == {"firm_auditentry_no_update"}


@pytest.mark.django_db(transaction=True)
def test_while_the_triggers_are_lifted_every_one_is_missing() -> None:
    assert missing_triggers(connection) == set()
    with thawed(connection):
        assert "editions_edition_no_update" in missing_triggers(connection)
    assert missing_triggers(connection) == set()


@pytest.mark.django_db
@pytest.mark.parametrize("path", PATHS)
def test_probes_are_never_cached_and_only_read(client: Client, path: str) -> None:
    assert client.get(path)["Cache-Control"] == "no-store"
    head = client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    for method in (client.post, client.put, client.delete, client.options, client.trace):
        assert method(path).status_code == 405


@pytest.mark.django_db
def test_the_recurring_jobs_leave_their_mark(client: Client) -> None:
    call_command("run_due_jobs", verbosity=0)
    assert report(client, 200)["seconds_since_jobs_run"] == pytest.approx(0, abs=30)
