"""The connection to Zoom: who sees it, what it says, and that it never shows a secret."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model
from django.test import Client
from httpx2 import Request, Response

from notices.safeguards.models import Check, Finding, Source
from notices.safeguards.zoom import connect_page, verdicts
from tests.conftest import SignIn
from tests.factories import make_organisation
from tests.safeguards.zoom.answers import ALL_PROTECTED, OLDER_PLAN, responses
from tests.safeguards.zoom.wire import Wire, connect

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/zoom/"
API = "https://api.zoom.us/v2"
SECRETS = {
    "ZOOM_ACCOUNT_ID": "acc-very-private",
    "ZOOM_CLIENT_ID": "client-very-private",
    "ZOOM_CLIENT_SECRET": "secret-very-private",
    "ZOOM_WEBHOOK_SECRET": "hook-very-private",
}
TOKEN = "token-very-private"


@pytest.fixture
def connected(settings: Any) -> None:
    make_organisation()
    for name, value in SECRETS.items():
        setattr(settings, name, value)


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    """Answer as the all-protected account does."""
    wire = connect(monkeypatch)
    serve(wire, responses(ALL_PROTECTED))
    return wire


def serve(router: Wire, answers: dict[str, Any]) -> None:
    router.post("https://zoom.us/oauth/token").respond(
        json={"access_token": TOKEN, "token_type": "bearer", "expires_in": 3600}
    )
    for operation, path in (
        (verdicts.ACCOUNT_SETTINGS, "/accounts/me/settings"),
        (verdicts.ACCOUNT_LOCKS, "/accounts/me/lock_settings"),
    ):

        def answer(request: Any, bodies: dict[str, Any] = answers[operation]) -> Response:
            option = request.url.params.get("option") or "default"
            return Response(200, json=bodies[option]) if option in bodies else Response(400)

        router.get(f"{API}{path}").by(answer)
    router.get(f"{API}/users").respond(json={"users": [{"id": "u-1"}], "next_page_token": ""})
    router.get(f"{API}/groups").respond(json={"groups": [{"id": "g-1"}]})
    for path in ("/users/u-1/settings", "/groups/g-1/settings", "/groups/g-1/lock_settings"):
        router.get(f"{API}{path}").respond(json={})


def no_secret_in(html: str) -> bool:
    return "very-private" not in html


@pytest.mark.parametrize("role", ["editor", "reviewer"])
def test_only_operators_see_it(sign_in: SignIn, role: str) -> None:
    client, _user = sign_in(role)
    assert client.get(ADDRESS).status_code == 403
    assert client.post(ADDRESS).status_code == 403
    assert ADDRESS not in client.get("/admin/").content.decode()
    assert Client().get(ADDRESS).status_code == 302
    assert Client().post(ADDRESS).status_code == 302


def test_the_operator_finds_it_on_the_start_page(sign_in: SignIn) -> None:
    client, _user = sign_in("operator")
    assert ADDRESS in client.get("/admin/").content.decode()


def test_without_an_account_it_says_what_is_missing(sign_in: SignIn) -> None:
    client, _user = sign_in("operator")
    response = client.get(ADDRESS)
    html = response.content.decode()
    assert [is_set for _name, is_set in response.context["variables"]] == [False] * 4
    assert "disabled" in html
    for scope, _why in connect_page.SCOPES:
        assert scope in html
    # The button is no protection: a test without credentials says so instead of failing.
    [call] = client.post(ADDRESS).context["trial"].calls
    assert call.outcome == connect_page.FAILED


@pytest.mark.usefixtures("connected")
def test_it_shows_the_webhook_and_the_last_ten_checks(sign_in: SignIn) -> None:
    for number in range(12):
        failed = number == 11
        Check.objects.create(
            source=Source.ACCOUNT,
            outcome=Check.Outcome.FAILED if failed else Check.Outcome.DONE,
            error="unreachable" if failed else "",
        )
    Check.objects.create(source=Source.HAND, outcome=Check.Outcome.DONE)
    client, _user = sign_in("operator")
    response = client.get(ADDRESS)
    html = response.content.decode()
    assert "http://testserver/hooks/zoom/" in html
    assert response.context["hook_has_secret"] is True
    shown = list(response.context["checks"])
    assert len(shown) == 10
    assert shown[0].outcome == "failed"
    assert all(check.source == Source.ACCOUNT for check in shown)
    assert no_secret_in(html)


@pytest.mark.usefixtures("connected", "wire")
def test_the_test_names_every_call_and_stores_no_finding(sign_in: SignIn) -> None:
    client, _user = sign_in("operator")
    response = client.post(ADDRESS)
    trial = response.context["trial"]
    assert trial.works
    assert len(trial.calls) == 1 + len(connect_page.options()) + 2 + 5
    assert response.context["missing"] == []
    assert not Finding.objects.exists()
    assert not Check.objects.exists()
    assert no_secret_in(response.content.decode())


@pytest.mark.usefixtures("connected")
def test_the_fields_that_the_plan_lacks_are_listed_by_zooms_name(
    sign_in: SignIn, wire: Wire
) -> None:
    client, _user = sign_in("operator")
    serve(wire, responses(OLDER_PLAN))
    response = client.post(ADDRESS)
    missing = response.context["missing"]
    assert missing
    html = response.content.decode()
    for one in missing:
        assert f"<code>{one.path}</code>" in html


@pytest.mark.usefixtures("connected")
def test_a_missing_permission_is_named_and_the_rest_still_asked(
    sign_in: SignIn, wire: Wire
) -> None:
    wire.get(f"{API}/groups").respond(
        400,
        json={
            "code": 4711,
            "message": "Invalid access token, does not contain "
            "scopes:[group:read:list_groups:admin].",
        },
    )
    client, _user = sign_in("operator")
    response = client.post(ADDRESS)
    [refused] = [call for call in response.context["trial"].calls if call.outcome != "ok"]
    assert refused.outcome == connect_page.REFUSED
    assert "group:read:list_groups:admin" in refused.advice
    assert response.context["trial"].calls[-2].outcome == "ok"
    assert not response.context["trial"].works


@pytest.mark.usefixtures("connected")
def test_after_one_failure_nothing_more_is_asked(sign_in: SignIn, wire: Wire) -> None:
    down = wire.get(f"{API}/accounts/me/settings").respond(503)
    client, _user = sign_in("operator")
    calls = client.post(ADDRESS).context["trial"].calls
    assert [call.outcome for call in calls[:2]] == ["ok", connect_page.FAILED]
    assert {call.outcome for call in calls[2:]} == {connect_page.LEFT_OUT}
    assert len(down.calls) == 1


@pytest.mark.usefixtures("connected", "wire")
def test_no_call_begins_once_the_time_is_up(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connect_page, "WHOLE_TEST", -1.0)
    client, _user = sign_in("operator")
    calls = client.post(ADDRESS).context["trial"].calls
    assert {call.outcome for call in calls} == {connect_page.LEFT_OUT}


@pytest.mark.usefixtures("connected")
def test_the_twenty_seconds_hold_for_all_calls_together(
    sign_in: SignIn, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])

    def slow(request: Request) -> Response:
        clock[0] += connect_page.ONE_CALL
        return Response(200, json={})

    wire.get(f"{API}/accounts/me/settings").by(slow)
    client, _user = sign_in("operator")
    calls = client.post(ADDRESS).context["trial"].calls
    assert clock[0] - 1000 <= connect_page.WHOLE_TEST + connect_page.ONE_CALL
    assert calls[-1].outcome == connect_page.LEFT_OUT
    assert connect_page.WHOLE_TEST < 20


@pytest.mark.usefixtures("connected", "wire")
def test_no_secret_stands_in_the_database_in_clear(sign_in: SignIn) -> None:
    client, _user = sign_in("operator")
    client.post(ADDRESS)
    models: list[type[Model]] = list(apps.get_models())
    stored = str([list(model._default_manager.values_list()) for model in models])
    assert no_secret_in(stored)
