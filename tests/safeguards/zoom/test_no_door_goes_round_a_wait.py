"""The moment that Zoom named holds at every door: schedule, command, trial, test and button."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from notices.firm import jobs
from notices.safeguards import check_requests
from notices.safeguards.models import Check, ZoomToken
from notices.safeguards.zoom import client
from notices.safeguards.zoom.errors import PutOff
from notices.safeguards.zoom.transport import waits as waiting
from portal.staff.zoom_check import ZOOM_CHECK, check
from tests.conftest import SignIn
from tests.factories import make_organisation, make_safeguard

from .check_zoom.commands import check_zoom
from .conftest import Fake

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("waits"), pytest.mark.thorough]
CASE = Path(__file__).with_name("cases") / "05-zoom-daily-limit.json"
TEN_HOURS = timedelta(hours=10)


def limit(headers: dict[str, str], status: int = 429, path: str = "") -> dict[str, Any]:
    fault = {"match": {"path": path or "/v2/accounts/*/settings"}, "status": status}
    return {
        "bundle": "../examples/01-all-protected.json",
        "faults": [{**fault, "headers": headers, "body": {"code": status}}],
    }


def the_job(sign_in: SignIn) -> bool:
    jobs.run(ZOOM_CHECK)
    return not ZOOM_CHECK.is_due(timezone.now()) if ZOOM_CHECK.is_due else False


def the_command(sign_in: SignIn) -> bool:
    code, text = check_zoom()
    return code == 2 and "Zoom nimmt" in text


def a_trial(sign_in: SignIn) -> bool:
    code, text = check_zoom("--dry-run")
    return code == 2 and "Zoom nimmt" in text


def the_connection_test(sign_in: SignIn) -> bool:
    staff, _user = sign_in("operator")
    page = staff.post("/admin/zoom/").content.decode()
    return "Zoom nimmt" in page


def the_button_of_staff(sign_in: SignIn) -> bool:
    staff, _user = sign_in("editor")
    safeguard = make_safeguard("cloud_recording", checked_by="account")
    sent = {"safeguard": safeguard.pk, "value": "unchanged", "lock": "unknown"}
    staff.post("/admin/einstellung-geaendert/", sent)
    check_requests.request_reread()
    jobs.run(ZOOM_CHECK)
    return check_requests.reread_is_due()


def a_call_of_its_own(sign_in: SignIn) -> bool:
    with pytest.raises(PutOff):
        check()
    with pytest.raises(PutOff):
        client.connect(patience=0)
    return True


DOORS: list[Callable[[SignIn], bool]] = [
    *(the_job, the_command, a_trial),
    *(the_connection_test, the_button_of_staff, a_call_of_its_own),
]


@pytest.mark.parametrize("door", DOORS)
def test_a_moment_that_a_check_was_told_holds_at_every_door(
    fake: Fake, sign_in: SignIn, door: Callable[[SignIn], bool]
) -> None:
    make_organisation()
    scenario = json.loads(CASE.read_text("utf-8"))
    fake.play({**scenario, "bundle": "../examples/01-all-protected.json"})
    check_zoom()
    asked, checks = len(fake.state["requests"]), Check.objects.count()
    assert door(sign_in)
    assert len(fake.state["requests"]) == asked
    # Nothing was asked, so nothing failed either.
    assert Check.objects.count() == checks
    # From the moment on it is asked again, by itself.
    with time_machine.travel(timezone.now() + TEN_HOURS + timedelta(minutes=1)):
        jobs.run(ZOOM_CHECK)
        assert len(fake.state["requests"]) > asked


@pytest.mark.parametrize("told_by", [a_trial, the_connection_test])
def test_what_a_trial_or_a_test_was_told_holds_for_the_schedule_too(
    fake: Fake, sign_in: SignIn, told_by: Callable[[SignIn], bool]
) -> None:
    make_organisation()
    fake.play(limit({"Retry-After": "36000"}))
    told_by(sign_in)
    asked = len(fake.state["requests"])
    assert asked
    assert the_job(sign_in)
    assert the_command(sign_in)
    assert len(fake.state["requests"]) == asked


@pytest.mark.parametrize("status", [429, 503])
def test_a_short_wait_is_kept_too_where_nobody_waits_for_it(
    fake: Fake, sign_in: SignIn, status: int
) -> None:
    make_organisation()
    fake.play(limit({"Retry-After": "120"}, status))
    the_connection_test(sign_in)
    asked = len(fake.state["requests"])
    assert the_connection_test(sign_in)
    assert the_command(sign_in)
    assert len(fake.state["requests"]) == asked
    with time_machine.travel(timezone.now() + timedelta(seconds=121)):
        the_connection_test(sign_in)
        assert len(fake.state["requests"]) > asked


def test_the_token_address_orders_waits_as_well(fake: Fake, sign_in: SignIn) -> None:
    make_organisation()
    fake.play(limit({"Retry-After": "36000"}, path="/oauth/token"))
    check_zoom()
    asked = len(fake.state["requests"])
    assert the_connection_test(sign_in)
    assert len(fake.state["requests"]) == asked


def test_an_earlier_moment_does_not_end_a_longer_wait(fake: Fake) -> None:
    long = timezone.now() + TEN_HOURS
    ZoomToken.objects.create(not_before=long)
    waiting.remember(timezone.now() + timedelta(minutes=1))
    assert ZoomToken.objects.get().not_before == long


def test_the_sentence_names_a_minute_at_which_it_is_allowed_again() -> None:
    until = datetime(2026, 11, 27, 15, 59, 30, tzinfo=UTC)
    assert (
        str(PutOff(until)) == "Zoom nimmt vor dem 27.11.2026, 17:00 Uhr keine weiteren Anfragen an."
    )


def test_readers_are_told_nothing_of_it(fake: Fake, sign_in: SignIn) -> None:
    make_organisation()
    fake.play(limit({"Retry-After": "36000"}))
    check_zoom()
    assert "Zoom nimmt" not in Client().get("/de/").content.decode()
