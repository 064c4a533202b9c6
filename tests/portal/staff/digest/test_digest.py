"""One mail a day at most to each person: what is theirs, told once, and lost by no failure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from smtplib import SMTPServerDisconnected
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import sanitize_address
from django.utils import timezone

from notices.editions import publishing
from notices.firm import jobs, mailing
from notices.firm.days import day_of
from notices.firm.models import JobRun
from notices.safeguards.by_hand import reporting
from portal.accounts.models import MailSwitchedOff, Told
from portal.staff.digest.kinds import Kind
from portal.staff.digest.sending import DIGEST, send_digests
from tests.factories import make_notice, make_organisation, make_user
from tests.portal.staff.start.everything import handed_over, proposal, report

pytestmark = pytest.mark.django_db
NOW = timezone.now()
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def organisation() -> None:
    make_organisation()


def somebody(role: str, address: str) -> User:
    person = make_user(role)
    person.email = address
    person.save()
    return person


@pytest.fixture
def writer() -> User:
    return somebody("editor", "writer@office.example")


@pytest.fixture
def officer() -> User:
    return somebody("reviewer", "officer@office.example")


def told(person: User, after: timedelta = timedelta(0)) -> str:
    """Return what `person` gets when the job runs so much later; nothing is an empty text."""
    mail.outbox.clear()
    with time_machine.travel(NOW + after, tick=False):
        send_digests()
    texts = [str(one.body) for one in mail.outbox if one.bcc == [person.email]]
    assert len(texts) <= 1
    return texts[0] if texts else ""


def test_returned_work_is_told_to_whoever_handed_it_over(writer: User, officer: User) -> None:
    edition = handed_over(writer)
    publishing.send_back(edition, by=officer, comment="Bitte kürzer.")
    reporting.turn_down(report(writer), by=officer, reason="Das war ein anderes Konto.")
    text = told(writer)
    assert "Bitte kürzer." in text
    assert "Das war ein anderes Konto." in text
    assert f"/admin/editions/edition/{edition.pk}/change/" in text
    assert told(officer) == ""


@pytest.mark.parametrize("hand_over", [report, handed_over, proposal])
def test_what_waits_is_told_after_three_days_to_those_who_decide(
    writer: User, officer: User, hand_over: Callable[[User], Any]
) -> None:
    hand_over(writer)
    assert told(officer, 2 * DAY) == ""
    assert "Etwas wartet seit mehr als drei Tagen auf Sie:" in told(officer, 4 * DAY)
    assert told(officer, 5 * DAY) == ""
    assert told(writer, 6 * DAY) == ""


def test_one_s_own_is_never_told_as_waiting(officer: User) -> None:
    handed_over(officer)
    assert told(officer, 4 * DAY) == ""


def test_a_text_to_be_read_again_is_told_on_its_day_and_once(writer: User) -> None:
    make_notice(title_de="Hinweise für Treffen", review_due=day_of(NOW + 2 * DAY))
    assert told(writer, DAY) == ""
    assert "Hinweise für Treffen" in told(writer, 2 * DAY)
    assert told(writer, 3 * DAY) == ""


def test_there_is_one_mail_a_day_at_most(writer: User) -> None:
    make_notice(title_de="Eins", review_due=day_of(NOW))
    assert "Eins" in told(writer)
    make_notice(title_de="Zwei", review_due=day_of(NOW))
    assert told(writer, timedelta(hours=12)) == ""
    text = told(writer, DAY)
    assert "Zwei" in text
    assert "Eins" not in text


def test_what_somebody_switched_off_is_not_told_and_the_rest_is(
    writer: User, officer: User
) -> None:
    publishing.send_back(handed_over(writer), by=officer, comment="Bitte kürzer.")
    make_notice(title_de="Hinweise", review_due=day_of(NOW))
    MailSwitchedOff.objects.create(user=writer, kind=Kind.RETURNED)
    text = told(writer)
    assert "Hinweise" in text
    assert "Bitte kürzer." not in text


def test_a_failing_mail_server_loses_nothing_and_the_job_is_tried_again(writer: User) -> None:
    make_notice(title_de="Hinweise", review_due=day_of(NOW))
    with patch.object(mailing, "send", side_effect=SMTPServerDisconnected):
        assert jobs.run(DIGEST) is jobs.Outcome.FAILED
    assert not Told.objects.exists()
    assert JobRun.objects.get(name="digest").last_error == "SMTPServerDisconnected"
    mail.outbox.clear()
    assert jobs.run(DIGEST) is jobs.Outcome.DONE
    assert "Hinweise" in str(mail.outbox[0].body)


def test_one_refused_address_keeps_no_mail_from_the_others(writer: User, officer: User) -> None:
    make_notice(title_de="Hinweise", review_due=day_of(NOW))
    send = mailing.send

    def refuse(subject: str, text: str, to: list[str]) -> None:
        if to == [writer.email]:
            raise SMTPServerDisconnected
        send(subject, text, to)

    with patch.object(mailing, "send", refuse), pytest.raises(SMTPServerDisconnected):
        send_digests()
    assert [one.bcc for one in mail.outbox] == [[officer.email]]
    assert set(Told.objects.values_list("user", flat=True)) == {officer.pk}


@pytest.mark.parametrize("address", ["kein@", "zwei@worte@office.example", "a b@office.example"])
def test_an_address_that_is_none_keeps_no_mail_from_the_others(
    writer: User, officer: User, address: str
) -> None:
    make_notice(title_de="Hinweise", review_due=day_of(NOW))
    User.objects.filter(pk=writer.pk).update(email=address)
    send = mailing.send

    def as_by_smtp(subject: str, text: str, to: list[str]) -> None:
        # What the mail server's own module does before it connects.
        sanitize_address(to[0], "utf-8")
        if " " in to[0]:
            raise ValueError("Invalid address")
        send(subject, text, to)

    with patch.object(mailing, "send", as_by_smtp):
        assert jobs.run(DIGEST) is jobs.Outcome.FAILED
    assert [one.bcc for one in mail.outbox] == [[officer.email]]
    assert JobRun.objects.get(name="digest").last_error == "ValueError"


def test_two_runs_at_once_send_each_mail_once(writer: User, officer: User) -> None:
    make_notice(title_de="Hinweise", review_due=day_of(NOW))
    mail.outbox.clear()
    send, outcomes = mailing.send, []

    def meanwhile(subject: str, text: str, to: list[str]) -> None:
        outcomes.append(jobs.run(DIGEST))
        send(subject, text, to)

    with patch.object(mailing, "send", meanwhile):
        assert jobs.run(DIGEST) is jobs.Outcome.DONE
    assert jobs.Outcome.DONE not in outcomes
    assert sorted(one.bcc[0] for one in mail.outbox) == sorted([officer.email, writer.email])


def test_who_has_no_address_or_left_gets_nothing(writer: User, officer: User) -> None:
    make_notice(review_due=day_of(NOW))
    User.objects.filter(pk=writer.pk).update(email="")
    User.objects.filter(pk=officer.pk).update(is_active=False)
    send_digests()
    assert mail.outbox == []


def test_a_mail_is_plain_and_html_in_german_with_the_way_to_the_choice(writer: User) -> None:
    make_notice(title_de="Hinweise <b>", review_due=day_of(NOW))
    text = told(writer)
    [message] = mail.outbox
    assert isinstance(message, EmailMultiAlternatives)
    html, kind = map(str, message.alternatives[0])
    assert kind == "text/html"
    assert message.subject == "1 Aufgabe für Sie"
    assert "/admin/benachrichtigungen/" in text
    assert "Hinweise &lt;b&gt;" in html
    assert '<html lang="de">' in html
    assert '<a href="http' in html


def test_words_of_people_break_no_line(writer: User, officer: User) -> None:
    comment = "Bitte kürzer.\r\n\r\nBcc: jemand@x.example"
    publishing.send_back(handed_over(writer), by=officer, comment=comment)
    assert "Bitte kürzer. Bcc: jemand@x.example" in told(writer)
