"""manage.py check_zoom: from Zoom's answers to what readers, machines and staff see."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client

from notices.firm import jobs
from notices.safeguards.check_requests import request_reread
from notices.safeguards.models import Check, Finding, Safeguard, ZoomToken
from portal.staff.zoom_check import ZOOM_CHECK
from tests.safeguards.zoom.check_zoom.commands import BUSY, STAFF_START, check_zoom
from tests.safeguards.zoom.conftest import Fake

pytestmark = pytest.mark.thorough


@pytest.fixture
def alerted(starter: None, reviewer: User) -> User:
    """Somebody whom an alert reaches by mail."""
    reviewer.email = "pruefung@muster.example"
    reviewer.save()
    return reviewer


def text_of(path: str, client: Client | None = None) -> str:
    return (client or Client()).get(path, follow=True).content.decode()


def recording_in_api() -> dict[str, Any]:
    rows = Client().get("/api/safeguards.json").json()["safeguards"]
    found: dict[str, Any] = next(row for row in rows if row["key"] == "cloud_recording")
    return found


def test_drift_is_seen_everywhere_and_ends_with_its_history(fake: Fake, alerted: User) -> None:
    staff = Client()
    staff.force_login(alerted)
    cloud = Safeguard.objects.get(key="cloud_recording")
    off_claim = cloud.wordings.filter(state="off").get().text_de
    assert check_zoom()[0] == 0
    assert recording_in_api()["state"] == "on"
    on_quick = text_of("/de/")
    mail.outbox.clear()

    fake.play({"bundle": "../examples/02-drifted.json", "token": {"expires_in": 3600}})
    assert check_zoom()[0] == 1
    assert recording_in_api()["state"] == "off"
    assert recording_in_api()["deviation"] is not None
    assert off_claim in text_of("/de/schutz/")
    assert text_of("/de/") != on_quick
    assert cloud.name in text_of("/de/aenderungen.atom")
    [finding] = cloud.findings.filter(verdict="not_protected")
    assert f"explanation/add/?finding={finding.pk}" in text_of(STAFF_START, staff)
    told = len(mail.outbox)
    assert [f"- {cloud.name}\n" in message.body for message in mail.outbox] == [True]
    assert check_zoom()[0] == 1
    assert len(mail.outbox) == told

    fake.play("happy")
    assert check_zoom()[0] == 0
    assert recording_in_api()["state"] == "on"
    assert recording_in_api()["deviation"] is None
    assert off_claim not in text_of("/de/schutz/")
    assert f"finding={finding.pk}" not in text_of(STAFF_START, staff)
    assert [f"- {cloud.name}\n" in message.body for message in mail.outbox] == [True, True]
    told = len(mail.outbox)
    assert check_zoom()[0] == 0
    assert len(mail.outbox) == told
    verdicts = cloud.findings.filter(source="account").values_list("verdict", flat=True)
    assert list(verdicts) == ["protected", "not_protected", "protected"]


def test_an_account_that_cannot_be_read_is_on_record_and_changes_nothing(
    fake: Fake, waits: list[float], starter: None
) -> None:
    assert check_zoom()[0] == 0
    findings = Finding.objects.count()
    ZoomToken.objects.all().delete()
    fake.play({**BUSY, "faults": [], "credentials": {"client_secret": "renewed at Zoom"}})
    code, text = check_zoom()
    assert code == 2
    assert "Traceback" not in text
    assert "demo-secret" not in text
    newest = Check.objects.last()
    assert newest is not None
    assert newest.outcome == "failed"
    assert newest.error
    assert newest.error in text
    assert Finding.objects.count() == findings


def test_the_recurring_jobs_check_when_due_and_when_asked(fake: Fake, starter: None) -> None:
    assert jobs.run(ZOOM_CHECK) is jobs.Outcome.DONE
    assert jobs.run(ZOOM_CHECK) is jobs.Outcome.NOT_DUE
    request_reread()
    assert jobs.run(ZOOM_CHECK) is jobs.Outcome.DONE
    assert jobs.run(ZOOM_CHECK) is jobs.Outcome.NOT_DUE
    assert Check.objects.filter(source="account", outcome="done").count() == 2
