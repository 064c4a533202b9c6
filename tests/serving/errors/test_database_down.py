"""What readers see while the database is down."""

from __future__ import annotations

import pytest
from django.db import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
)
from django.test import Client

from tests.serving.errors.asking import break_view, text_of


@pytest.mark.parametrize("path", ["/de/", "/de/fragen/", "/de/kontakt/"])
def test_without_the_database_pages_are_unavailable_not_broken(
    client: Client, written: None, database_down: None, path: str
) -> None:
    response = client.get(path)
    assert response.status_code == 503
    assert "<h1>Die Seite ist gerade nicht erreichbar.</h1>" in text_of(response)
    assert "Ihr Treffen findet trotzdem statt." in text_of(response)
    assert "030 111 111" in text_of(response)
    assert int(response["Retry-After"]) > 0
    assert response["Cache-Control"] == "no-store"
    assert "10.9.8.7" not in text_of(response)
    assert "secret-user" not in text_of(response)


def test_a_lost_connection_counts_as_down(
    client: Client, written: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_view(monkeypatch, InterfaceError("connection already closed"))
    assert client.get("/en/").status_code == 503


@pytest.mark.parametrize(
    "error",
    [
        DatabaseError("database disk image is malformed"),
        ProgrammingError('relation "safeguards_promise" does not exist'),
        InternalError("cannot execute INSERT in a read-only transaction"),
        OperationalError("attempt to write a readonly database"),
    ],
)
def test_a_broken_database_is_no_broken_page(
    client: Client, written: None, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    break_view(monkeypatch, error)
    response = client.get("/en/")
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0


@pytest.mark.parametrize("error", [DataError("value too long"), IntegrityError("not unique")])
def test_a_value_that_the_database_refuses_is_our_fault(
    client: Client, written: None, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    break_view(monkeypatch, error)
    assert client.get("/en/").status_code == 500


def test_a_staff_session_that_cannot_be_read_is_an_outage_too(
    client: Client, written: None, database_down: None
) -> None:
    client.cookies["session"] = "0123456789abcdef0123456789abcdef"
    response = client.get("/admin/")
    assert response.status_code == 503
    assert '<html lang="de" dir="ltr">' in text_of(response)
