"""What staff read when a page is closed to them or a form has grown old."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.conftest import SignIn
from tests.factories import make_organisation, make_user

pytestmark = pytest.mark.django_db


def test_it_says_who_is_signed_in_and_leads_back_to_the_start(sign_in: SignIn) -> None:
    make_organisation()
    client, user = sign_in("editor")
    answer = client.get("/admin/nachweis/")
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Diese Seite ist für Sie nicht freigegeben." in page
    assert f"Sie sind als {user.get_username()} angemeldet." in page
    assert 'href="/admin/"' in page
    assert "Forbidden" not in page


def test_an_old_form_says_that_nothing_was_saved() -> None:
    make_organisation()
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("editor"))
    answer = client.post("/admin/einstellung-geaendert/", {})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Dieses Formular ist veraltet." in page
    assert "Es wurde nichts gespeichert." in page
    assert "CSRF" not in page


def test_operators_find_accounts_under_a_plain_word(sign_in: SignIn) -> None:
    make_organisation()
    page = sign_in("operator")[0].get("/admin/").content.decode()
    assert "Konten des Büros" in page
    assert "Authentifizierung" not in page
