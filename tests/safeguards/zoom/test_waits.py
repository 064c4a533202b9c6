"""How long the client waits when Zoom says that it is too much, and when it gives up."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx2
import pytest
import time_machine

from notices.safeguards.zoom import client
from notices.safeguards.zoom.errors import (
    PutOff,
    RateLimited,
)
from notices.safeguards.zoom.transport import retry_after

from .asking import (
    NOW,
    OAUTH,
    SETTINGS,
    account_settings,
    token,
)
from .wire import Wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("connected")]


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("7", 7),
        (" 0 ", 0),
        ("1.5", 1.5),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90),
        (format_datetime(NOW - timedelta(days=1), usegmt=True), 0),
        ("2026-11-23T12:00:45Z", 45),
        ("2026-11-23T13:00:45+01:00", 45),
        ("2026-11-23T12:00:45", 45),
        ("-5", None),
        ("soon", None),
        ("9" * 10, 9_999_999_999),
        ("9" * 400, math.inf),
        ("", None),
        (None, None),
    ],
)
def test_every_way_to_write_retry_after_is_read(written: str | None, seconds: float | None) -> None:
    assert retry_after.asked_for(written, NOW) == seconds


def test_a_wait_that_zoom_orders_is_waited_for_in_full(zoom_says: Wire, waits: list[float]) -> None:
    zoom_says.post(OAUTH).respond(json=token())
    refusal = httpx2.Response(429, headers={"Retry-After": "90"})
    zoom_says.get(SETTINGS).in_turn([refusal, httpx2.Response(200, json={})])
    assert account_settings() == {}
    assert waits == [90.0]


# Tests are collected long before they run.
IN_TEN_HOURS = "in ten hours"


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (429, {"Retry-After": IN_TEN_HOURS}, 36_000),
        (429, {"Retry-After": "36000"}, 36_000),
        (503, {"Retry-After": "36000"}, 36_000),
        (429, {"Retry-After": "999999999"}, client.LONGEST_PUT_OFF),
        (429, {"Retry-After": "9" * 400}, client.LONGEST_PUT_OFF),
    ],
)
def test_a_wait_beyond_our_patience_ends_the_asking_at_once(
    zoom_says: Wire,
    waits: list[float],
    status: int,
    headers: dict[str, str],
    seconds: float,
) -> None:
    moment = (datetime.now(UTC) + timedelta(hours=10)).isoformat()
    headers = {name: moment if value == IN_TEN_HOURS else value for name, value in headers.items()}
    zoom_says.post(OAUTH).respond(json=token())
    asked = zoom_says.get(SETTINGS).respond(status, headers=headers)
    with pytest.raises(PutOff) as raised:
        account_settings()
    assert (len(asked.calls), waits) == (1, [])
    left = (raised.value.until - datetime.now(UTC)).total_seconds()
    assert left == pytest.approx(seconds, abs=120)


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({"X-RateLimit-Type": "Daily-limit"}, ""),
        ({"X-RateLimit-Type": "Daily-limit", "Retry-After": "0"}, ""),
        ({"X-RateLimit-Type": "Daily-limit", "Retry-After": "-5"}, ""),
        ({"X-RateLimit-Type": "Daily-limit", "Retry-After": "2026-11-27T09:00:00Z"}, ""),
        ({}, "You have reached the maximum daily rate limit for this API."),
    ],
)
def test_a_daily_limit_that_names_no_time_ends_with_its_day(
    zoom_says: Wire, headers: dict[str, str], message: str
) -> None:
    zoom_says.post(OAUTH).respond(json=token())
    body = {"code": 429, "message": message}
    zoom_says.get(SETTINGS).respond(429, headers=headers, json=body)
    with (
        time_machine.travel(datetime(2026, 11, 27, 15, tzinfo=UTC), tick=False),
        pytest.raises(PutOff) as raised,
    ):
        account_settings()
    assert raised.value.until == datetime(2026, 11, 28, tzinfo=UTC)


def test_without_retry_after_the_waits_grow_and_differ(zoom_says: Wire, waits: list[float]) -> None:
    zoom_says.post(OAUTH).respond(json=token())
    zoom_says.get(SETTINGS).respond(429)
    with pytest.raises(RateLimited):
        account_settings()
    assert len(waits) == client.ATTEMPTS - 1
    for number, wait in enumerate(waits):
        assert 0.5 * 2**number <= wait <= 2**number
