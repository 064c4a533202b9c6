"""Reviewers hear of a deviation when it opens and when it closes, once each."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from pytest_django import Settings

from notices.firm import jobs
from notices.safeguards.mails import alerts
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
    settings.ADDRESS_IN_MAILS = "https://portal.example"
    reviewer()
    safeguard = make_safeguard("waiting_room")
    drift(safeguard)
    alerts.send_pending()
    alerts.send_pending()
    [opened] = mail.outbox
    assert opened.bcc == ["pruefung@muster.example"]
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


def test_one_mail_names_all_that_a_check_found() -> None:
    reviewer()
    safeguards = [make_safeguard(key) for key in ("waiting_room", "chat", "cdn")]
    for safeguard in safeguards:
        drift(safeguard)
    alerts.send_pending()
    [message] = mail.outbox
    assert message.subject.endswith("3 Schutzeinstellungen")
    for safeguard in safeguards:
        assert f"- Schutz {safeguard.key}\n" in message.body
        finding = safeguard.findings.get(verdict="not_protected")
        assert f"?finding={finding.pk}\n" in message.body


def test_what_ended_before_it_was_told_is_told_as_ended_only() -> None:
    reviewer()
    safeguard = make_safeguard("waiting_room")
    drift(safeguard)
    mend(safeguard)
    alerts.send_pending()
    [message] = mail.outbox
    assert "wieder" in message.subject
    assert "explanation/add" not in message.body
    assert "beendet" in message.body
    record_state(safeguard, "not_protected")
    alerts.send_pending()
    _ended, opened = mail.outbox
    assert "explanation/add" in opened.body
    assert "beendet" not in opened.body


@pytest.mark.django_db(transaction=True)
def test_no_transaction_waits_for_the_mail_server(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []

    def send(self: mail.EmailMessage, fail_silently: bool = False) -> int:
        seen.append(connection.in_atomic_block)
        # What another process does meanwhile is not held up, and it does not send it too.
        seen.append(jobs.run(alerts.ALERTS) is not jobs.Outcome.ELSEWHERE)
        return 1

    reviewer()
    drift(make_safeguard("waiting_room"))
    monkeypatch.setattr(mail.EmailMessage, "send", send)
    assert jobs.run(alerts.ALERTS) is jobs.Outcome.DONE
    assert seen == [False, False]
    assert DeviationNotice.objects.count() == 1


def test_a_line_break_in_a_name_stops_no_mail() -> None:
    reviewer()
    safeguard = make_safeguard("waiting_room", name_de="Warte\r\nraum\x0b an")
    drift(safeguard)
    alerts.send_pending()
    [message] = mail.outbox
    assert message.subject.endswith("Warte raum an")
    assert "- Warte raum an\n" in message.body


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
    assert [message.bcc for message in mail.outbox] == [["pruefung@muster.example"]]


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
        broken.setattr(mail.EmailMessage, "send", refuse)
        assert jobs.run(alerts.ALERTS) is jobs.Outcome.FAILED
    assert not DeviationNotice.objects.exists()
    assert jobs.run(alerts.ALERTS) is jobs.Outcome.DONE
    assert len(mail.outbox) == 1


def test_the_record_of_an_alert_is_append_only() -> None:
    reviewer()
    drift(make_safeguard("waiting_room"))
    alerts.send_pending()
    with pytest.raises(IntegrityError), transaction.atomic():
        DeviationNotice.objects.update(kind="closed")
