"""What Zoom may say, and what the client makes of it; no server, no waiting."""

from __future__ import annotations

import base64
import logging
import math
import traceback
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx2
import pytest
import time_machine
from pytest_django import Settings

from notices.safeguards.models import ZoomToken
from notices.safeguards.zoom import client
from notices.safeguards.zoom.account import read_account, reduced
from notices.safeguards.zoom.errors import (
    BadAnswer,
    Endless,
    MissingScope,
    NoAnswer,
    NotConfigured,
    NotFound,
    OutOfOrder,
    PutOff,
    RateLimited,
    Redirected,
    TooLarge,
    Unauthorised,
    Unreachable,
    WrongAppType,
    WrongSecret,
    ZoomError,
)
from notices.safeguards.zoom.transport import retry_after
from notices.safeguards.zoom.verdicts import verify

from .wire import Wire, connect

pytestmark = pytest.mark.django_db

OAUTH = "https://zoom.us/oauth/token"
API = "https://api.zoom.us/v2"
SETTINGS = f"{API}/accounts/me/settings"
SECRETS = ("account-id-4711", "client-id-4712", "client-secret-4713", "token-4714")
BASIC = base64.b64encode(b"client-id-4712:client-secret-4713").decode()
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def zoom_says(monkeypatch: pytest.MonkeyPatch) -> Wire:
    return connect(monkeypatch)


@pytest.fixture(autouse=True)
def connected(settings: Settings, waits: list[float]) -> None:
    settings.ZOOM_ACCOUNT_ID, settings.ZOOM_CLIENT_ID, settings.ZOOM_CLIENT_SECRET = SECRETS[:3]


def token(**changes: object) -> dict[str, object]:
    body = {"access_token": SECRETS[3], "token_type": "bearer", "expires_in": 3600}
    return {**body, **changes}


def account_settings() -> object:
    with client.connect() as zoom:
        return zoom.account_settings()


def test_without_credentials_nothing_is_asked(settings: Settings) -> None:
    settings.ZOOM_ACCOUNT_ID = ""
    assert not client.is_configured()
    with pytest.raises(NotConfigured):
        client.connect()


def test_the_credentials_go_to_the_token_address_and_the_token_to_the_api(zoom_says: Wire) -> None:
    oauth = zoom_says.post(OAUTH).respond(json=token())
    api = zoom_says.get(SETTINGS, params={"option": "security"}).respond(json={"security": {}})
    with client.connect() as zoom:
        assert zoom.account_settings("security") == {"security": {}}
    assert oauth.calls[0].headers["Authorization"] == f"Basic {BASIC}"
    assert oauth.calls[0].content == (b"grant_type=account_credentials&account_id=account-id-4711")
    assert api.calls[0].headers["Authorization"] == "Bearer token-4714"


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
                "https://evil.example/?client.us",
                "https://evil.example/#https://zoom.us",
                "https://evil.example\\.zoom.us",
                "https://user@client.us",
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
def test_only_an_address_of_zoom_itself_gets_the_token(
    zoom_says: Wire, said: object, used: str
) -> None:
    zoom_says.post(OAUTH).respond(json=token(api_url=said))
    asked = zoom_says.get_any().respond(json={})
    account_settings()
    assert str(asked.calls[0].url) == f"{used}/accounts/me/settings"


def test_a_stand_in_cannot_lead_anywhere_else(zoom_says: Wire, settings: Settings) -> None:
    settings.ZOOM_API_URL = "http://127.0.0.1:1/v2"
    zoom_says.post(OAUTH).respond(json=token(api_url="https://api.zoom.us"))
    asked = zoom_says.get("http://127.0.0.1:1/v2/accounts/me/settings").respond(json={})
    account_settings()
    assert asked.called


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (httpx2.Response(200, text="{}"), BadAnswer),
        (httpx2.Response(200, json={}, headers={"Content-Type": "text/html"}), BadAnswer),
        (httpx2.Response(200, json={}, headers={"Content-Type": ""}), BadAnswer),
        (
            httpx2.Response(200, content=b"", headers={"Content-Type": "application/json"}),
            BadAnswer,
        ),
        (httpx2.Response(201, json={}), BadAnswer),
        (httpx2.Response(301, headers={"Location": SETTINGS}), Redirected),
        (httpx2.Response(307, headers={"Location": "https://evil.example"}), Redirected),
        (httpx2.Response(200, content=b" " * (client.LARGEST_ANSWER + 1)), TooLarge),
        (
            httpx2.Response(400, json={"code": 4711, "message": "scopes:[a:read:b, c:d]"}),
            MissingScope,
        ),
        (httpx2.Response(401, json={"code": 4711, "message": None}), MissingScope),
        (httpx2.Response(404), NotFound),
        (httpx2.Response(502, text="<html>"), OutOfOrder),
    ],
)
def test_an_unusable_answer_is_one_error(
    zoom_says: Wire, response: httpx2.Response, error: type[ZoomError]
) -> None:
    zoom_says.post(OAUTH).respond(json=token())
    zoom_says.get(SETTINGS).say(response)
    with pytest.raises(error) as raised:
        account_settings()
    assert type(raised.value) is error
    assert raised.value.sentence
    assert raised.value.advice


def test_the_media_type_may_have_parameters_and_capitals(zoom_says: Wire) -> None:
    zoom_says.post(OAUTH).respond(json=token())
    kind = {"Content-Type": "Application/JSON; charset=utf-8"}
    zoom_says.get(SETTINGS).respond(json=[1], headers=kind)
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
def test_a_list_of_another_shape_is_not_half_read(zoom_says: Wire, body: object) -> None:
    zoom_says.post(OAUTH).respond(json=token())
    zoom_says.get(f"{API}/users").respond(json=body)
    with client.connect() as zoom, pytest.raises(BadAnswer):
        list(zoom.users())


def test_pages_that_go_round_in_circles_end(zoom_says: Wire) -> None:
    zoom_says.post(OAUTH).respond(json=token())
    pages = [{"users": [{"id": "a"}], "next_page_token": mark} for mark in ("x", "y", "x")]
    route = zoom_says.get(f"{API}/users")
    route.in_turn([httpx2.Response(200, json=page) for page in pages])
    with client.connect() as zoom, pytest.raises(Endless):
        list(zoom.users())


def test_pages_without_end_end(zoom_says: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "MOST_PAGES", 5)
    zoom_says.post(OAUTH).respond(json=token())
    route = zoom_says.get(f"{API}/users")
    marks = iter(range(100))

    def page(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, json={"users": [], "next_page_token": f"p{next(marks)}"})

    route.by(page)
    with client.connect() as zoom, pytest.raises(Endless):
        list(zoom.users())
    assert len(route.calls) == 5


def test_an_id_stays_one_part_of_the_path(zoom_says: Wire) -> None:
    zoom_says.post(OAUTH).respond(json=token())
    asked = zoom_says.get_any().respond(json={})
    with client.connect() as zoom:
        zoom.user_settings("../accounts/me?x=1#y")
        for name in (".", "..", ""):
            with pytest.raises(NotFound):
                zoom.user_settings(name)
    assert len(asked.calls) == 1
    path = asked.calls[0].url.raw_path
    assert path == b"/v2/users/..%2Faccounts%2Fme%3Fx%3D1%23y/settings"


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (httpx2.Response(400, json={"error": "invalid_request"}), Unauthorised),
        (httpx2.Response(401, json={"error": "invalid_client"}), Unauthorised),
        (httpx2.Response(404), Unauthorised),
        (httpx2.Response(302), Redirected),
        (httpx2.Response(500), OutOfOrder),
        (httpx2.Response(200, json=token(access_token="a b")), BadAnswer),
        (httpx2.Response(200, json=token(access_token="a\r\nX: y")), BadAnswer),
        (httpx2.Response(200, json=token(access_token="")), BadAnswer),
        (httpx2.Response(200, json=token(access_token=7)), BadAnswer),
        (httpx2.Response(200, json=token(expires_in=True)), BadAnswer),
        (httpx2.Response(200, json=token(expires_in=0)), BadAnswer),
        (httpx2.Response(200, json=token(expires_in="3600")), BadAnswer),
        (httpx2.Response(200, json=token(token_type="mac")), BadAnswer),
        (httpx2.Response(200, json=[]), BadAnswer),
    ],
)
def test_without_a_token_the_api_is_not_asked(
    zoom_says: Wire, response: httpx2.Response, error: type[ZoomError]
) -> None:
    zoom_says.post(OAUTH).say(response)
    with pytest.raises(error):
        account_settings()
    assert ZoomToken.objects.get().leased_until is None


FAILURES: list[httpx2.Response | Exception] = [
    httpx2.Response(401, json={"message": "token-4714 client-secret-4713"}),
    httpx2.Response(400, json={"code": 300, "message": "account-id-4711 token-4714"}),
    httpx2.Response(400, json={"code": 4711, "message": "scopes:[token-4714 client-id-4712]"}),
    httpx2.Response(500, text="token-4714"),
    httpx2.Response(302, headers={"Location": "https://evil.example/token-4714"}),
    httpx2.Response(200, text="token-4714", headers={"Content-Type": "application/json"}),
    httpx2.ConnectError("client-secret-4713"),
    httpx2.ReadTimeout("client-secret-4713"),
]


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("at", [OAUTH, SETTINGS])
def test_no_secret_is_in_any_log_or_error(
    zoom_says: Wire, at: str, failure: httpx2.Response | Exception, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    zoom_says.post(OAUTH).respond(json=token())
    zoom_says.get(SETTINGS).respond(json={})
    route = zoom_says.post(OAUTH) if at == OAUTH else zoom_says.get(SETTINGS)
    if isinstance(failure, Exception):
        route.say(failure)
    else:
        route.say(failure)
    with pytest.raises(ZoomError) as raised, client.connect() as zoom:
        zoom.account_settings()
    error = raised.value
    said = [str(error), repr(error), error.sentence, error.advice, repr(vars(error))]
    said += traceback.format_exception(error)
    said += [repr(zoom), repr(vars(zoom)), *(repr(vars(record)) for record in caplog.records)]
    everything = "\n".join(said)
    for secret in (*SECRETS, BASIC):
        assert secret not in everything
    assert error.__cause__ is error.__context__ is None


def test_addresses_of_requests_are_not_logged(
    zoom_says: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    zoom_says.post(OAUTH).respond(json=token())
    zoom_says.get_any().respond(json={})
    with client.connect() as zoom:
        zoom.user_settings("user-4715")
    assert "4715" not in caplog.text


def test_an_account_that_refuses_everything_is_an_error_not_unknown(zoom_says: Wire) -> None:
    zoom_says.post(OAUTH).respond(json=token())
    zoom_says.get_any().respond(400, json={"code": 4711, "message": "scopes:[a:b]"})
    with client.connect() as zoom, pytest.raises(MissingScope):
        read_account(zoom)


@pytest.mark.parametrize(
    "body",
    [
        ["odd"],
        {},
        {"code": 300, "message": "Validation Failed."},
        {"code": 200, "settings": {"recording": {"cloud_recording": False}}},
    ],
)
def test_an_answer_without_any_section_of_settings_is_none(zoom_says: Wire, body: object) -> None:
    zoom_says.post(OAUTH).respond(json=token())
    zoom_says.get_any().respond(json=body)
    with client.connect() as zoom, pytest.raises(NoAnswer):
        read_account(zoom)


def test_who_is_listed_without_an_id_counts_as_unread(zoom_says: Wire) -> None:
    zoom_says.post(OAUTH).respond(json=token())
    zoom_says.get(f"{API}/users").respond(json={"users": [{"id": "u"}, "odd", {"id": 7}]})
    zoom_says.get(f"{API}/groups").respond(json={"groups": []})
    zoom_says.get_any().respond(json={"recording": {"cloud_recording": False}})
    with client.connect() as zoom:
        answers = read_account(zoom)
    assert answers.responses["GET /users"] == {"users": [{"id": "u"}, {}, {}]}
    read = verify(answers.responses).safeguards["cloud_recording"]
    assert (read.users_read, read.users_total, read.is_sure) == (1, 3, False)
    assert [type(one.error) for one in answers.refused if one.operation == "GET /users"] == [
        BadAnswer,
        BadAnswer,
    ]


@pytest.mark.parametrize(
    "body",
    [
        b'{"recording": {"cloud_recording": true, "cloud_recording": false}}',
        b'{"recording": {}, "recording": {"cloud_recording": false}}',
    ],
)
def test_a_body_with_the_same_key_twice_is_not_read(zoom_says: Wire, body: bytes) -> None:
    zoom_says.post(OAUTH).respond(json=token())
    kind = {"Content-Type": "application/json"}
    zoom_says.get(SETTINGS).respond(content=body, headers=kind)
    with pytest.raises(BadAnswer):
        account_settings()


MISSING = "Invalid access token, does not contain scopes"


@pytest.mark.parametrize("status", [200, 400, 401, 403, 429, 500])
@pytest.mark.parametrize("code", [4700, 4711, 99])
def test_a_missing_permission_is_known_by_its_sentence_under_any_number(
    zoom_says: Wire, status: int, code: int
) -> None:
    zoom_says.post(OAUTH).respond(json=token())
    message = f"{MISSING}: [account:read:settings:admin, account:read:settings:master]."
    zoom_says.get(SETTINGS).respond(status, json={"code": code, "message": message})
    with pytest.raises(MissingScope) as raised:
        account_settings()
    assert raised.value.scopes == ("account:read:settings:admin", "account:read:settings:master")


@pytest.mark.parametrize(
    "body",
    [
        {"message": f"{MISSING}: [account:read:settings:admin]."},
        {"code": "4700", "message": f"{MISSING}: [account:read:settings:admin]."},
        {"code": "4711", "message": "[account:read:settings:admin]"},
        {"errorCode": 4700, "errorMessage": f"{MISSING}: [account:read:settings:admin]."},
        {"code": 4700, "message": "It does not\ncontain scopes account:read:settings:admin"},
    ],
)
def test_a_missing_permission_is_known_in_whatever_form_it_is_said(
    zoom_says: Wire, body: object
) -> None:
    zoom_says.post(OAUTH).respond(json=token())
    zoom_says.get(SETTINGS).respond(401, json=body)
    with pytest.raises(MissingScope) as raised:
        account_settings()
    assert raised.value.scopes == ("account:read:settings:admin",)


def test_a_list_of_users_that_is_an_error_leaves_what_the_account_said(zoom_says: Wire) -> None:
    zoom_says.post(OAUTH).respond(json=token())
    zoom_says.get(f"{API}/users").respond(json={"code": 300, "message": "Validation Failed."})
    zoom_says.get(f"{API}/groups").respond(json={"groups": []})
    zoom_says.get_any().respond(json={"recording": {"cloud_recording": False}})
    with client.connect() as zoom:
        answers = read_account(zoom)
    assert [type(one.error) for one in answers.refused] == [NoAnswer]
    read = verify(answers.responses).safeguards["cloud_recording"]
    assert (read.verdict, read.is_sure) == ("protected", False)


def test_of_several_permissions_one_is_enough() -> None:
    one, several = MissingScope(["a:read:b"]).advice, MissingScope(["a:read:b", "c:read:d"]).advice
    assert "a:read:b, c:read:d" in several
    assert several.replace("a:read:b, c:read:d", "a:read:b") != one


def test_a_wrong_secret_another_kind_of_app_and_a_missing_permission_differ(
    zoom_says: Wire,
) -> None:
    sentences = set()
    for said in (
        httpx2.Response(401, json={"reason": "Invalid client_id", "error": "invalid_client"}),
        httpx2.Response(400, json={"reason": "unsupported grant type", "error": "other"}),
        httpx2.Response(400, json={"error": "unsupported_grant_type"}),
        httpx2.Response(400, json={"reason": "Bad Request", "error": "invalid_request"}),
        httpx2.Response(400, json={"code": 4700, "message": f"{MISSING}:[a:read:b]"}),
    ):
        zoom_says.post(OAUTH).say(said)
        with pytest.raises(ZoomError) as raised:
            account_settings()
        sentences.add((type(raised.value), raised.value.sentence))
    assert {kind for kind, _sentence in sentences} == {
        WrongSecret,
        WrongAppType,
        Unauthorised,
        MissingScope,
    }
    assert len({sentence for _kind, sentence in sentences}) == 4


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
    found = reduced(body, ["a.b", "a.absent", "d.e"])
    assert found == {"a": {"b": kept}}
    assert type(found["a"]["b"]) is type(kept)


def test_a_client_closes_its_connections(zoom_says: Wire) -> None:
    zoom_says.post(OAUTH).respond(json=token())
    zoom_says.get(SETTINGS).say(httpx2.ConnectError("down"))
    with pytest.raises(Unreachable):
        account_settings()
    with client.connect() as zoom:
        pass
    assert zoom._http.is_closed
