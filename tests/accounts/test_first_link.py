"""A new account comes with a link: it works once, for three days, and for one person."""

from __future__ import annotations

import logging
import re
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core import mail
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from notices.firm.audit import Act
from notices.firm.models import AuditEntry
from portal.accounts import first_link
from tests.accounts.signing_in import attempt, code_of, give_app, is_in
from tests.factories import make_user

pytestmark = pytest.mark.django_db
ACCOUNTS = "/admin/auth/user/"
OWN = "Birne-Stiefel-Anker-Lampe"
NO_LONGER = "Dieser Link gilt nicht"
ADDRESS = re.compile(r"https?://[^/\s]+(/admin/login/link/[\w-]+/[\w-]+/)")


def new_account(name: str = "neu", **fields: Any) -> User:
    user = User.objects.create(username=name, is_staff=True, **fields)
    user.set_unusable_password()
    user.save()
    return user


def path_for(user: User) -> str:
    found = ADDRESS.search(first_link.send(user))
    assert found
    return found[1]


def set_password(path: str, client: Client | None = None, password: str = OWN) -> Any:
    client = client or Client()
    page = client.get(path, follow=True)
    if not page.redirect_chain:
        return page
    where = page.redirect_chain[-1][0]
    return client.post(where, {"new_password1": password, "new_password2": password}, follow=True)


def refused(path: str) -> bytes:
    answer = Client().get(path, follow=True)
    assert answer.status_code == HTTPStatus.GONE
    assert NO_LONGER in answer.content.decode()
    return bytes(answer.content.split(b"<main")[1])


def acts() -> list[tuple[str, str, int | None]]:
    rows = AuditEntry.objects.order_by("pk")
    return list(rows.values_list("act", "subject", "by"))


def test_with_it_the_person_sets_a_password_and_signs_in() -> None:
    user = new_account()
    answer = set_password(path_for(user))
    assert "Ihr Passwort ist gesetzt" in answer.content.decode()
    client = Client()
    attempt("neu", OWN, client)
    assert is_in(client)
    assert (Act.LINK_SENT, f"#{user.pk}", None) in acts()
    assert (Act.LINK_USED, f"#{user.pk}", user.pk) in acts()


def test_its_token_is_gone_from_the_address_before_a_page_could_hand_it_on() -> None:
    path = path_for(new_account())
    token = path.rstrip("/").rsplit("/", 1)[1]
    client = Client()
    answer = client.get(path)
    assert answer.status_code == HTTPStatus.FOUND
    page = client.get(answer.headers["Location"])
    for one in (answer, page):
        assert one.headers["Referrer-Policy"] == "same-origin"
        assert "no-store" in one.headers["Cache-Control"]
        assert token not in one.content.decode() + one.headers.get("Location", "")


def test_setting_a_password_signs_nobody_in() -> None:
    client = Client()
    set_password(path_for(new_account()), client)
    assert not is_in(client)


def test_it_works_once() -> None:
    user = new_account()
    path = path_for(user)
    set_password(path)
    refused(path)
    assert User.objects.get(pk=user.pk).check_password(OWN)


def test_of_two_at_once_one_counts() -> None:
    user = new_account()
    path = path_for(user)
    first, second = Client(), Client()
    pages = [one.get(path, follow=True).redirect_chain[-1][0] for one in (first, second)]
    first.post(pages[0], {"new_password1": OWN, "new_password2": OWN})
    other = OWN + "-2"
    answer = second.post(pages[1], {"new_password1": other, "new_password2": other})
    assert answer.status_code == HTTPStatus.GONE
    assert User.objects.get(pk=user.pk).check_password(OWN)


def test_what_another_machine_did_meanwhile_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    user = new_account()
    get_form = first_link.SetPassword.get_form

    def meanwhile(view: Any) -> Any:
        form = get_form(view)
        stored = User.objects.get(pk=user.pk)
        stored.set_password(OWN)
        stored.save()
        return form

    client = Client()
    where = client.get(path_for(user), follow=True).redirect_chain[-1][0]
    monkeypatch.setattr(first_link.SetPassword, "get_form", meanwhile)
    answer = client.post(where, {"new_password1": OWN + "-2", "new_password2": OWN + "-2"})
    assert answer.status_code == HTTPStatus.GONE
    assert User.objects.get(pk=user.pk).check_password(OWN)


def test_it_works_for_three_days(monkeypatch: pytest.MonkeyPatch) -> None:
    path = path_for(new_account())
    for days, status in ((2.9, HTTPStatus.OK), (3.1, HTTPStatus.GONE)):
        later = datetime.now() + timedelta(days=days)
        monkeypatch.setattr(first_link.tokens, "_now", lambda later=later: later)
        assert Client().get(path, follow=True).status_code == status


def test_used_forged_closed_and_unknown_get_the_same_answer() -> None:
    user, closed, unknown = new_account(), new_account("zu"), new_account("weg")
    used, forged = path_for(user), path_for(user)[:-4] + "zzz/"
    paths = [used, forged, path_for(closed), path_for(unknown)]
    set_password(path_for(user))
    User.objects.filter(pk=closed.pk).update(is_active=False)
    User.objects.filter(pk=unknown.pk).delete()
    assert len({refused(path) for path in paths}) == 1


def test_a_newer_link_ends_the_older_one() -> None:
    user = new_account()
    older, newer = path_for(user), path_for(user)
    refused(older)
    assert Client().get(newer, follow=True).status_code == HTTPStatus.OK


def test_a_weak_password_is_refused_and_the_link_still_works() -> None:
    path = path_for(new_account())
    assert "field-error" in set_password(path, password="passwort1234").content.decode()
    assert "Ihr Passwort ist gesetzt" in set_password(path).content.decode()


def test_a_refusal_stands_in_the_log_without_the_token(caplog: pytest.LogCaptureFixture) -> None:
    user = new_account()
    path = path_for(user)
    set_password(path)
    with caplog.at_level(logging.INFO):
        refused(path)
    lines = [one for one in caplog.records if getattr(one, "act", "") == "first-link"]
    assert [(one.account, one.result) for one in lines] == [(user.pk, "refused")]  # type: ignore[attr-defined]


def test_it_is_not_done_in_the_name_of_whoever_sat_there_before() -> None:
    operator = Client()
    who = make_user("operator")
    operator.force_login(who)
    user = new_account()
    set_password(path_for(user), operator)
    assert {by for act, _subject, by in acts() if act != Act.SIGNED_IN} <= {None, user.pk}
    assert not is_in(operator)


class TestOperators:
    @pytest.fixture
    def operator(self) -> Client:
        client = Client()
        attempt(make_user("operator").username, client=client)
        return client

    def test_a_new_account_shows_its_link_and_mails_it(
        self,
        operator: Client,
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    ) -> None:
        page = operator.get(f"{ACCOUNTS}add/").content.decode()
        assert "Neues Konto" in page
        assert 'type="password"' not in page
        sent = {"username": "neu", "email": "neu@example.org"}
        role = Group.objects.get(name="editor").pk
        with django_capture_on_commit_callbacks(execute=True):
            answer = operator.post(f"{ACCOUNTS}add/", {**sent, "groups": role})
        shown = ADDRESS.search(answer.content.decode())
        assert shown
        assert [one.recipients() for one in mail.outbox] == [["neu@example.org"]]
        assert shown[0] in mail.outbox[0].body
        set_password(shown[1])
        client = Client()
        attempt("neu", OWN, client)
        assert is_in(client)

    def test_the_list_sends_a_new_one_but_not_to_oneself_or_a_closed_account(
        self, operator: Client
    ) -> None:
        assert "Neues Konto" in operator.get(ACCOUNTS).content.decode()
        user, closed = new_account(), new_account("zu", is_active=False)
        itself = User.objects.get(groups__name="operator")
        for who, is_sent in ((user, True), (closed, False), (itself, False)):
            sent = {"action": "send_link", "_selected_action": who.pk}
            answer = operator.post(ACCOUNTS, sent, follow=True)
            assert bool(ADDRESS.search(answer.content.decode())) is is_sent

    def test_only_they_send_links(self) -> None:
        user, client = new_account(), Client()
        attempt(make_user("reviewer").username, client=client)
        client.post(ACCOUNTS, {"action": "send_link", "_selected_action": user.pk})
        assert Act.LINK_SENT not in {act for act, _subject, _by in acts()}


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_staff", "anna", "--role", "editor", "--email", "")
    shown = ADDRESS.search(capsys.readouterr().out)
    assert shown
    assert not User.objects.get(username="anna").has_usable_password()
    set_password(shown[1])
    assert User.objects.get(username="anna").check_password(OWN)


def test_an_account_with_a_password_keeps_it_until_the_link_is_used() -> None:
    user = make_user()
    path = path_for(user)
    assert User.objects.get(pk=user.pk).password == user.password
    set_password(path)
    assert User.objects.get(pk=user.pk).check_password(OWN)


def test_a_new_password_leaves_the_second_factor_as_it_is() -> None:
    user = make_user()
    secret = give_app(user)
    set_password(path_for(user))
    client = Client()
    attempt(user.username, OWN, client)
    assert not is_in(client)
    client.post("/admin/login/code/", {"code": code_of(secret)})
    assert is_in(client)
