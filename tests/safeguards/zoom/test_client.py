"""What Zoom may say, and what the client makes of it; no server, no waiting."""

from __future__ import annotations

import base64
import logging
import traceback
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
import respx
from pytest_django import Settings

from notices.safeguards import waiting, zoom
from notices.safeguards.models import ZoomToken
from notices.safeguards.verification import ACCOUNT_SETTINGS
from notices.safeguards.zoom_account import known_fields, read_account
from notices.safeguards.zoom_errors import (
    BadAnswer,
    Endless,
    MissingScope,
    NotConfigured,
    NotFound,
    OutOfOrder,
    RateLimited,
    Redirected,
    TooLarge,
    Unauthorised,
    Unreachable,
    ZoomError,
)

pytestmark = pytest.mark.django_db

OAUTH = "https://zoom.us/oauth/token"
API = "https://api.zoom.us/v2"
SETTINGS = f"{API}/accounts/me/settings"
SECRETS = ("account-id-4711", "client-id-4712", "client-secret-4713", "token-4714")
BASIC = base64.b64encode(b"client-id-4712:client-secret-4713").decode()
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def connected(settings: Settings, waits: list[float]) -> None:
    settings.ZOOM_ACCOUNT_ID, settings.ZOOM_CLIENT_ID, settings.ZOOM_CLIENT_SECRET = SECRETS[:3]


def token(**changes: object) -> dict[str, object]:
    body = {"access_token": SECRETS[3], "token_type": "bearer", "expires_in": 3600}
    return {**body, **changes}


def account_settings() -> object:
    with zoom.connect() as client:
        return client.account_settings()


def test_without_credentials_nothing_is_asked(settings: Settings) -> None:
    settings.ZOOM_ACCOUNT_ID = ""
    assert not zoom.is_configured()
    with pytest.raises(NotConfigured):
        zoom.connect()


@respx.mock
def test_the_credentials_go_to_the_token_address_and_the_token_to_the_api() -> None:
    oauth = respx.post(OAUTH).respond(json=token())
    api = respx.get(SETTINGS, params={"option": "security"}).respond(json={"security": {}})
    with zoom.connect() as client:
        assert client.account_settings("security") == {"security": {}}
    assert oauth.calls[0].request.headers["Authorization"] == f"Basic {BASIC}"
    assert oauth.calls[0].request.content == (
        b"grant_type=account_credentials&account_id=account-id-4711"
    )
    assert api.calls[0].request.headers["Authorization"] == "Bearer token-4714"


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
        ("9" * 400, None),
        ("", None),
        (None, None),
    ],
)
def test_every_way_to_write_retry_after_is_read(written: str | None, seconds: float | None) -> None:
    assert waiting.asked_for(written, NOW) == seconds


@respx.mock
def test_nobody_waits_longer_than_the_cap(waits: list[float]) -> None:
    respx.post(OAUTH).respond(json=token())
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    refusal = httpx.Response(429, headers={"Retry-After": tomorrow})
    respx.get(SETTINGS).side_effect = [refusal, httpx.Response(200, json={})]
    assert account_settings() == {}
    assert waits == [zoom.LONGEST_WAIT]


@respx.mock
def test_without_retry_after_the_waits_grow_and_differ(waits: list[float]) -> None:
    respx.post(OAUTH).respond(json=token())
    respx.get(SETTINGS).respond(429)
    with pytest.raises(RateLimited):
        account_settings()
    assert len(waits) == zoom.ATTEMPTS - 1
    for number, wait in enumerate(waits):
        assert 0.5 * 2**number <= wait <= 2**number


@pytest.mark.parametrize(
    ("said", "used"),
    [
        ("https://api-eu.zoom.us", "https://api-eu.zoom.us/v2"),
        ("https://api-eu.zoom.us/", "https://api-eu.zoom.us/v2"),
        ("https://API.Zoom.US/v2", "https://api.zoom.us/v2"),
        ("https://zoom.us", "https://zoom.us/v2"),
        *[
            (trick, API)
            for trick in (
                "http://api.zoom.us",
                "https://zoom.us.evil.example",
                "https://evilzoom.us",
                "https://evil.example/?zoom.us",
                "https://evil.example/#https://zoom.us",
                "https://evil.example\\.zoom.us",
                "https://user@zoom.us",
                "https://zoom.us@evil.example",
                "https://zoom.us:8443",
                "https://zoom.us:443",
                "https://zoom.us.",
                "https://.zoom.us",
                "https://api..zoom.us",
                "https://zoom.us/oauth/../evil",
                "https://zoom.us\n",
                "https://zoom.us evil.example",
                "https://ａpi.zoom.us",
                "https://api.zoom.uſ",
                "//api.zoom.us",
                "api.zoom.us",
                "",
                None,
                7,
                ["https://api.zoom.us"],
            )
        ],
    ],
)
@respx.mock
def test_only_an_address_of_zoom_itself_gets_the_token(said: object, used: str) -> None:
    respx.post(OAUTH).respond(json=token(api_url=said))
    asked = respx.get(url__regex=".*").respond(json={})
    account_settings()
    assert str(asked.calls[0].request.url) == f"{used}/accounts/me/settings"


@respx.mock
def test_a_stand_in_cannot_lead_anywhere_else(settings: Settings) -> None:
    settings.ZOOM_API_URL = "http://127.0.0.1:1/v2"
    respx.post(OAUTH).respond(json=token(api_url="https://api.zoom.us"))
    asked = respx.get("http://127.0.0.1:1/v2/accounts/me/settings").respond(json={})
    account_settings()
    assert asked.called


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (httpx.Response(200, text="{}"), BadAnswer),
        (httpx.Response(200, json={}, headers={"Content-Type": "text/html"}), BadAnswer),
        (httpx.Response(200, json={}, headers={"Content-Type": ""}), BadAnswer),
        (httpx.Response(200, content=b"", headers={"Content-Type": "application/json"}), BadAnswer),
        (httpx.Response(201, json={}), BadAnswer),
        (httpx.Response(301, headers={"Location": SETTINGS}), Redirected),
        (httpx.Response(307, headers={"Location": "https://evil.example"}), Redirected),
        (httpx.Response(200, content=b" " * (zoom.LARGEST_ANSWER + 1)), TooLarge),
        (
            httpx.Response(400, json={"code": 4711, "message": "scopes:[a:read:b, c:d]"}),
            MissingScope,
        ),
        (httpx.Response(401, json={"code": 4711, "message": None}), MissingScope),
        (httpx.Response(404), NotFound),
        (httpx.Response(502, text="<html>"), OutOfOrder),
    ],
)
@respx.mock
def test_an_unusable_answer_is_one_error(response: httpx.Response, error: type[ZoomError]) -> None:
    respx.post(OAUTH).respond(json=token())
    respx.get(SETTINGS).mock(return_value=response)
    with pytest.raises(error) as raised:
        account_settings()
    assert type(raised.value) is error
    assert raised.value.sentence
    assert raised.value.advice


@respx.mock
def test_the_media_type_may_have_parameters_and_capitals() -> None:
    respx.post(OAUTH).respond(json=token())
    kind = {"Content-Type": "Application/JSON; charset=utf-8"}
    respx.get(SETTINGS).respond(json=[1], headers=kind)
    assert account_settings() == [1]


def test_missing_permissions_are_named_in_the_advice() -> None:
    assert "a:read:b, c:d" in MissingScope(["a:read:b", "c:d"]).advice
    assert MissingScope().advice


@pytest.mark.parametrize(
    "body",
    [
        {"users": [], "next_page_token": 7},
        {"users": {}, "next_page_token": ""},
        {"next_page_token": ""},
        [],
    ],
)
@respx.mock
def test_a_list_of_another_shape_is_not_half_read(body: object) -> None:
    respx.post(OAUTH).respond(json=token())
    respx.get(f"{API}/users").respond(json=body)
    with zoom.connect() as client, pytest.raises(BadAnswer):
        list(client.users())


@respx.mock
def test_pages_that_go_round_in_circles_end() -> None:
    respx.post(OAUTH).respond(json=token())
    pages = [{"users": [{"id": "a"}], "next_page_token": mark} for mark in ("x", "y", "x")]
    route = respx.get(f"{API}/users")
    route.side_effect = [httpx.Response(200, json=page) for page in pages]
    with zoom.connect() as client, pytest.raises(Endless):
        list(client.users())


@respx.mock
def test_pages_without_end_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zoom, "MOST_PAGES", 5)
    respx.post(OAUTH).respond(json=token())
    route = respx.get(f"{API}/users")
    marks = iter(range(100))

    def page(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"users": [], "next_page_token": f"p{next(marks)}"})

    route.side_effect = page
    with zoom.connect() as client, pytest.raises(Endless):
        list(client.users())
    assert route.call_count == 5


@respx.mock
def test_an_id_stays_one_part_of_the_path() -> None:
    respx.post(OAUTH).respond(json=token())
    asked = respx.get(url__regex=".*").respond(json={})
    with zoom.connect() as client:
        client.user_settings("../accounts/me?x=1#y")
        for name in (".", "..", ""):
            with pytest.raises(NotFound):
                client.user_settings(name)
    assert asked.call_count == 1
    path = asked.calls[0].request.url.raw_path
    assert path == b"/v2/users/..%2Faccounts%2Fme%3Fx%3D1%23y/settings"


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (httpx.Response(400, json={"error": "invalid_request"}), Unauthorised),
        (httpx.Response(401, json={"error": "invalid_client"}), Unauthorised),
        (httpx.Response(404), Unauthorised),
        (httpx.Response(302), Redirected),
        (httpx.Response(500), OutOfOrder),
        (httpx.Response(200, json=token(access_token="a b")), BadAnswer),
        (httpx.Response(200, json=token(access_token="a\r\nX: y")), BadAnswer),
        (httpx.Response(200, json=token(access_token="")), BadAnswer),
        (httpx.Response(200, json=token(access_token=7)), BadAnswer),
        (httpx.Response(200, json=token(expires_in=True)), BadAnswer),
        (httpx.Response(200, json=token(expires_in=0)), BadAnswer),
        (httpx.Response(200, json=token(expires_in="3600")), BadAnswer),
        (httpx.Response(200, json=token(token_type="mac")), BadAnswer),
        (httpx.Response(200, json=[]), BadAnswer),
    ],
)
@respx.mock
def test_without_a_token_the_api_is_not_asked(
    response: httpx.Response, error: type[ZoomError]
) -> None:
    respx.post(OAUTH).mock(return_value=response)
    with pytest.raises(error):
        account_settings()
    assert ZoomToken.objects.get().leased_until is None


FAILURES: list[httpx.Response | Exception] = [
    httpx.Response(401, json={"message": "token-4714 client-secret-4713"}),
    httpx.Response(400, json={"code": 300, "message": "account-id-4711 token-4714"}),
    httpx.Response(400, json={"code": 4711, "message": "scopes:[token-4714 client-id-4712]"}),
    httpx.Response(500, text="token-4714"),
    httpx.Response(302, headers={"Location": "https://evil.example/token-4714"}),
    httpx.Response(200, text="token-4714", headers={"Content-Type": "application/json"}),
    httpx.ConnectError("client-secret-4713"),
    httpx.ReadTimeout("client-secret-4713"),
]


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("at", [OAUTH, SETTINGS])
@respx.mock
def test_no_secret_is_in_any_log_or_error(
    at: str, failure: httpx.Response | Exception, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    respx.post(OAUTH).respond(json=token())
    respx.get(SETTINGS).respond(json={})
    route = respx.post(OAUTH) if at == OAUTH else respx.get(SETTINGS)
    if isinstance(failure, Exception):
        route.side_effect = failure
    else:
        route.mock(return_value=failure)
    with pytest.raises(ZoomError) as raised, zoom.connect() as client:
        client.account_settings()
    error = raised.value
    said = [str(error), repr(error), error.sentence, error.advice, repr(vars(error))]
    said += traceback.format_exception(error)
    said += [repr(client), repr(vars(client)), *(repr(vars(record)) for record in caplog.records)]
    everything = "\n".join(said)
    for secret in (*SECRETS, BASIC):
        assert secret not in everything
    assert error.__cause__ is error.__context__ is None


@respx.mock
def test_addresses_of_requests_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    respx.post(OAUTH).respond(json=token())
    respx.get(url__regex=".*").respond(json={})
    with zoom.connect() as client:
        client.user_settings("user-4715")
    assert "4715" not in caplog.text


@respx.mock
def test_an_account_that_refuses_everything_is_an_error_not_unknown() -> None:
    respx.post(OAUTH).respond(json=token())
    respx.get(url__regex=".*").respond(400, json={"code": 4711, "message": "scopes:[a:b]"})
    with zoom.connect() as client, pytest.raises(MissingScope):
        read_account(client)


@respx.mock
def test_a_body_that_is_no_object_reads_as_empty() -> None:
    respx.post(OAUTH).respond(json=token())
    respx.get(f"{API}/users").respond(json={"users": [{"id": "u"}, "odd", {"id": 7}]})
    respx.get(f"{API}/groups").respond(json={"groups": []})
    respx.get(url__regex=".*").respond(json=["odd"])
    with zoom.connect() as client:
        answers = read_account(client)
    assert answers.responses[ACCOUNT_SETTINGS]["default"] == {}
    assert answers.responses["GET /users"] == {"users": [{"id": "u"}]}
    assert [type(refused.error) for refused in answers.refused] == [BadAnswer, BadAnswer]


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (True, True),
        (None, None),
        (30, 30),
        (30.0, 30.0),
        ("host", "host"),
        (["DE", "NL"], ["DE", "NL"]),
        ({"a": "b"}, {}),
        (["DE", 7], [None]),
        (["DE"] * 1000, [""]),
        ("x" * 1000, ""),
        (10**30, -1),
    ],
)
def test_values_are_kept_in_their_type_and_size(value: object, kept: object) -> None:
    body = {"a": {"b": value, "c": "not asked for"}, "d": value}
    found = known_fields(body, ["a.b", "a.absent", "d.e"])
    assert found == {"a": {"b": kept}}
    assert type(found["a"]["b"]) is type(kept)


@respx.mock
def test_a_client_closes_its_connections() -> None:
    respx.post(OAUTH).respond(json=token())
    respx.get(SETTINGS).side_effect = httpx.ConnectError("down")
    with pytest.raises(Unreachable):
        account_settings()
    with zoom.connect() as client:
        pass
    assert client._http.is_closed
