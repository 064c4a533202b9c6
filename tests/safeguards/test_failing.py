"""A connection that fails is told to staff with its second failure, not only to operators."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django import Settings

from notices.safeguards import checking
from notices.safeguards.mails import account
from notices.safeguards.models import Check
from notices.safeguards.recording import record_check
from notices.safeguards.zoom.errors import Unreachable
from tests.conftest import SignIn
from tests.factories import make_user
from tests.pages import html_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def connected(settings: Settings) -> None:
    for name in ("ZOOM_ACCOUNT_ID", "ZOOM_CLIENT_ID", "ZOOM_CLIENT_SECRET"):
        setattr(settings, name, "set")
    settings.ADDRESS_IN_MAILS = "https://portal.example"
    for role in ("editor", "reviewer", "operator"):
        user = make_user(role)
        user.email = f"{role}@muster.example"
        user.save()


def fail(hours_ago: float) -> None:
    checking.record_failure(Unreachable(), at=timezone.now() - timedelta(hours=hours_ago))


def test_the_second_failure_is_told_to_all_staff_once() -> None:
    fail(3)
    account.tell_of_failures()
    assert mail.outbox == []
    fail(2)
    account.tell_of_failures()
    fail(1)
    account.tell_of_failures()
    [message] = mail.outbox
    assert message.bcc == [f"{role}@muster.example" for role in ("editor", "operator", "reviewer")]
    assert Unreachable().sentence in message.body
    assert "https://portal.example/admin/zoom/" in message.body


def test_the_next_time_is_told_again() -> None:
    for hours in (9, 8):
        fail(hours)
    account.tell_of_failures()
    record_check([], at=timezone.now() - timedelta(hours=7), source="account")
    for hours in (6, 5):
        fail(hours)
    account.tell_of_failures()
    assert len(mail.outbox) == 2


def test_what_works_again_by_then_is_not_told() -> None:
    fail(3)
    fail(2)
    record_check([], at=timezone.now() - timedelta(hours=1), source="account")
    account.tell_of_failures()
    assert mail.outbox == []
    assert checking.failing() is None


def test_a_file_that_somebody_read_mends_no_connection() -> None:
    fail(3)
    fail(2)
    record_check([], at=timezone.now() - timedelta(hours=1), source="account", role="operator")
    assert checking.failing() is not None


def test_an_account_that_was_taken_away_fails_no_more(settings: Settings) -> None:
    fail(3)
    fail(2)
    settings.ZOOM_ACCOUNT_ID = settings.ZOOM_CLIENT_ID = settings.ZOOM_CLIENT_SECRET = ""
    assert checking.failing() is None
    assert Check.objects.count() == 2


@pytest.mark.parametrize("role", ["editor", "reviewer", "operator"])
def test_the_start_page_of_everybody_says_so(sign_in: SignIn, role: str) -> None:
    client, _ = sign_in(role)
    fail(3)
    assert 'id="connection"' not in html_of(client.get("/admin/"))
    fail(2)
    page = html_of(client.get("/admin/"))
    assert 'id="connection"' in page
    assert Unreachable().sentence in page
