"""Who may do what."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission

from portal.staff.roles import setup_roles
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "permission", "held"),
    [
        ("editor", "editions.change_edition", True),
        ("editor", "safeguards.add_promise", True),
        ("editor", "editions.publish_edition", False),
        ("editor", "safeguards.confirm_attestation", False),
        ("editor", "auth.change_user", False),
        ("reviewer", "editions.publish_edition", True),
        ("reviewer", "safeguards.confirm_attestation", True),
        ("operator", "auth.change_user", True),
        ("operator", "auth.delete_user", False),
        ("operator", "editions.change_edition", False),
        ("operator", "safeguards.add_promise", False),
    ],
)
def test_each_role_may_do_its_own_work(role: str, permission: str, held: bool) -> None:
    assert make_user(role).has_perm(permission) is held


def test_nobody_may_change_or_delete_the_histories() -> None:
    setup_roles()
    names = {
        f"{act}_{model}"
        for act in ("change", "delete")
        for model in ("promise", "finding", "check", "wording", "explanation", "auditentry")
    }
    held = Permission.objects.filter(group__isnull=False, codename__in=names)
    assert not held.exists()


def test_setting_up_twice_repairs_and_doubles_nothing() -> None:
    setup_roles()
    editor = Group.objects.get(name="editor")
    before = set(editor.permissions.all())
    editor.permissions.add(Permission.objects.get(codename="delete_user"))
    setup_roles()
    assert set(editor.permissions.all()) == before
    assert Group.objects.count() == 3
