"""The preview: for staff who write, from our own pages, and it stores nothing."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.conftest import SignIn

pytestmark = pytest.mark.django_db
PREVIEW = "/admin/vorschau/"
SENT = {"field": "text_de", "text_de": "## Überschrift\n\n<script>alert(1)</script>"}


def test_it_shows_the_text_as_readers_get_it(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    page = client.post(PREVIEW, SENT).content.decode()
    assert "Überschrift</h2>" in page
    assert "<script" not in page


def test_it_names_the_line_of_an_error(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    sent = {"field": "answer_en", "answer_en": "x\n" + ">" * 30}
    assert client.post(PREVIEW, sent).context["errors"]


def test_nobody_uses_it_without_signing_in() -> None:
    response = Client().post(PREVIEW, SENT)
    assert response.status_code == 302
    assert "/admin/login/" in response.headers["Location"]


def test_who_writes_no_texts_is_refused(sign_in: SignIn) -> None:
    client, _ = sign_in("operator")
    assert client.post(PREVIEW, SENT).status_code == 403


def test_another_site_cannot_send_to_it(sign_in: SignIn) -> None:
    _, user = sign_in("editor")
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    assert client.post(PREVIEW, SENT).status_code == 403


def test_it_cannot_be_opened_by_a_link(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    assert client.get(PREVIEW).status_code == 405


def test_only_the_known_fields_are_rendered(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    assert client.post(PREVIEW, {"field": "password"}).status_code == 400
