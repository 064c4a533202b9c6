"""Every act and page of the staff that Django does not bring along asks whether one may."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from notices.editions.models import Edition
from notices.invitations.models import Meeting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]

# Pages of Django's own, which look after themselves, and pages about oneself.
DJANGOS = ("_changelist", "_add", "_change", "_delete", "_history")
OPEN = {
    *("index", "login", "logout", "jsi18n", "autocomplete", "app_list", "view_on_site"),
    *("password_change", "password_change_done"),
    "communities_community_sample",  # an empty file to fill in
    "notifications",  # one's own choice of mails
    "unsent",  # what the account itself typed, and nobody else's
}


def doors() -> dict[str, dict[str, str]]:
    """Return the names of all pages with what their addresses need."""
    found: dict[str, dict[str, str]] = {}
    for one in admin.site.get_urls():
        patterns = one.url_patterns if isinstance(one, URLResolver) else [one]
        for pattern in patterns:
            assert isinstance(pattern, URLPattern)
            name = pattern.name or ""
            if name and name not in OPEN and not name.endswith(DJANGOS):
                found[name] = {
                    key: type(kind).__name__ for key, kind in pattern.pattern.converters.items()
                }
    return found


def address(name: str) -> str:
    values: dict[str, Any] = {"IntConverter": 1, "StringConverter": "en", "SlugConverter": "en"}
    needed = {key: values.get(kind, "a" * 64) for key, kind in doors()[name].items()}
    return reverse(f"admin:{name}", kwargs=needed)


@pytest.fixture
def visitor() -> Client:
    """Somebody who may sign in, and nothing else."""
    client = Client()
    client.force_login(User.objects.create_user("nobody", is_staff=True))
    return client


@pytest.mark.parametrize("name", sorted(doors()))
def test_who_has_no_rights_is_refused_at_every_door(visitor: Client, name: str) -> None:
    before = (Edition.objects.count(), Meeting.objects.count())
    answers = {visitor.get(address(name)).status_code, visitor.post(address(name)).status_code}
    assert 403 in answers
    assert answers <= {403, 405}
    assert (Edition.objects.count(), Meeting.objects.count()) == before


def test_the_doors_are_really_found() -> None:
    assert {"report", "export", "zoom", "editions_notice_new_edition"} <= set(doors())
    assert len(doors()) > 20
