"""Signing in: one answer for all that is wrong, a second step, and a page without a script."""

from __future__ import annotations

import base64
import random
import re
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.models import User
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from pytest_django import Settings

from tests.accounts.signing_in import LOGIN, PASSWORD, attempt, code_of, give_app, is_in
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_the_page_has_one_heading_and_no_script_in_it() -> None:
    page = Client().get(LOGIN).content.decode()
    assert page.count("<h1") == 1
    assert re.findall(r"<script[^>]*>([^<]+)", page) == []
    assert not re.search(r"<style|style=|https?://(?!www\.w3\.org/2000/svg)", page)


def test_name_and_password_open_the_office() -> None:
    client = Client()
    answer = attempt(make_user().username, client=client)
    assert answer.headers["Location"] == "/admin/"
    assert is_in(client)


def test_it_leads_back_to_the_page_that_was_wanted_and_to_no_other_site() -> None:
    name = make_user().username
    for wanted, led in (("/admin/zoom/", "/admin/zoom/"), ("https://evil.example/", "/admin/")):
        sent = {"login": name, "password": PASSWORD, "next": wanted}
        assert Client().post(LOGIN, sent).headers["Location"] == led


def nobody() -> str:
    return "nobody-has-this-name"


def somebody() -> str:
    return make_user().username


def closed() -> str:
    user = make_user()
    User.objects.filter(pk=user.pk).update(is_active=False)
    return user.username


def no_staff() -> str:
    return make_user(role=None).username


def words(answer: object) -> str:
    page = answer.content.decode()  # type: ignore[attr-defined]
    return re.sub(r'value="[^"]*"', "", page)


@pytest.mark.parametrize(
    ("who", "password"),
    [(nobody, PASSWORD), (somebody, "wrong"), (closed, PASSWORD), (no_staff, PASSWORD)],
)
def test_whatever_is_wrong_gets_the_same_answer(who: object, password: str) -> None:
    answer = attempt(who(), password)  # type: ignore[operator]
    assert answer.status_code == HTTPStatus.OK
    assert words(answer) == words(attempt("another-name", "wrong"))


def noted(act: str, hashed: list[str]) -> Any:
    """Return `act` of the slow hasher so that each use is noted."""
    original = getattr(Argon2PasswordHasher, act)

    def noting(hasher: Argon2PasswordHasher, *given: Any) -> Any:
        hashed.append("once")
        return original(hasher, *given)

    return noting


@pytest.mark.parametrize("who", [nobody, somebody, closed, no_staff])
def test_an_unknown_name_costs_as_much_as_a_wrong_password(
    who: object, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    name = who()  # type: ignore[operator]
    hashed: list[str] = []
    for act in ("encode", "verify"):
        monkeypatch.setattr(Argon2PasswordHasher, act, noted(act, hashed))
    attempt(name, "wrong")
    assert hashed == ["once"]


def test_there_is_no_door_to_sign_up_or_to_reset_a_password() -> None:
    for name in ("account_signup", "account_reset_password", "account_email"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    assert Client().get("/admin/signup/").status_code in (302, 404)


class TestSecondStep:
    def test_a_password_alone_opens_nothing(self) -> None:
        user, client = make_user(), Client()
        give_app(user)
        answer = attempt(user.username, client=client)
        assert answer.headers["Location"].startswith("/admin/login/code/")
        assert not is_in(client)

    def test_the_code_of_the_app_opens(self) -> None:
        user, client = make_user(), Client()
        secret = give_app(user)
        attempt(user.username, client=client)
        client.post("/admin/login/code/", {"code": code_of(secret)})
        assert is_in(client)

    def test_a_wrong_code_does_not(self) -> None:
        user, client = make_user(), Client()
        give_app(user)
        attempt(user.username, client=client)
        page = client.post("/admin/login/code/", {"code": "000000"})
        assert "passte nicht" in page.content.decode()
        assert not is_in(client)

    def test_a_recovery_code_works_once(self) -> None:
        user = make_user()
        give_app(user)
        codes = Authenticator.objects.get(user=user, type="recovery_codes").wrap()
        one = codes.get_unused_codes()[0]
        for opens in (True, False):
            client = Client()
            attempt(user.username, client=client)
            client.post("/admin/login/code/", {"code": one})
            assert is_in(client) is opens

    def test_its_secret_is_not_readable_in_the_database(self) -> None:
        user = make_user()
        secret = give_app(user)
        kept = str(list(Authenticator.objects.values_list("data", flat=True)))
        assert secret not in kept
        assert "gAAAA" in kept


class TestEverybodyNeedsOne:
    @pytest.fixture
    def client(self) -> Client:
        client = Client()
        client.force_login(make_user("reviewer"))
        return client

    def test_at_first_a_notice_says_until_when(self, client: Client) -> None:
        page = client.get("/admin/").content.decode()
        assert "zweiten Faktor" in page

    @pytest.mark.parametrize("path", ["/admin/", "/admin/nachweis/", "/admin/auth/user/"])
    def test_after_the_days_only_the_page_to_set_one_up(self, client: Client, path: str) -> None:
        user = User.objects.get()
        user.standing.first_signed_in_at = timezone.now() - timedelta(days=7, minutes=1)
        user.standing.save()
        for answer in (client.get(path), client.post(path, {"first": "2026-01-01"})):
            assert answer.headers["Location"] == "/admin/anmeldung/"
        assert client.get("/admin/anmeldung/").status_code == HTTPStatus.OK
        assert client.get("/admin/anmeldung/app/").status_code == HTTPStatus.OK

    def test_signing_in_again_gives_no_new_days(self, client: Client) -> None:
        user = User.objects.get()
        with time_machine.travel(timezone.now() + timedelta(days=8), tick=True):
            client.force_login(user)
            assert client.get("/admin/").headers["Location"] == "/admin/anmeldung/"

    def test_with_a_factor_all_is_open(self, client: Client) -> None:
        user = User.objects.get()
        give_app(user)
        with time_machine.travel(timezone.now() + timedelta(days=8), tick=True):
            client.force_login(user)
            assert is_in(client)

    def test_a_demo_can_do_without(self, client: Client, settings: Settings) -> None:
        settings.SECOND_FACTOR_DAYS = None
        user = User.objects.get()
        with time_machine.travel(timezone.now() + timedelta(days=99), tick=True):
            client.force_login(user)
            page = client.get("/admin/")
        assert page.status_code == HTTPStatus.OK
        assert "zweiten Faktor" not in page.content.decode()

    def test_an_app_is_set_up_with_the_code_it_shows(self, client: Client) -> None:
        page = client.get("/admin/anmeldung/app/").content.decode()
        secret = re.findall(r"<code>([A-Z2-7]+)</code>", page)[0]
        answer = client.post("/admin/anmeldung/app/", {"code": code_of(secret)})
        assert answer.headers["Location"] == "/admin/anmeldung/notfallcodes/"
        codes = re.findall(
            r"<code>(\d{8})</code>", client.get("/admin/anmeldung/notfallcodes/").content.decode()
        )
        assert len(set(codes)) == 10
        assert Authenticator.objects.filter(type="totp").count() == 1


def test_codes_and_secrets_come_from_the_random_source_of_the_system() -> None:
    """Whoever knows the numbers of `random` foretells none of them."""
    found = []
    for _ in range(2):
        random.seed(1)
        user = make_user()
        secret = give_app(user)
        codes = Authenticator.objects.get(user=user, type="recovery_codes").wrap()
        found.append((secret, *codes.get_unused_codes()))
    assert not set(found[0]) & set(found[1])
    assert len(base64.b32decode(found[0][0])) >= 16
    assert all(len(code) == 8 and code.isdigit() for code in found[0][1:])  # 26 bits
