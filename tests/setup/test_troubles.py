"""What an operator has to mend is told where it is looked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.checks import run_checks
from django.test import Client
from pytest_django import Settings

from notices.firm import jobs
from notices.firm.models import JobRun
from portal.setup import troubles
from tests.factories import make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def keys(now: datetime = NOW) -> list[str]:
    return [trouble.key for trouble in troubles.troubles(now)]


@pytest.fixture
def well() -> None:
    jobs.beat(NOW)
    troubles.note_backup(NOW)


def test_a_new_portal_lacks_its_timer_and_a_backup() -> None:
    assert keys() == ["jobs never ran", "no backup"]


def test_where_all_is_well_nothing_is_told(well: None) -> None:
    assert keys() == []


def test_jobs_that_stopped_and_a_backup_that_grew_old_are_told(well: None) -> None:
    assert keys(NOW + timedelta(minutes=61)) == ["jobs stopped"]
    assert keys(NOW + timedelta(hours=25)) == ["jobs stopped", "backup is old"]


def test_how_old_a_backup_may_be_is_the_firms_choice(well: None, settings: Settings) -> None:
    settings.BACKUP_REMINDER_HOURS = 0
    assert keys(NOW + timedelta(days=9)) == ["jobs stopped"]


def test_times_in_the_future_are_not_believed() -> None:
    jobs.beat(NOW + timedelta(days=40))
    troubles.note_backup(NOW + timedelta(days=40))
    assert keys() == ["jobs never ran", "no backup"]


def test_a_job_that_failed_or_died_is_named(well: None) -> None:
    JobRun.objects.create(name="alerts", last_finished_at=NOW, last_error="ValueError")
    JobRun.objects.create(name="make-pdfs", last_started_at=NOW, leased_until=NOW)
    JobRun.objects.create(
        name="at-work", last_started_at=NOW, leased_until=NOW + timedelta(hours=1)
    )
    assert keys() == ["job failed: alerts", "job failed: make-pdfs"]


def test_without_a_way_for_mail_alarms_reach_nobody(well: None, settings: Settings) -> None:
    make_user("reviewer")
    make_user("editor")
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert keys() == ["no mail server", "reviewers without address"]


@pytest.mark.parametrize(("role", "told"), [("operator", 1), ("reviewer", 1), ("editor", 0)])
def test_the_start_page_tells_those_who_can_act(role: str, told: int) -> None:
    client = Client()
    client.force_login(make_user(role))
    page = client.get("/admin/").content.decode()
    assert page.count("Es gibt noch keine Sicherung.") == told


def test_readyz_and_the_check_before_going_live_tell_it_too(client: Client) -> None:
    JobRun.objects.create(name="alerts", last_finished_at=NOW, last_error="ValueError")
    assert "job failed: alerts" in client.get("/readyz").json()["troubles"]
    found = run_checks(include_deployment_checks=True, databases=["default"])
    assert any("alerts" in one.msg for one in found if one.id == "portal.W006")
