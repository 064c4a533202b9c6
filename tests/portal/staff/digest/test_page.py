"""My notifications: one's own choice, and what cannot be chosen."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from portal.accounts.models import MailSwitchedOff
from portal.staff.digest.kinds import Kind
from tests.conftest import SignIn
from tests.factories import make_organisation, make_user
from tests.pages import html_of

pytestmark = pytest.mark.django_db
PAGE = "/admin/benachrichtigungen/"


@pytest.fixture(autouse=True)
def organisation() -> None:
    make_organisation()


def off(user: User) -> set[str]:
    return set(MailSwitchedOff.objects.filter(user=user).values_list("kind", flat=True))


@pytest.mark.parametrize("role", ["editor", "reviewer", "operator"])
def test_everybody_finds_it_and_all_kinds_are_on_at_first(sign_in: SignIn, role: str) -> None:
    client, _ = sign_in(role)
    assert f'href="{PAGE}"' in html_of(client.get("/admin/"))
    page = html_of(client.get(PAGE))
    assert page.count(" checked") == len(Kind)


def test_a_choice_is_kept_for_oneself_alone_and_can_be_undone(sign_in: SignIn) -> None:
    client, me = sign_in("editor")
    other = make_user("editor")
    client.post(PAGE, {"kind": [one.value for one in Kind if one != Kind.CHECKS]})
    assert off(me) == {Kind.CHECKS}
    assert off(other) == set()
    client.post(PAGE, {"kind": list(Kind.values)})
    assert off(me) == set()


def test_nothing_else_than_the_kinds_can_be_switched_off(sign_in: SignIn) -> None:
    client, me = sign_in("editor")
    client.post(PAGE, {"kind": ["alerts", "x" * 99]})
    assert off(me) == set(Kind.values)
    assert "Zoom schützt weniger als zugesagt" in html_of(client.get(PAGE))


def test_it_says_when_no_mail_can_arrive(sign_in: SignIn) -> None:
    client, me = sign_in("editor")
    assert "Ihr Konto hat keine E-Mail-Adresse" in html_of(client.get(PAGE))
    me.email = "me@office.example"
    me.save()
    assert "Ihr Konto hat keine E-Mail-Adresse" not in html_of(client.get(PAGE))


def test_it_is_closed_to_whoever_is_not_signed_in(client: Client) -> None:
    assert client.get(PAGE).status_code == 302
    client.post(PAGE, {"kind": []})
    assert not MailSwitchedOff.objects.exists()
