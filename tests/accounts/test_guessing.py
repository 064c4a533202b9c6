"""Guessing is slow for whoever guesses, and for nobody else."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http import HTTPStatus

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.signing import dumps
from django.db import connection
from django.test import Client
from django.utils import timezone

from portal.accounts import devices, guessing
from portal.accounts.models import Tries
from tests.accounts.signing_in import PASSWORD, attempt, code_of, give_app, is_in
from tests.factories import make_user

BRAKED = HTTPStatus.TOO_MANY_REQUESTS


@pytest.mark.django_db
class TestOneAccount:
    def brake(self, user: User) -> None:
        for _ in range(guessing.PER_ACCOUNT):
            assert attempt(user.username, "wrong").status_code == HTTPStatus.OK

    def test_after_five_wrong_passwords_even_the_right_one_waits(self) -> None:
        user = make_user()
        self.brake(user)
        answer = attempt(user.username)
        assert answer.status_code == BRAKED
        assert 1 <= int(answer.headers["Retry-After"]) <= 15 * 60
        assert "15 Minuten" in answer.content.decode()

    @pytest.mark.parametrize(
        "headers", [{"X-Requested-With": "XMLHttpRequest"}, {"Accept": "application/json"}]
    )
    def test_whoever_calls_themselves_a_program_is_braked_alike(
        self, headers: dict[str, str]
    ) -> None:
        user, client = make_user(), Client(headers=headers)
        for _ in range(guessing.PER_ACCOUNT):
            assert attempt(user.username, "wrong", client).status_code == HTTPStatus.OK
        answer = attempt(user.username, PASSWORD, client)
        assert answer.status_code == BRAKED
        assert "15 Minuten" in answer.content.decode()
        give_app(user)
        guessing.forget_passwords(answer.wsgi_request, user.username)
        attempt(user.username, PASSWORD, client)
        for _ in range(guessing.PER_ACCOUNT):
            client.post("/admin/login/code/", {"code": "000000"})
        answer = client.post("/admin/login/code/", {"code": "000000"})
        assert answer.status_code == BRAKED

    def test_after_the_time_it_named_the_right_one_opens(self) -> None:
        user = make_user()
        self.brake(user)
        wait = int(attempt(user.username).headers["Retry-After"])
        for seconds, status in ((wait - 5, BRAKED), (wait + 1, HTTPStatus.FOUND)):
            with time_machine.travel(timezone.now() + timedelta(seconds=seconds), tick=False):
                assert attempt(user.username).status_code == status

    def test_another_account_is_not_braked(self) -> None:
        self.brake(make_user())
        assert attempt(make_user().username).status_code == HTTPStatus.FOUND

    def test_a_name_that_nobody_has_is_braked_alike(self) -> None:
        for _ in range(guessing.PER_ACCOUNT):
            attempt("nobody", "wrong")
        assert attempt("nobody", "wrong").status_code == BRAKED

    def test_upper_case_and_blanks_open_no_new_account_of_attempts(self) -> None:
        make_user(name="anna")
        for name in ("anna", "ANNA", " Anna", "aNNa ", "annA"):
            attempt(name, "wrong")
        assert attempt("anna").status_code == BRAKED

    def test_signing_in_forgets_the_wrong_ones(self) -> None:
        user = make_user()
        for _ in range(3):
            for _ in range(guessing.PER_ACCOUNT - 1):
                attempt(user.username, "wrong")
            assert attempt(user.username).status_code == HTTPStatus.FOUND

    def test_no_name_and_no_address_is_kept(self) -> None:
        attempt("anna", "wrong")
        kept = str(list(Tries.objects.values_list()))
        assert "anna" not in kept
        assert "127.0.0.1" not in kept

    def test_what_is_over_is_deleted(self) -> None:
        attempt("anna", "wrong")
        guessing.clear()
        assert Tries.objects.exists()
        with time_machine.travel(timezone.now() + guessing.KEPT + timedelta(seconds=1)):
            guessing.clear()
        assert not Tries.objects.exists()


@pytest.mark.django_db
class TestNobodyLocksAColleagueOut:
    def at_home(self, user: User) -> Client:
        """Return a browser in which `user` has signed in, and out again."""
        client = Client()
        attempt(user.username, client=client)
        client.post("/admin/logout/")
        assert not is_in(client)
        return client

    def test_a_known_device_passes_the_brake_of_the_account(self) -> None:
        user = make_user()
        client = self.at_home(user)
        for _ in range(guessing.PER_ACCOUNT + 1):
            attempt(user.username, "wrong")
        assert attempt(user.username).status_code == BRAKED
        assert attempt(user.username, client=client).status_code == HTTPStatus.FOUND

    def test_it_passes_the_brake_over_all_accounts(self) -> None:
        user = make_user()
        client = self.at_home(user)
        for number in range(guessing.OVERALL + 1):
            attempt(f"somebody-{number}", "wrong")
        assert attempt(user.username, client=client).status_code == HTTPStatus.FOUND

    def test_a_stolen_device_can_guess_no_more_than_others(self) -> None:
        user = make_user()
        client = self.at_home(user)
        for _ in range(guessing.PER_ACCOUNT):
            attempt(user.username, "wrong", client)
        assert attempt(user.username, client=client).status_code == BRAKED

    def test_it_is_known_for_its_own_account_only(self) -> None:
        client, other = self.at_home(make_user()), make_user()
        for _ in range(guessing.PER_ACCOUNT):
            attempt(other.username, "wrong")
        assert attempt(other.username, client=client).status_code == BRAKED

    def test_a_new_password_makes_it_unknown(self) -> None:
        user = make_user()
        client = self.at_home(user)
        user.set_password("quite another long password")
        user.save()
        for _ in range(guessing.PER_ACCOUNT):
            attempt(user.username, "wrong")
        assert attempt(user.username, "wrong", client).status_code == BRAKED

    def test_a_cookie_of_ones_own_making_is_worth_nothing(self) -> None:
        user, client = make_user(), Client()
        people = {str(user.pk): devices._stamp(user)}
        client.cookies["device"] = dumps({"device": "x", "people": people}, key="other", salt="s")
        for _ in range(guessing.PER_ACCOUNT):
            attempt(user.username, "wrong")
        assert attempt(user.username, client=client).status_code == BRAKED

    def test_the_cookie_goes_to_staff_pages_only(self) -> None:
        client = Client()
        cookie = attempt(make_user().username, client=client).cookies["device"]
        assert cookie["path"] == "/admin/"
        assert cookie["httponly"]
        assert cookie["samesite"] == "Strict"

    def test_a_wrong_password_makes_no_known_device(self) -> None:
        assert "device" not in attempt(make_user().username, "wrong").cookies

    def test_a_right_password_without_the_second_step_makes_none(self) -> None:
        user = make_user()
        give_app(user)
        assert "device" not in attempt(user.username).cookies


@pytest.mark.django_db
def test_one_try_on_each_of_many_accounts_is_braked() -> None:
    user = make_user()
    for number in range(guessing.OVERALL):
        attempt(f"somebody-{number}", "wrong")
    assert attempt(user.username).status_code == BRAKED


@pytest.mark.django_db
class TestCodes:
    def test_after_five_wrong_codes_even_the_right_one_waits(self) -> None:
        user, client = make_user(), Client()
        secret = give_app(user)
        attempt(user.username, client=client)
        for _ in range(guessing.PER_ACCOUNT):
            assert client.post("/admin/login/code/", {"code": "000000"}).status_code == 200
        # The password once more is no way around it.
        other = Client()
        attempt(user.username, client=other)
        for browser in (client, other):
            answer = browser.post("/admin/login/code/", {"code": code_of(secret)})
            assert answer.status_code == BRAKED
            assert not is_in(browser)

    def test_a_code_works_once_on_whichever_machine(self) -> None:
        from django.core.cache import cache

        user = make_user()
        secret = give_app(user)
        code = code_of(secret)
        for opens in (True, False):
            client = Client()
            attempt(user.username, client=client)
            client.post("/admin/login/code/", {"code": code})
            assert is_in(client) is opens
            cache.clear()  # another process knows nothing of this one's memory

    def test_guessing_the_password_in_an_open_session_is_braked(self) -> None:
        client, user = Client(), make_user()
        client.force_login(user)
        for _ in range(guessing.PER_ACCOUNT):
            client.post("/admin/bestaetigen/", {"password": "wrong"})
        answer = client.post("/admin/bestaetigen/", {"password": PASSWORD})
        assert answer.status_code == BRAKED


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("file_database")
def test_four_machines_count_together() -> None:
    """Each thread has a connection of its own, as workers have; all begin at the same moment."""
    user = make_user()
    tries = 20
    together = threading.Barrier(4)

    def guess(_number: int) -> int:
        together.wait(timeout=20)
        statuses = [attempt(user.username, "wrong").status_code for _ in range(tries // 4)]
        connection.close()
        return statuses.count(HTTPStatus.OK)

    with ThreadPoolExecutor(4) as machines:
        looked_at = sum(machines.map(guess, range(4)))
    assert looked_at == guessing.PER_ACCOUNT
