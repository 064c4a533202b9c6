"""What Zoom sends by itself: taken only if it is Zoom's, fresh and new; then a check is due."""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from notices.firm.models import JobRun
from notices.safeguards import check_requests, webhook
from notices.safeguards.models import SeenDelivery
from tests.safeguards.zoom.answers import EXAMPLES

pytestmark = pytest.mark.django_db

HOOK = "/hooks/zoom/"
SHIPPED = json.loads((EXAMPLES / "06-webhooks-signed.json").read_text("utf-8"))
SECRET = SHIPPED["secret"]
DELIVERIES = {delivery["name"]: delivery for delivery in SHIPPED["deliveries"]}
SIGNED_AT = 1795428000
NOW = datetime.fromtimestamp(SIGNED_AT, UTC)
CHANGED = b'{"event":"account.settings_updated","payload":{"operator":"admin@example.org"}}'


@pytest.fixture(autouse=True)
def configured(settings: Any) -> None:
    settings.ZOOM_WEBHOOK_SECRET = SECRET


def send(body: bytes, *, kind: str = "application/json", **headers: str) -> Any:
    return Client(enforce_csrf_checks=True).post(HOOK, body, content_type=kind, headers=headers)


def send_signed(
    body: bytes = CHANGED, *, at: int | str = SIGNED_AT, secret: str = SECRET, **changes: str
) -> Any:
    signature = webhook.signature_of(secret, str(at), body)
    headers = {"x-zm-request-timestamp": str(at), "x-zm-signature": signature, **changes}
    return send(body, **headers)


def nothing_happened() -> bool:
    return not check_requests.reread_is_due() and not SeenDelivery.objects.exists()


@pytest.mark.parametrize("name", DELIVERIES)
def test_the_shipped_deliveries_are_judged_as_they_say(name: str) -> None:
    delivery = DELIVERIES[name]
    headers = {key: value for key, value in delivery["headers"].items() if key != "content-type"}
    with time_machine.travel(NOW, tick=False):
        response = send(delivery["raw_body"].encode(), **headers)
    assert response.status_code == (204 if delivery["valid"] else 401)
    assert check_requests.reread_is_due() is delivery["valid"]


def test_the_address_is_validated_as_zoom_wants_it() -> None:
    asked = json.dumps(SHIPPED["url_validation"]["request"]).encode()
    with time_machine.travel(NOW, tick=False):
        answers = [send(asked), send_signed(asked), send_signed(asked)]
    for response in answers:
        assert response.status_code == 200
        assert response.json() == SHIPPED["url_validation"]["response"]
        assert "Set-Cookie" not in response.headers
    assert nothing_happened()


@pytest.mark.parametrize(
    "token",
    [f"v0:{SIGNED_AT}:{CHANGED.decode()}", "", "a b", "ü", "x" * 129, None, 7, ["a"], {"a": 1}],
)
def test_validation_signs_no_text_that_could_be_a_delivery(token: object) -> None:
    asked = json.dumps({"event": webhook.VALIDATION, "payload": {"plainToken": token}}).encode()
    with time_machine.travel(NOW, tick=False):
        assert send(asked).status_code == 401
        assert send_signed(asked).status_code == 400


def test_a_validation_with_a_wrong_signature_is_refused() -> None:
    asked = json.dumps(SHIPPED["url_validation"]["request"]).encode()
    with time_machine.travel(NOW, tick=False):
        assert send_signed(asked, secret="another").status_code == 401


@pytest.mark.parametrize("seconds", [-300, -299, 0, 299, 300])
def test_a_delivery_counts_within_five_minutes(seconds: int) -> None:
    with time_machine.travel(NOW + timedelta(seconds=seconds), tick=False):
        assert send_signed().status_code == 204
    assert check_requests.reread_is_due()


@pytest.mark.parametrize("seconds", [-86400, -301, 301, 86400])
def test_a_delivery_outside_the_window_is_refused(seconds: int) -> None:
    with time_machine.travel(NOW + timedelta(seconds=seconds), tick=False):
        assert send_signed().status_code == 401
    assert nothing_happened()


@pytest.mark.parametrize(
    "stamp",
    [
        "",
        "0",
        "-1795428000",
        "1795428000.0",
        "1795428000123",
        "٠١٢٣٤٥٦٧٨٩",
        "9" * 400,
        "nan",
        "1e9",
    ],
)
def test_a_signed_but_unclear_time_is_refused(stamp: str) -> None:
    with time_machine.travel(NOW, tick=False):
        assert send_signed(at=stamp).status_code == 401
    assert nothing_happened()


def test_a_delivery_is_taken_once() -> None:
    with time_machine.travel(NOW, tick=False):
        assert send_signed().status_code == 204
        JobRun.objects.all().delete()
        assert send_signed().status_code == 200
    assert not check_requests.reread_is_due()


def test_what_is_kept_of_a_delivery_is_a_digest_and_for_minutes_only() -> None:
    with time_machine.travel(NOW, tick=False):
        send_signed()
    [kept] = SeenDelivery.objects.values_list()
    assert "admin@example.org" not in str(kept)
    assert kept[0] != webhook.signature_of(SECRET, str(SIGNED_AT), CHANGED)
    assert kept[1] == NOW + webhook.WINDOW
    later = SIGNED_AT + 301
    with time_machine.travel(NOW + timedelta(seconds=301), tick=False):
        send_signed(at=later)
    assert SeenDelivery.objects.count() == 1


def test_a_failure_while_asking_for_the_check_lets_zoom_try_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken() -> None:
        raise RuntimeError

    client = Client(raise_request_exception=False)
    headers = {
        "x-zm-request-timestamp": str(SIGNED_AT),
        "x-zm-signature": webhook.signature_of(SECRET, str(SIGNED_AT), CHANGED),
    }
    with time_machine.travel(NOW, tick=False):
        with monkeypatch.context() as patch:
            patch.setattr(check_requests, "request_reread", broken)
            failed = client.post(HOOK, CHANGED, content_type="application/json", headers=headers)
        assert failed.status_code == 500
        assert send_signed().status_code == 204
    assert check_requests.reread_is_due()


@pytest.mark.parametrize(
    "event",
    [
        "account.settings_updated",
        "account.lock_settings_updated",
        "group.settings_updated",
        "group.lock_settings_updated",
        "user.settings_updated",
    ],
)
def test_every_event_about_settings_asks_for_a_check(event: str) -> None:
    with time_machine.travel(NOW, tick=False):
        assert send_signed(json.dumps({"event": event}).encode()).status_code == 204
    assert check_requests.reread_is_due()


def test_other_events_are_taken_and_change_nothing() -> None:
    with time_machine.travel(NOW, tick=False):
        assert send_signed(b'{"event":"meeting.started"}').status_code == 204
    assert not check_requests.reread_is_due()


@pytest.mark.parametrize(
    "body",
    [
        b" ",
        b"{",
        b"null",
        b"[]",
        b'"account.settings_updated"',
        b'{"event":7}',
        b"{}",
        b"\xff\xfe",
        b'{"event":"account.settings_updated"',
        b"[" * 100_000,
    ],
)
def test_signed_but_malformed_is_refused(body: bytes) -> None:
    with time_machine.travel(NOW, tick=False):
        assert send_signed(body).status_code == 400
    assert nothing_happened()


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "text/json"])
def test_another_content_type_is_refused(kind: str) -> None:
    signature = webhook.signature_of(SECRET, str(SIGNED_AT), CHANGED)
    headers = {"x-zm-request-timestamp": str(SIGNED_AT), "x-zm-signature": signature}
    with time_machine.travel(NOW, tick=False):
        assert send(CHANGED, kind=kind, **headers).status_code == 415
        assert nothing_happened()
        assert send(CHANGED, kind="application/json; charset=utf-8", **headers).status_code == 204


def test_more_than_a_megabyte_is_refused() -> None:
    filler = b'{"event":"account.settings_updated","x":"'
    most = filler + b"x" * (webhook.LARGEST_BODY - len(filler) - 2) + b'"}'
    assert len(most) == webhook.LARGEST_BODY
    with time_machine.travel(NOW, tick=False):
        assert send_signed(most + b" ").status_code == 413
        assert send_signed(b"x" * (3 * webhook.LARGEST_BODY)).status_code == 413
        assert nothing_happened()
        assert send_signed(most).status_code == 204


def test_without_a_secret_there_is_no_door(settings: Any) -> None:
    settings.ZOOM_WEBHOOK_SECRET = ""
    with time_machine.travel(NOW, tick=False):
        assert send_signed(secret="").status_code == 404
        assert send(json.dumps(SHIPPED["url_validation"]["request"]).encode()).status_code == 404
    assert nothing_happened()


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_only_post_is_answered(method: str) -> None:
    response = Client().generic(method, HOOK)
    assert response.status_code == 405
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_a_forged_delivery_asks_the_database_nothing() -> None:
    with time_machine.travel(NOW, tick=False), CaptureQueriesContext(connection) as queries:
        assert send_signed(secret="another").status_code == 401
    assert not queries.captured_queries


def test_nothing_of_a_delivery_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with time_machine.travel(NOW, tick=False):
        send_signed()
        send_signed()
        send_signed(secret="another")
    assert "admin@example.org" not in caplog.text
    assert "v0=" not in caplog.text


BYTES = st.binary(max_size=200)
TEXT = st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=100)


@given(body=BYTES, stamp=TEXT, signature=TEXT)
def test_no_bytes_without_the_secret_are_taken(body: bytes, stamp: str, signature: str) -> None:
    delivery = webhook.Delivery("application/json", stamp, signature, body)
    with pytest.raises(webhook.NotTaken):
        webhook.receive(delivery, SECRET, NOW)


@given(body=BYTES, position=st.integers(0, 10_000), flip=st.integers(1, 255))
def test_one_changed_byte_breaks_the_signature(body: bytes, position: int, flip: int) -> None:
    stamp = str(SIGNED_AT)
    signature = webhook.signature_of(SECRET, stamp, CHANGED + body)
    changed = bytearray(CHANGED + body)
    changed[position % len(changed)] ^= flip
    delivery = webhook.Delivery("application/json", stamp, signature, bytes(changed))
    with pytest.raises(webhook.Forged):
        webhook.check_signature(delivery, SECRET, NOW)


@examples(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=BYTES
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.sampled_from(["event", "payload"]), inner)
        ),
    ).map(lambda value: json.dumps(value).encode())
)
def test_signed_bytes_of_any_kind_are_taken_or_refused_never_a_crash(body: bytes) -> None:
    stamp = str(SIGNED_AT)
    signature = webhook.signature_of(SECRET, stamp, body)
    # Anything else than a refusal would fail the test.
    with suppress(webhook.NotTaken):
        webhook.receive(webhook.Delivery("application/json", stamp, signature, body), SECRET, NOW)
