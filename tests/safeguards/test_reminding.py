"""Reminders: before a check by hand falls due, to those who can make it, once for each check."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client

from notices.safeguards import recording
from notices.safeguards.board import timelines
from notices.safeguards.by_hand import reporting
from notices.safeguards.mails.reminders import soon_due
from notices.safeguards.models import CheckCoverage, Reminder, Safeguard
from portal.accounts.models import Told
from portal.staff.digest.sending import send_digests
from tests.factories import make_organisation, make_safeguard, make_user, record_state

pytestmark = pytest.mark.django_db
CHECKED = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
DUE = CHECKED + timedelta(days=90)


@pytest.fixture
def safeguard() -> Safeguard:
    make_organisation()
    safeguard = make_safeguard("in_person")
    record_state(safeguard, at=CHECKED)
    return safeguard


@pytest.fixture
def staff() -> list[User]:
    people = [make_user(role) for role in ("editor", "reviewer", "operator", "editor")]
    for number, person in enumerate(people):
        person.email = f"{number}@office.example"
        person.is_active = number != 3
        person.save()
    return people


def remind(at: datetime) -> int:
    """Return how many mails the editor has had by then."""
    with time_machine.travel(at, tick=False):
        send_digests()
    return len([one for one in mail.outbox if one.bcc == ["0@office.example"]])


@pytest.mark.usefixtures("safeguard", "staff")
def test_editors_and_reviewers_are_told_two_weeks_ahead_and_once() -> None:
    assert remind(DUE - timedelta(days=14, seconds=1)) == 0
    assert remind(DUE - timedelta(days=14)) == 1
    assert remind(DUE - timedelta(days=13)) == 1
    assert remind(DUE + timedelta(days=1)) == 1
    assert [one.bcc for one in mail.outbox] == [["0@office.example"], ["1@office.example"]]
    message = mail.outbox[0]
    assert message.to == []
    assert "Schutz in_person" in message.body
    assert "30. November 2026" in message.body
    assert "/admin/einstellung-geaendert/" in message.body


@pytest.mark.usefixtures("staff")
def test_a_new_check_gets_a_reminder_of_its_own(safeguard: Safeguard) -> None:
    remind(DUE - timedelta(days=10))
    record_state(safeguard, at=DUE - timedelta(days=9))
    assert remind(DUE - timedelta(days=8)) == 1
    assert remind(DUE + timedelta(days=81 - 14)) == 2


@pytest.mark.usefixtures("staff")
def test_what_all_were_told_together_is_not_told_again(safeguard: Safeguard) -> None:
    Reminder.objects.create(coverage=CheckCoverage.objects.get(safeguard=safeguard))
    assert remind(DUE - timedelta(days=10)) == 0


@pytest.mark.usefixtures("safeguard")
def test_what_the_account_tells_reminds_nobody(settings: Any) -> None:
    settings.ZOOM_ACCOUNT_ID = "acc-demo"
    readable = make_safeguard("waiting_room", checked_by="account")
    record_state(readable, at=CHECKED)
    with time_machine.travel(DUE - timedelta(days=1), tick=False):
        names = [row.safeguard.key for row in soon_due(timelines.load(), DUE - timedelta(days=1))]
    assert names == ["in_person"]


@pytest.mark.usefixtures("safeguard", "staff")
def test_an_e_mail_that_failed_is_sent_with_the_next_run(settings: Any) -> None:
    settings.EMAIL_BACKEND = "nowhere.Backend"
    with pytest.raises(ImportError):
        remind(DUE - timedelta(days=5))
    assert not Told.objects.exists()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert remind(DUE - timedelta(days=4)) == 1


@pytest.mark.usefixtures("safeguard")
def test_without_an_address_nothing_counts_as_told() -> None:
    make_user("editor")
    assert remind(DUE - timedelta(days=5)) == 0
    assert not Told.objects.exists()


def test_a_short_age_limit_reminds_from_the_middle_on() -> None:
    make_organisation()
    safeguard = make_safeguard("weekly", max_age_days=8)
    record_state(safeguard, at=CHECKED)
    read = timelines.load()
    assert soon_due(read, CHECKED + timedelta(days=3)) == []
    [row] = soon_due(read, CHECKED + timedelta(days=4))
    assert row.safeguard == safeguard


@pytest.mark.usefixtures("safeguard")
def test_the_start_page_shows_what_is_due_soon() -> None:
    with time_machine.travel(DUE - timedelta(days=3), tick=False):
        client = Client()
        client.force_login(make_user("editor"))
        html = client.get("/admin/").content.decode()
    assert 'id="soon-due"' in html
    assert "2026-11-30" in html


def test_readers_see_the_role_and_the_day_of_a_check_by_hand_and_no_name() -> None:
    make_organisation()
    safeguard = make_safeguard("in_person")
    record_state(safeguard, at=CHECKED)
    person = make_user("reviewer", name="private.person")
    with time_machine.travel(CHECKED + timedelta(days=2), tick=False):
        recording.record_check(
            [safeguard],
            at=CHECKED + timedelta(days=1),
            source="hand",
            role=reporting.role_of(person),
            by=person,
        )
        html = Client().get("/en/safeguards/").content.decode()
    assert "role: data protection" in html
    assert "private.person" not in html
