"""What Zoom may say, and what the client makes of it; no server, no waiting."""

from __future__ import annotations

import httpx2
import pytest
from pytest_django import Settings

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
    Redirected,
    TooLarge,
    Unreachable,
    ZoomError,
)
from notices.safeguards.zoom.verdicts import verify

from .asking import (
    API,
    BASIC,
    OAUTH,
    SETTINGS,
    account_settings,
    token,
)
from .wire import Wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("connected")]


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
