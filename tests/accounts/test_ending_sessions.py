"""Whatever changes how somebody signs in, or what they may do, ends the sessions beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from portal.accounts import guessing
from tests.accounts.signing_in import PASSWORD, attempt, code_of, give_app, is_in
from tests.factories import make_user
from tests.turns import seen

pytestmark = pytest.mark.django_db
ACCOUNTS = "/admin/auth/user/"
NEW = "Birne-Stiefel-Anker-Lampe"


def signed_in(user: User) -> Client:
    client = Client()
    attempt(user.username, client=client)
    assert is_in(client)
    return client


def sets_up_an_app(own: Client, user: User) -> None:
    page = own.get("/admin/anmeldung/app/").content.decode()
    secret = page.split("<code>", 1)[1].split("</code>", 1)[0]
    own.post("/admin/anmeldung/app/", {"code": code_of(secret)})
    assert Authenticator.objects.filter(user=user, type="totp").exists()


def removes_the_app(own: Client, user: User) -> None:
    give_app(user)
    own.post("/admin/anmeldung/app/entfernen/")
    assert not Authenticator.objects.filter(user=user, type="totp").exists()


def sets_a_password(own: Client, user: User) -> None:
    sent = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    own.post("/admin/password_change/", sent)
    assert User.objects.get(pk=user.pk).check_password(NEW)


@pytest.mark.parametrize("act", [sets_up_an_app, removes_the_app, sets_a_password])
def test_what_one_changes_oneself_ends_all_sessions_but_this_one(
    act: Callable[[Client, User], None],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    user = make_user()
    own, other = signed_in(user), signed_in(user)
    stranger = signed_in(make_user())
    with django_capture_on_commit_callbacks(execute=True):
        act(own, user)
    assert [is_in(one) for one in (own, other, stranger)] == [True, False, True]


def gets_another_role(operator: Client, user: User) -> None:
    reviewer = Group.objects.get(name="reviewer").pk
    sent = {"seen": seen(user), "username": user.username, "is_active": "on", "groups": reviewer}
    operator.post(f"{ACCOUNTS}{user.pk}/change/", sent)
    assert user.groups.get().name == "reviewer"


def is_closed(operator: Client, user: User) -> None:
    groups = list(user.groups.values_list("pk", flat=True))
    sent = {"seen": seen(user), "username": user.username, "groups": groups}
    operator.post(f"{ACCOUNTS}{user.pk}/change/", sent)
    assert not User.objects.get(pk=user.pk).is_active


def loses_the_factor(operator: Client, user: User) -> None:
    give_app(user)
    operator.post(ACCOUNTS, {"action": "reset_factor", "_selected_action": user.pk})


@pytest.mark.parametrize("act", [gets_another_role, is_closed, loses_the_factor])
def test_what_an_operator_changes_ends_every_session_of_that_account_and_no_other(
    act: Callable[[Client, User], None],
) -> None:
    user = make_user("editor")
    theirs, stranger = signed_in(user), signed_in(make_user())
    operator = signed_in(make_user("operator"))
    act(operator, user)
    assert [is_in(one) for one in (theirs, stranger, operator)] == [False, True, True]


def test_a_closed_account_that_opens_again_has_to_sign_in() -> None:
    user = make_user()
    theirs = signed_in(user)
    user.is_active = False
    user.save()
    assert not is_in(theirs)
    user.is_active = True
    user.save()
    assert not is_in(theirs)


def test_an_erased_person_leaves_no_factor_and_no_session() -> None:
    user = make_user(name="anna")
    theirs, operator = signed_in(user), signed_in(make_user("operator"))
    give_app(user)
    Authenticator.objects.create(user=user, type="webauthn", data={"name": "Annas Telefon"})
    sent = {"action": "erase", "_selected_action": user.pk, "_confirm": "1", "name": "anna"}
    operator.post(ACCOUNTS, sent)
    assert not Authenticator.objects.filter(user=user).exists()
    assert not is_in(theirs)


def test_the_key_of_a_session_is_another_one_after_the_sign_in() -> None:
    client, other = Client(), Client()
    client.get("/admin/login/")
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    planted = str(session.session_key)
    other.cookies["session"] = client.cookies["session"] = planted
    attempt(make_user().username, client=client)
    assert is_in(client)
    assert client.cookies["session"].value != planted
    assert not is_in(other)
    assert not Session.objects.filter(session_key=planted).exists()


@pytest.mark.parametrize("path", ["/admin/login/", "/admin/", "/admin/nachweis/"])
def test_a_made_up_key_is_never_taken_over(path: str) -> None:
    client = Client()
    client.cookies["session"] = made_up = "a" * 32
    client.get(path)
    attempt(make_user().username, client=client)
    assert client.cookies["session"].value != made_up
    assert not Session.objects.filter(session_key=made_up).exists()


def test_eight_hours_end_it_however_often_drafts_and_lists_are_sent() -> None:
    """What a page sends by itself, and what renews the cookie, gives no minute more."""
    client = signed_in(make_user("editor"))
    began = timezone.now()
    for minutes in range(20, 8 * 60 + 1, 20):
        with time_machine.travel(began + timedelta(minutes=minutes - 1), tick=True):
            for path in ("/admin/vorschau/", "/admin/benachrichtigungen/", "/admin/autocomplete/"):
                client.post(path, {"field": "text_de", "text_de": "x", "_autosave": "1"})
            assert is_in(client), minutes
    with time_machine.travel(began + timedelta(hours=8, seconds=5), tick=True):
        assert not is_in(client)


def test_guessing_the_old_password_before_it_is_changed_is_braked() -> None:
    user = make_user()
    client = signed_in(user)
    sent = {"new_password1": NEW, "new_password2": NEW}
    for _ in range(guessing.PER_ACCOUNT):
        client.post("/admin/password_change/", {**sent, "old_password": "wrong"})
    answer = client.post("/admin/password_change/", {**sent, "old_password": PASSWORD})
    assert answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert int(answer.headers["Retry-After"]) > 0
    assert "Zu viele Versuche" in answer.content.decode()
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)
