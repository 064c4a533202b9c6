"""The sign-in page: quiet, German, and slow for those who guess."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator

import pytest
from django.core.cache import cache, caches
from django.test import Client
from pytest_django import Settings

from portal.serving import throttling
from portal.setup import env
from tests.factories import make_user

pytestmark = pytest.mark.django_db
LOGIN = "/admin/login/"
PASSWORD = "a long enough test password"


def attempt(name: str, password: str) -> str:
    page = Client().post(LOGIN, {"username": name, "password": password})
    return "in" if page.status_code == 302 else page.content.decode()


def test_the_page_has_one_heading_and_loads_no_theme_switch() -> None:
    page = Client().get(LOGIN).content.decode()
    assert page.count("<h1") == 1
    assert "<script" not in page
    assert not re.search(r"<style|style=|https?://(?!www\.w3\.org/2000/svg)", page)


def test_five_wrong_passwords_brake_the_account_even_for_the_right_one() -> None:
    user = make_user()
    for _ in range(throttling.PER_ACCOUNT):
        assert attempt(user.username, "wrong") != "in"
    assert "15 " in attempt(user.username, PASSWORD)


def test_another_account_is_not_braked() -> None:
    for _ in range(throttling.PER_ACCOUNT + 1):
        attempt("somebody", "wrong")
    assert attempt(make_user().username, PASSWORD) == "in"


def test_upper_case_does_not_open_a_new_account_of_attempts() -> None:
    user = make_user(name="anna")
    for name in ("anna", "ANNA", "Anna", "aNNa", "annA"):
        attempt(name, "wrong")
    assert attempt(user.username, PASSWORD) != "in"


def test_one_try_on_each_of_many_accounts_is_braked_too() -> None:
    user = make_user()
    for number in range(throttling.OVERALL):
        attempt(f"somebody-{number}", "wrong")
    assert attempt(user.username, PASSWORD) != "in"


def test_signing_in_forgets_the_failed_attempts() -> None:
    user = make_user()
    for _ in range(3):
        for _ in range(throttling.PER_ACCOUNT - 1):
            attempt(user.username, "wrong")
        assert attempt(user.username, PASSWORD) == "in"
        cache.delete("login:all")


def test_the_cache_holds_no_name() -> None:
    attempt("anna", "wrong")
    assert "anna" not in throttling._key("anna")


@pytest.fixture(params=["gone", "hanging"])
def redis_away(request: pytest.FixtureRequest, settings: Settings) -> Iterator[None]:
    """A Redis whose machine refuses, or takes the call and never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        if request.param == "hanging":
            server.listen()
        cache = env.cache({"CACHE_URL": f"redis://127.0.0.1:{server.getsockname()[1]}/0"})
        cache["OPTIONS"] = dict.fromkeys(cache["OPTIONS"], 0.05)
        settings.CACHES = {**settings.CACHES, "default": cache}
        yield
        caches["process"].clear()


def test_without_redis_each_process_counts_for_itself(redis_away: None) -> None:
    user = make_user()
    assert attempt(user.username, PASSWORD) == "in"
    for _ in range(throttling.PER_ACCOUNT):
        assert attempt(user.username, "wrong") != "in"
    assert "15 " in attempt(user.username, PASSWORD)
