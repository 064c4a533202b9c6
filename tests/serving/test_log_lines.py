"""The log: one line of JSON per event, and what must not be in it is not."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from portal.serving.log_lines import JsonLine
from tests.accounts.signing_in import attempt, give_app
from tests.factories import make_user

pytestmark = pytest.mark.django_db
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Lines:
    """Return what the log would hold, line by line, as read by a machine."""
    caplog.set_level(logging.INFO)
    for name in ("django", "django.request", "django.security"):
        logging.getLogger(name).addHandler(caplog.handler)

    def read() -> list[dict[str, Any]]:
        written = [JsonLine().format(record) for record in caplog.records]
        assert not [line for line in written if "\n" in line]
        return [json.loads(line) for line in written]

    return read


@pytest.fixture(autouse=True)
def handlers_as_before() -> Any:
    names = ("django", "django.request", "django.security")
    before = {name: list(logging.getLogger(name).handlers) for name in names}
    yield
    for name, handlers in before.items():
        logging.getLogger(name).handlers = handlers


def test_what_a_visitor_did_wrong_leaves_no_trace_and_no_token(lines: Lines) -> None:
    token = "secret-token-of-a-preview-link"
    client = Client()
    client.force_login(make_user("editor"))
    client.get(f"/de/hinweise/vorschau/{token}/")
    client.get("/admin/auth/user/")  # 403
    Client(enforce_csrf_checks=True).post("/admin/login/", {"login": "anna"})
    Client(headers={"host": "evil.example"}).get("/de/")
    found = lines()
    assert {404, 403, 400} <= {line.get("status") for line in found}
    assert not [line for line in found if "trace" in line]
    assert token not in str(found)
    assert "127.0.0.1" not in str(found)


def test_a_fault_of_the_portal_has_its_trace_in_the_same_line(lines: Lines) -> None:
    noted = {"status_code": 500}
    try:
        raise ValueError("of the portal")
    except ValueError:
        logging.getLogger("django.request").error("failed", exc_info=True, extra=noted)
    line = next(line for line in lines() if line["what"] == "failed")
    assert "ValueError: of the portal" in line["trace"]
    assert line["level"] == "error"
    assert line["time"].endswith("+00:00")


def test_every_sign_in_good_or_bad_is_a_line_with_the_number_of_the_account(
    lines: Lines, django_capture_on_commit_callbacks: Any
) -> None:
    user = make_user(name="anna-with-a-name")
    with django_capture_on_commit_callbacks(execute=True):
        attempt(user.username, "wrong")
        attempt("my secret password", "wrong")
        attempt(user.username)
    acts = [(line["act"], line["account"], line["result"]) for line in lines() if "act" in line]
    assert acts == [
        ("sign-in", user.pk, "refused"),
        ("sign-in", None, "refused"),
        ("signed-in", user.pk, "done"),
    ]
    assert "anna-with-a-name" not in str(lines())
    assert "my secret" not in str(lines())


def test_a_wrong_code_and_a_wrong_confirmation_are_lines_too(lines: Lines) -> None:
    user, client = make_user(), Client()
    give_app(user)
    attempt(user.username, client=client)
    client.post("/admin/login/code/", {"code": "918273"})
    client.force_login(user)
    client.post("/admin/bestaetigen/", {"password": "my secret password"})
    client.post("/admin/password_change/", {"old_password": "my secret password"})
    refused = [line["act"] for line in lines() if line.get("result") == "refused"]
    assert refused == ["second-factor", "confirmation", "confirmation"]
    assert {line["account"] for line in lines() if "result" in line} == {user.pk}
    assert "918273" not in str(lines())
    assert "my secret" not in str(lines())


@pytest.mark.parametrize(
    "words",
    ["Invalid request from ip=203.0.113.9: x", "Invalid request from ip=2001:db8::1: x"],
)
def test_no_line_holds_an_address(words: str, lines: Lines) -> None:
    logging.getLogger("gunicorn.error").warning(words)
    record = logging.LogRecord("gunicorn.error", logging.WARNING, "", 0, words, None, None)
    assert json.loads(JsonLine().format(record))["what"] == "Invalid request from ip=…: x"


def test_a_line_break_that_somebody_sends_makes_no_second_line(lines: Lines) -> None:
    Client().get("/de/x%0a%7b%22level%22:1%7d/")
    assert {line["level"] for line in lines()} == {"warning"}
