"""The first check of a connected account starts at once; no timer is needed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from notices.firm import jobs
from notices.firm.models import JobRun
from notices.safeguards.models import Check
from portal.staff.setting_up import first_check
from portal.staff.zoom_check import ZOOM_CHECK
from tests.conftest import SignIn

from .conftest import Fake

pytestmark = pytest.mark.django_db
PAGE = "/admin/einrichtung/erste-pruefung/"


@pytest.fixture(autouse=True)
def in_this_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread has a connection of its own, which does not see what a test has made."""
    monkeypatch.setattr(first_check, "in_background", lambda work: work())


def test_a_press_of_the_button_reads_the_account(
    sign_in: SignIn, fake: Fake, starter: None
) -> None:
    client, _user = sign_in("operator")
    answer = client.post(PAGE, follow=True).content.decode()
    assert Check.objects.filter(source="account").last().outcome == Check.Outcome.DONE  # type: ignore[union-attr]
    assert "Letzte Prüfung am" in answer
    assert JobRun.objects.get(name=ZOOM_CHECK.name).leased_until is None


def test_a_check_that_fails_says_why(
    sign_in: SignIn, fake: Fake, starter: None, settings: Settings
) -> None:
    settings.ZOOM_CLIENT_SECRET = "another"
    client, _user = sign_in("operator")
    answer = client.post(PAGE, follow=True).content.decode()
    last = Check.objects.filter(source="account").last()
    assert last is not None
    assert last.outcome == Check.Outcome.FAILED
    assert last.error in answer


def test_while_one_runs_a_second_one_does_not_begin(
    sign_in: SignIn, fake: Fake, starter: None
) -> None:
    assert jobs.take(ZOOM_CHECK, timezone.now(), at_once=True)
    JobRun.objects.filter(name=ZOOM_CHECK.name).update(
        leased_until=timezone.now() + timedelta(minutes=1)
    )
    client, _user = sign_in("operator")
    answer = client.post(PAGE, follow=True).content.decode()
    assert "Das Konto wird seit" in answer
    assert not Check.objects.filter(source="account").exists()


def test_without_a_connection_nothing_is_asked(sign_in: SignIn, starter: None) -> None:
    client, _user = sign_in("operator")
    answer = client.post(PAGE, follow=True).content.decode()
    assert "Noch ist kein Zoom-Konto eingerichtet." in answer
    assert not Check.objects.filter(source="account").exists()
