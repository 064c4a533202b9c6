"""The guard over the whole suite sees what it is there for."""

from __future__ import annotations

import smtplib
import socket
from smtplib import SMTPServerDisconnected
from unittest.mock import patch

import httpx2
import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import transaction

from notices.firm import mailing
from notices.invitations.owners import reminders
from portal.accounts.models import Told
from portal.staff.digest.sending import send_digests
from tests.factories import make_community, make_resolution, make_user
from tests.network import NetworkInTransaction, none_inside_transactions

pytestmark = pytest.mark.django_db
HERE = ("127.0.0.1", 9)


def test_a_mail_waits_for_the_end_of_the_transaction() -> None:
    with transaction.atomic(), pytest.raises(NetworkInTransaction, match="on_commit"):
        mailing.send("Betreff", "Text", ["a@muster.example"])
    assert mail.outbox == []
    mailing.send("Betreff", "Text", ["a@muster.example"])
    assert len(mail.outbox) == 1


def test_a_mail_sent_on_commit_is_none_inside(
    django_capture_on_commit_callbacks: type,
) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        transaction.on_commit(lambda: mailing.send("Betreff", "Text", ["a@muster.example"]))
    assert len(mail.outbox) == 1


def test_http_and_bare_sockets_are_seen_too() -> None:
    with transaction.atomic():
        with httpx2.Client() as client, pytest.raises(NetworkInTransaction):
            client.get("http://127.0.0.1:9/")
        with pytest.raises(NetworkInTransaction):
            smtplib.SMTP("127.0.0.1", 9)
    # Outside it is an error of the network alone.
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(HERE, timeout=1)


def test_a_daily_mail_that_no_server_took_is_sent_the_next_time() -> None:
    user = make_user("editor")
    user.email = "redaktion@muster.example"
    user.save()
    make_resolution(make_community())
    with patch.object(reminders, "_stage", return_value=2):
        refused = patch.object(mailing, "send", side_effect=SMTPServerDisconnected)
        with refused, pytest.raises(SMTPServerDisconnected):
            send_digests()
        assert not Told.objects.exists()
        send_digests()
        send_digests()
    assert len(mail.outbox) == 1
    assert Told.objects.exists()


def test_what_one_test_patches_over_a_guard_does_not_judge_the_next_one() -> None:
    replaced = pytest.MonkeyPatch()
    with none_inside_transactions():
        replaced.setattr(EmailMessage, "send", lambda own: 1)
    replaced.undo()
    with transaction.atomic(), none_inside_transactions():
        EmailMessage("Betreff", "Text", to=["a@muster.example"]).send()
    assert len(mail.outbox) == 1
