"""What a hostile answer or this server's own settings do to the client: one typed error."""

from __future__ import annotations

import gzip
import json
import traceback

import httpx
import pytest
import respx

from notices.safeguards import zoom
from notices.safeguards.zoom_errors import BadAnswer, BadEnvironment, NotFound

pytestmark = [pytest.mark.django_db, pytest.mark.respx(assert_all_called=False)]

OAUTH = "https://zoom.us/oauth/token"
API = "https://api.zoom.us/v2"
ACCESS = zoom.Access("account", "client", "secret", OAUTH, API)


@pytest.fixture(autouse=True)
def token(waits: list[float], respx_mock: respx.MockRouter) -> None:
    body = {"access_token": "token", "token_type": "bearer", "expires_in": 3600}
    respx_mock.post(OAUTH).respond(json=body)


@pytest.mark.parametrize("mark", ["\ud800", "\x00", "a b", "x" * 70_000])
def test_a_mark_of_the_next_page_that_fits_no_address_is_refused(
    mark: str, respx_mock: respx.MockRouter
) -> None:
    body = json.dumps({"users": [], "next_page_token": mark}).encode()
    kind = {"Content-Type": "application/json"}
    pages = respx_mock.get(f"{API}/users").respond(content=body, headers=kind)
    with zoom.ZoomClient(ACCESS) as client, pytest.raises(BadAnswer):
        list(client.users())
    assert pages.call_count == 1


@pytest.mark.parametrize("identifier", ["\ud800", "a\nb", "\x00"])
def test_an_id_that_fits_no_address_is_not_asked_for(
    identifier: str, respx_mock: respx.MockRouter
) -> None:
    asked = respx_mock.get(url__regex=".*").respond(json={})
    with zoom.ZoomClient(ACCESS) as client, pytest.raises(NotFound):
        client.meeting(identifier)
    assert not asked.called


def test_a_compressed_answer_is_not_unfolded(respx_mock: respx.MockRouter) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    packed = gzip.compress(b"{}")
    respx_mock.get(f"{API}/accounts/me/settings").respond(content=packed, headers=headers)
    with zoom.ZoomClient(ACCESS) as client, pytest.raises(BadAnswer):
        client.account_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTPS_PROXY", "nonsense://somebody:very-private@proxy.example"),
        ("ALL_PROXY", "socks5://somebody:very-private@proxy.example:99999"),
        ("SSL_CERT_FILE", "/absent/very-private.pem"),
    ],
)
def test_unusable_settings_of_this_server_are_one_error_without_their_values(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadEnvironment) as raised:
        zoom.ZoomClient(ACCESS)
    assert "very-private" not in "".join(traceback.format_exception(raised.value))
    assert raised.value.__cause__ is raised.value.__context__ is None
    assert name in raised.value.advice


def test_a_stand_in_on_loopback_ignores_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "nonsense://proxy.example")
    local = zoom.Access("account", "client", "secret", OAUTH, "http://127.0.0.1:1/v2")
    with zoom.ZoomClient(local) as client:
        assert isinstance(client._http, httpx.Client)
