"""Sessions in a list, lost factors, and what owner and audit hear of it."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, User
from django.core import mail
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from notices.firm.audit import Act
from notices.firm.models import AuditEntry
from portal.accounts import guessing, sessions
from tests.accounts.signing_in import PASSWORD, attempt, code_of, give_app, is_in
from tests.factories import make_user
from tests.turns import seen

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
ACCOUNTS = "/admin/auth/user/"


def signed_in(user: User, agent: str = "") -> Client:
    client = Client(headers={"user-agent": agent})
    attempt(user.username, client=client)
    return client


def acts() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.order_by("pk").values_list("act", "subject"))


class TestSessions:
    def test_the_page_lists_them_in_words(self) -> None:
        user = make_user()
        phone, office = signed_in(user), signed_in(user, FIREFOX)
        signed_in(make_user(), "Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537")
        page = office.get("/admin/anmeldung/").content.decode()
        assert "Firefox, Windows" in page
        assert "Unbekannter Browser" in page
        assert "Android" not in page
        assert page.count("dieser hier") == 1
        assert is_in(phone)

    def test_signing_out_everywhere_ends_them_all_and_nobody_elses(self) -> None:
        user, other = make_user(), signed_in(make_user())
        phone, office = signed_in(user), signed_in(user)
        answer = office.post("/admin/anmeldung/ueberall-abmelden/")
        assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
        assert [is_in(one) for one in (phone, office, other)] == [False, False, True]
        assert acts()[-1] == (Act.SESSIONS_ENDED, f"#{user.pk}")

    def test_signing_out_clears_what_the_browser_kept_but_not_the_known_device(self) -> None:
        client = signed_in(make_user())
        answer = client.post("/admin/logout/")
        assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
        assert client.cookies["device"].value

    def test_an_operator_ends_those_of_others(self) -> None:
        user = make_user()
        theirs, operator = signed_in(user), signed_in(make_user("operator"))
        operator.post(ACCOUNTS, {"action": "end_sessions", "_selected_action": user.pk})
        assert not is_in(theirs)

    @pytest.mark.parametrize(
        ("agent", "words"),
        [
            (FIREFOX, "Firefox, Windows"),
            ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537 Edg/140.0", "Edge, Linux"),
            ("curl/8.5", ""),
        ],
    )
    def test_browsers_are_told_apart(self, agent: str, words: str) -> None:
        assert sessions.browser_in_words(agent) == words


class TestLostFactor:
    def at_the_second_step(self) -> tuple[User, Client]:
        user, client = make_user(name="anna"), Client()
        give_app(user)
        attempt("anna", client=client)
        return user, client

    def test_it_waits_on_the_start_page_of_operators_only(self) -> None:
        user, client = self.at_the_second_step()
        page = client.post("/admin/login/code/", {"lost": "1"}, follow=True)
        assert "ruft Sie zurück" in page.content.decode()
        assert not is_in(client)
        assert (Act.FACTOR_LOST, f"#{user.pk}") in acts()
        for role, shown in (("operator", True), ("editor", False)):
            start = signed_in(make_user(role)).get("/admin/").content.decode()
            assert ("Zweiter Faktor verloren" in start) is shown

    def test_a_password_is_needed_to_say_so(self) -> None:
        Client().post("/admin/login/code/", {"lost": "1"})
        assert Act.FACTOR_LOST not in dict(acts())

    def test_an_operator_resets_it(
        self, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        user, client = self.at_the_second_step()
        User.objects.filter(pk=user.pk).update(email="anna@example.org")
        client.post("/admin/login/code/", {"lost": "1"})
        operator = signed_in(make_user("operator"))
        with django_capture_on_commit_callbacks(execute=True):
            operator.post(ACCOUNTS, {"action": "reset_factor", "_selected_action": user.pk})
        assert not Authenticator.objects.filter(user=user).exists()
        assert "Zweiter Faktor verloren" not in operator.get("/admin/").content.decode()
        assert is_in(signed_in(user))
        assert (Act.FACTOR_RESET, f"#{user.pk}") in acts()
        assert [one.recipients() for one in mail.outbox] == [["anna@example.org"]]

    def test_nobody_resets_their_own_and_an_editor_resets_none(self) -> None:
        operator = make_user("operator")
        browser = signed_in(operator)
        give_app(operator)
        browser.post(ACCOUNTS, {"action": "reset_factor", "_selected_action": operator.pk})
        assert Authenticator.objects.filter(user=operator, type="totp").exists()
        answer = signed_in(make_user("editor")).post(
            ACCOUNTS, {"action": "reset_factor", "_selected_action": operator.pk}
        )
        assert answer.status_code == HTTPStatus.FORBIDDEN
        assert Authenticator.objects.filter(user=operator, type="totp").exists()


class TestAudit:
    def test_a_sign_in_stands_there_once_both_steps_are_done(self) -> None:
        user, client = make_user(), Client()
        secret = give_app(user)
        attempt(user.username, client=client)
        assert acts() == []
        client.post("/admin/login/code/", {"code": code_of(secret)})
        assert acts() == [(Act.SIGNED_IN, f"#{user.pk}")]

    def test_a_brake_stands_there_once_and_no_name_that_nobody_has(self) -> None:
        user = make_user()
        for name in (user.username, "my secret password"):
            for _ in range(guessing.PER_ACCOUNT + 3):
                attempt(name, "wrong")
        assert acts() == [(Act.SIGN_IN_BRAKED, f"#{user.pk}"), (Act.SIGN_IN_BRAKED, "–")]

    def test_a_new_password_and_a_new_role_stand_there_and_are_told(
        self, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        user = make_user("editor")
        User.objects.filter(pk=user.pk).update(email="anna@example.org")
        operator = signed_in(make_user("operator"))
        new = "Birne-Stiefel-Anker-Lampe"
        with django_capture_on_commit_callbacks(execute=True):
            own = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
            signed_in(user).post("/admin/password_change/", own)
            sent = {"username": user.username, "email": "anna@example.org", "is_active": "on"}
            reviewer = Group.objects.get(name="reviewer")
            change = f"{ACCOUNTS}{user.pk}/change/"
            operator.post(change, {"seen": seen(user), **sent, "groups": reviewer.pk})
        assert {Act.PASSWORD_CHANGED, Act.ROLES_CHANGED} <= set(dict(acts()))
        subjects = [one.subject for one in mail.outbox]
        assert "Ihr Passwort wurde geändert." in subjects
        assert "Ihre Rollen im Portal wurden geändert." in subjects
        details = [one.detail for one in AuditEntry.objects.filter(act=Act.ROLES_CHANGED)]
        assert {"add": ["reviewer"]} in details
        assert {"remove": ["editor"]} in details

    def test_the_start_page_is_not_flooded_with_sign_ins(self) -> None:
        client = signed_in(make_user("operator"))
        assert "Angemeldet: Konto" not in client.get("/admin/").content.decode()


@pytest.mark.parametrize(
    ("four_eyes", "roles", "taken"),
    [
        (True, ("operator", "editor"), False),
        (True, ("operator", "reviewer"), False),
        (True, ("editor", "reviewer"), True),
        (False, ("operator", "reviewer", "editor"), True),
    ],
)
def test_an_operator_is_not_also_editor_or_reviewer(
    settings: Settings, four_eyes: bool, roles: tuple[str, ...], taken: bool
) -> None:
    settings.FOUR_EYES = four_eyes
    user, operator = make_user("editor"), signed_in(make_user("operator"))
    groups = list(Group.objects.filter(name__in=roles).values_list("pk", flat=True))
    sent = {"username": user.username, "is_active": "on", "groups": groups}
    change = f"{ACCOUNTS}{user.pk}/change/"
    operator.post(change, {"seen": seen(user), **sent})
    assert set(user.groups.values_list("name", flat=True)) == (set(roles) if taken else {"editor"})
    operator.post(f"{ACCOUNTS}add/", {"username": "neu", "groups": groups})
    assert User.objects.filter(username="neu").exists() is taken
