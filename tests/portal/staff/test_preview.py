"""The preview: for staff who write, from our own pages, and it stores nothing."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from notices.editions.models import Edition
from notices.lib.markdown import Kind
from portal.staff.preview import BECOMES
from tests.conftest import SignIn
from tests.pages import html_of

pytestmark = pytest.mark.django_db
PREVIEW = "/admin/vorschau/"
SENT = {"field": "text_de", "text_de": "## Überschrift\n\n<script>alert(1)</script>"}


def test_it_shows_the_text_as_readers_get_it(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    page = client.post(PREVIEW, SENT).content.decode()
    assert "Überschrift</h2>" in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


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


def test_it_says_line_by_line_what_becomes_of_the_text(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    text = 'Wir nutzen:\n- Zoom\n- Telefon\n\nMehr auf www.firma.de\n\n28. November 2026: "neu"'
    before = list(Edition.objects.values_list("pk", "text_de"))
    page = html_of(client.post(PREVIEW, {"field": "text_de", "text_de": text}))
    told = re.findall(r"<li>([^<]*)</li>", page.split("Was aus Ihren Zeilen wird</h2>")[1])
    assert told == [
        "Zeilen 2 bis 3: eine Liste mit Punkten",
        "Zeile 5: ein Link zu https://www.firma.de",
        "Zeile 7: Anführungszeichen, Striche und Punkte erscheinen wie gedruckt",
    ]
    assert list(Edition.objects.values_list("pk", "text_de")) == before


def test_it_says_so_when_nothing_changes(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    page = html_of(client.post(PREVIEW, {"field": "text_de", "text_de": "Ein Satz."}))
    assert "Jede Zeile erscheint so, wie Sie sie geschrieben haben." in page


def test_what_would_be_lost_is_named_beside_the_text(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    page = html_of(client.post(PREVIEW, {"field": "text_de", "text_de": "Gut.\n\n[hier](dort)"}))
    assert "in Zeile 3 führt nirgendwohin" in page
    assert "<p>Gut.</p>" in page


def test_every_kind_of_change_has_words() -> None:
    assert set(BECOMES) == set(Kind)
