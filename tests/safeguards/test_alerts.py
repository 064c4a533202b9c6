"""Reviewers hear of a deviation when it opens and when it closes, once each."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import Settings

from notices.firm import jobs
from notices.safeguards import alerts
from notices.safeguards.models import DeviationNotice, Safeguard
from tests.factories import make_safeguard, make_user, record_state

pytestmark = pytest.mark.django_db


def reviewer(address: str = "pruefung@muster.example") -> User:
    user = make_user("reviewer")
    user.email = address
    user.save()
    return user


def drift(safeguard: Safeguard) -> None:
    record_state(safeguard, at=timezone.now() - timedelta(days=2))
    record_state(safeguard, "not_protected", at=timezone.now() - timedelta(hours=2))


def mend(safeguard: Safeguard) -> None:
    record_state(safeguard, at=timezone.now() - timedelta(hours=1))


def test_opening_and_closing_are_told_once_each(settings: Settings) -> None:
    settings.BASE_URL = "https://portal.example"
    reviewer()
    safeguard = make_safeguard("waiting_room")
    drift(safeguard)
    alerts.send_pending()
    alerts.send_pending()
    [opened] = mail.outbox
    assert opened.to == ["pruefung@muster.example"]
    assert "Schutz waiting_room" in opened.subject
    finding = safeguard.findings.last()
    assert finding is not None
    link = f"https://portal.example/admin/safeguards/explanation/add/?finding={finding.pk}"
    assert link in opened.body
    mend(safeguard)
    alerts.send_pending()
    alerts.send_pending()
    _opened, closed = mail.outbox
    assert "Schutz waiting_room" in closed.subject
    assert closed.subject != opened.subject
    assert link not in closed.body


def test_a_second_deviation_is_told_again() -> None:
    reviewer()
    safeguard = make_safeguard("waiting_room")
    drift(safeguard)
    mend(safeguard)
    record_state(safeguard, "not_protected")
    alerts.send_pending()
    assert len(mail.outbox) == 3


def test_only_active_reviewers_with_an_address_are_told() -> None:
    gone = reviewer("weg@muster.example")
    gone.is_active = False
    gone.save()
    editor = make_user("editor")
    editor.email = "buero@muster.example"
    editor.save()
    drift(make_safeguard("waiting_room"))
    alerts.send_pending()
    assert mail.outbox == []
    reviewer()
    alerts.send_pending()
    assert [message.to for message in mail.outbox] == [["pruefung@muster.example"]]


def test_what_ended_long_ago_and_sample_states_alarm_nobody() -> None:
    reviewer()
    old, sample = make_safeguard("old"), make_safeguard("sample")
    record_state(old, "not_protected", at=timezone.now() - timedelta(days=90))
    record_state(old, at=timezone.now() - timedelta(days=30))
    record_state(sample, "not_protected", source="import")
    alerts.send_pending()
    assert mail.outbox == []


def test_a_mail_that_fails_waits_for_the_next_run(monkeypatch: pytest.MonkeyPatch) -> None:
    reviewer()
    drift(make_safeguard("waiting_room"))

    def refuse(*args: object) -> None:
        raise OSError("no route to pruefung@muster.example")

    with monkeypatch.context() as broken:
        broken.setattr(alerts, "send_mail", refuse)
        assert jobs.run(alerts.ALERTS) is jobs.Outcome.FAILED
    assert not DeviationNotice.objects.exists()
    assert jobs.run(alerts.ALERTS) is jobs.Outcome.DONE
    assert len(mail.outbox) == 1


def test_of_two_processes_with_the_same_alert_one_sends() -> None:
    reviewer()
    drift(make_safeguard("waiting_room"))
    [alert] = alerts.pending(timezone.now())
    alerts._send(alert, ["pruefung@muster.example"])
    alerts._send(alert, ["pruefung@muster.example"])
    assert len(mail.outbox) == 1


def test_the_record_of_an_alert_is_append_only() -> None:
    reviewer()
    drift(make_safeguard("waiting_room"))
    alerts.send_pending()
    with pytest.raises(IntegrityError), transaction.atomic():
        DeviationNotice.objects.update(kind="closed")
