"""Forms of the staff show no parts that Django made for programmers."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from notices.editions.models import Foundation
from tests.factories import make_user

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
