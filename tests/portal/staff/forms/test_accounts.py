"""The forms of accounts: who manages whom, and what is left of a person."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from notices.firm.models import AuditEntry
from tests.conftest import SignIn
from tests.factories import (
    make_user,
)

pytestmark = pytest.mark.django_db


def test_an_operator_manages_accounts_but_not_superusers(sign_in: SignIn) -> None:
    client, _ = sign_in("operator")
    colleague, root = make_user("editor"), User.objects.create_superuser("root")
    assert client.get(f"/admin/auth/user/{colleague.pk}/change/").status_code == 200
    assert client.get(f"/admin/auth/user/{root.pk}/change/").status_code == 302
    assert client.get(f"/admin/auth/user/{root.pk}/password/").status_code in (302, 404)


def test_nobody_gives_themselves_more(sign_in: SignIn) -> None:
    client, operator = sign_in("operator")
    sent = {"username": operator.username, "is_superuser": "on", "groups": ["1", "2"]}
    client.post(f"/admin/auth/user/{operator.pk}/change/", sent)
    operator.refresh_from_db()
    assert not operator.is_superuser
    assert operator.groups.get().name == "operator"


def test_an_erased_person_leaves_a_role_and_a_number(sign_in: SignIn) -> None:
    client, _ = sign_in("operator")
    person = make_user("editor", name="anna.beispiel")
    sent = {"action": "erase", "_selected_action": [person.pk]}
    asked = client.post("/admin/auth/user/", sent).content.decode()
    assert "Das lässt sich nicht rückgängig machen." in asked
    person.refresh_from_db()
    assert person.is_active
    client.post("/admin/auth/user/", {**sent, "_confirm": "1", "name": "jemand"})
    person.refresh_from_db()
    assert person.is_active
    client.post("/admin/auth/user/", {**sent, "_confirm": "1", "name": "anna.beispiel"})
    person.refresh_from_db()
    assert person.username == f"editor-{person.pk}"
    assert not person.is_active
    assert not person.has_usable_password()
    assert "anna" not in "".join(entry.subject for entry in AuditEntry.objects.all())


def test_people_are_erased_one_by_one(sign_in: SignIn) -> None:
    client, _ = sign_in("operator")
    people = [make_user("editor"), make_user("editor")]
    sent = {"action": "erase", "_selected_action": [one.pk for one in people], "_confirm": "1"}
    page = client.post("/admin/auth/user/", sent, follow=True).content.decode()
    assert "einzeln" in page
    assert all(User.objects.get(pk=one.pk).is_active for one in people)


def test_an_editor_sees_no_accounts(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    assert client.get("/admin/auth/user/").status_code == 403
