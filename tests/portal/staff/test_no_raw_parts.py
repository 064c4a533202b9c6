"""Forms of the staff show no parts that Django made for programmers."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.test import Client

from notices.communities.models import Resolution
from notices.editions.models import Foundation
from tests.every_row import make_every_row
from tests.factories import make_community, make_firm, make_user
from tests.pages import html_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]


@pytest.fixture
def everybody(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("all-roles"))
    return client


def test_no_form_offers_to_save_and_add_another(everybody: Client) -> None:
    for path in (
        "faq/question/add",
        "invitations/meeting/add",
        "faq/topic/1/change",
        "firm/firm/add",
    ):
        html = everybody.get(f"/admin/{path}/").content.decode()
        assert "_addanother" not in html, path


def test_no_form_has_a_second_way_to_save(everybody: Client) -> None:
    for path in ("faq/question/1/change", "faq/topic/add", "auth/user/add"):
        html = everybody.get(f"/admin/{path}/").content.decode()
        assert len(re.findall(r'<button[^>]*name="_save"', html)) == 1, path
        # The unseen one is for the Enter key.
        assert len(re.findall(r'name="_continue"', html)) == 1, path
        assert not re.search(r'<input type="submit"', html), path


def test_nobody_sets_a_password_for_somebody_else(everybody: Client) -> None:
    person = make_user("editor")
    address = f"/admin/auth/user/{person.pk}/password/"
    new = {"password1": "Vier lange neue Woerter", "password2": "Vier lange neue Woerter"}
    for answer in (everybody.get(address), everybody.post(address, new)):
        # Django's own page for any address below an account: there is no such row.
        assert answer.status_code in (302, 404)
    password = person.password
    person.refresh_from_db()
    assert person.password == password


@pytest.mark.parametrize("path", ["faq/question", "faq/topic", "faq/synonyms", "firm/firm"])
def test_before_something_is_deleted_no_part_of_the_program_is_shown(
    everybody: Client, path: str
) -> None:
    make_firm()
    model = apps.get_model(path.replace("/", "."))
    row = model._default_manager.last()
    address = f"/admin/{path}/{row.pk}/delete/"
    html = everybody.get(address).content.decode()
    assert not re.search(r"object \(\d+\)|_to_|-Beziehung", html)
    assert re.search(r"Zurück\s*</a>", html)
    if path == "faq/topic":
        assert "darauf stützt" in html
        return
    assert everybody.post(address, {"post": "yes"}).status_code == 302
    assert not model._default_manager.filter(pk=row.pk).exists()


def test_an_earlier_page_of_an_account_promises_no_way_back(everybody: Client) -> None:
    person = make_user("editor")
    html = everybody.get(f"/admin/auth/user/{person.pk}/change/").content.decode()
    assert "Frühere Fassungen" not in html
    html = everybody.get(f"/admin/auth/user/{person.pk}/history/").content.decode()
    assert "Frühere Fassungen" not in html


def test_an_address_is_one_field_and_not_a_link_and_a_field(everybody: Client) -> None:
    row = Foundation.objects.exclude(source_url="").first()
    assert row is not None
    for path in ("firm/organisation/1/change", f"editions/foundation/{row.pk}/change"):
        html = everybody.get(f"/admin/{path}/").content.decode()
        assert 'type="url"' in html
        assert 'class="url"' not in html, path


def test_no_part_of_a_stored_password_is_shown(everybody: Client) -> None:
    person = make_user("editor")
    html = everybody.get(f"/admin/auth/user/{person.pk}/change/").content.decode()
    assert person.username in html
    assert "pbkdf2" not in html
    assert "argon2" not in html
    assert "Salt" not in html


def test_no_page_calls_a_tick_or_a_cross_by_its_name_in_the_program(everybody: Client) -> None:
    make_every_row()
    resolution = Resolution.objects.create(
        community=make_community(), kind="hybrid", resolved_on="2026-11-01", since="2026-11-02"
    )
    for path in (
        f"communities/community/{resolution.community_id}/change",
        "invitations/meeting",
        "invitations/meetingtype",
    ):
        html = everybody.get(f"/admin/{path}/").content.decode()
        assert not re.search(r'alt="(True|False|None)"', html), path
    page = html_of(everybody.get(f"/admin/communities/community/{resolution.community_id}/change/"))
    assert '<div class="readonly">nein</div>' in page


@pytest.mark.parametrize("kind", ["communities/community", "faq/question", "firm/firm"])
def test_the_way_back_names_each_place_once(everybody: Client, kind: str) -> None:
    make_every_row()
    row = apps.get_model(kind.replace("/", "."))._default_manager.latest("pk").pk
    for page in ("", "add/", f"{row}/change/", f"{row}/history/"):
        html = everybody.get(f"/admin/{kind}/{page}").content.decode()
        way = re.findall(r'<div class="breadcrumbs">(.*?)</div>', html, re.DOTALL)
        names = [name.strip() for name in re.sub(r"<[^>]+>", "", way[0]).split("›")]
        assert len(names) > 1
        assert len(set(names)) == len(names), names
