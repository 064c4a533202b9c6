"""What readers see when a page is broken."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client, RequestFactory

from portal.serving import errors
from tests.serving.errors.asking import break_view, text_of


def test_a_broken_page_is_answered_from_the_file(
    client: Client, written: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_view(monkeypatch, ZeroDivisionError("secret detail"))
    response = client.get("/de/")
    assert response.status_code == 500
    assert "<h1>Das hat leider nicht geklappt.</h1>" in text_of(response)
    assert "030 111 111" in text_of(response)
    assert "secret detail" not in text_of(response)
    assert "Sorry, that did not work." in text_of(client.get("/en/"))


def test_a_broken_page_needs_neither_file_nor_database(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_view(monkeypatch, ZeroDivisionError())
    with patch.object(BaseDatabaseWrapper, "cursor", side_effect=AssertionError("asked")):
        response = client.get("/de/")
    assert response.status_code == 500
    assert "<h1>Das hat leider nicht geklappt.</h1>" in text_of(response)


def test_an_error_outside_every_view_still_knows_the_readers_language(db: None) -> None:
    # Nothing has chosen a language for this request yet.
    request = RequestFactory().get("/en/")
    assert "Sorry, that did not work." in errors.server_error(request).content.decode()
