"""A missing permission is known for what it is, and named."""

from __future__ import annotations

import httpx2
import pytest

from notices.safeguards.zoom import client
from notices.safeguards.zoom.account import read_account
from notices.safeguards.zoom.errors import (
    MissingScope,
    NoAnswer,
    Unauthorised,
    WrongAppType,
    WrongSecret,
    ZoomError,
)
from notices.safeguards.zoom.verdicts import verify

from .asking import (
    API,
    OAUTH,
    SETTINGS,
    account_settings,
    token,
)
from .wire import Wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("connected")]


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
