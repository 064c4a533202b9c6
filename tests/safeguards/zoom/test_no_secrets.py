"""Without a token nothing is asked, and no secret is in a log or an error."""

from __future__ import annotations

import logging
import traceback

import httpx2
import pytest

from notices.safeguards.models import ZoomToken
from notices.safeguards.zoom import client
from notices.safeguards.zoom.errors import (
    BadAnswer,
    OutOfOrder,
    Redirected,
    Unauthorised,
    ZoomError,
)

from .asking import (
    BASIC,
    OAUTH,
    SECRETS,
    SETTINGS,
    account_settings,
    token,
)
from .wire import Wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("connected")]


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
