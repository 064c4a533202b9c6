"""What readers see when something is missing, broken or closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
    connection,
)
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client, RequestFactory
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from portal.management.commands.maintenance import parse
from portal.serving import error_pages, errors, maintenance
from tests.factories import make_organisation, make_user

GERMAN = {"Accept-Language": "de"}
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(autouse=True)
def own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = settings.SHARED_DIR = tmp_path
    settings.ERROR_PAGES_DIR = tmp_path / "errors"


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def organisation(db: None) -> Any:
    return make_organisation()


@pytest.fixture
def written(organisation: Any) -> None:
    error_pages.write()


@pytest.fixture
def database_down(db: None) -> Iterator[None]:
    failing = OperationalError("connection to 10.9.8.7 refused for user secret-user")
    with patch.object(BaseDatabaseWrapper, "cursor", side_effect=failing):
        yield


def text_of(response: Any) -> str:
    return str(response.content.decode())


def break_view(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    monkeypatch.setattr(
        "portal.pages.home.timelines.load_now", lambda: (_ for _ in ()).throw(error)
    )


# Missing pages


def test_a_missing_page_says_so_in_the_language_of_its_address(
    client: Client, organisation: Any
) -> None:
    german = client.get("/de/gibt-es-nicht/", headers=ENGLISH)
    english = client.get("/en/does-not-exist/", headers=GERMAN)
    assert (german.status_code, english.status_code) == (404, 404)
    assert "<h1>Seite nicht gefunden.</h1>" in text_of(german)
    assert '<html lang="de" dir="ltr">' in text_of(german)
    assert "<h1>Page not found.</h1>" in text_of(english)
    assert '<html lang="en" dir="ltr">' in text_of(english)


def test_an_address_without_a_language_is_answered_in_the_readers(
    client: Client, organisation: Any
) -> None:
    assert "Seite nicht gefunden." in text_of(client.get("/nichts", headers=GERMAN))
    assert "Page not found." in text_of(client.get("/nichts", headers=ENGLISH))


def test_a_missing_page_offers_phone_hours_and_three_ways_on(
    client: Client, organisation: Any
) -> None:
    page = text_of(client.get("/de/nichts/"))
    main = page[page.index("<main") : page.index("</main")]
    assert 'href="tel:+4930111111"' in main
    assert "Montag bis Freitag" in main
    for path in ("/de/schutz/", "/de/hinweise/", "/de/fragen/"):
        assert f'href="{path}"' in main
    assert 'href="/en/nichts/"' in page


def test_a_missing_page_has_no_canonical_address(client: Client, organisation: Any) -> None:
    assert 'rel="canonical"' not in text_of(client.get("/de/fragen/nie-gestellt/"))


def test_a_missing_page_repeats_no_markup_of_its_address(client: Client, organisation: Any) -> None:
    response = client.get('/de/"><script>alert(1)</script>/')
    assert response.status_code == 404
    assert "<script" not in text_of(response)


def test_a_missing_page_is_missing_while_the_database_is_down_too(
    client: Client, written: None, database_down: None
) -> None:
    response = client.get("/de/gibt-es-nicht/")
    assert response.status_code == 404
    assert "Seite nicht gefunden." in text_of(response)
    assert "030 111 111" in text_of(response)


def test_a_page_under_the_other_languages_prefix_is_moved(
    client: Client, organisation: Any
) -> None:
    response = client.get("/en/fragen/?q=telefon")
    assert (response.status_code, response["Location"]) == (301, "/en/questions/?q=telefon")
    response = client.get("/de/archive/2024-03-12/")
    assert (response.status_code, response["Location"]) == (301, "/de/archiv/2024-03-12/")


def test_moving_never_leads_to_another_site(client: Client, organisation: Any) -> None:
    for path in ("/en//evil.example/schutz/", "/en/schutz//evil.example", "/en/schutz/@evil.de"):
        assert client.get(path).status_code == 404


def test_a_moved_form_is_not_sent_on(client: Client, organisation: Any) -> None:
    assert client.post("/en/schutz/").status_code == 404


# Broken pages


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


# The database is down


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


# The files


def test_error_pages_ask_nothing_of_the_database_and_run_nothing(written: None) -> None:
    pages = sorted(error_pages.folder().iterdir())
    assert [page.name for page in pages] == [
        f"{status}.{language}.html" for status in (404, 500, 503) for language in ("de", "en")
    ]
    for page in pages:
        html = page.read_text(encoding="utf-8")
        assert html.count("<h1>") == 1
        assert "/css/portal" in html
        for forbidden in ("<script", "<style", "style=", "http://", "https://"):
            assert forbidden not in html


def test_saving_the_profile_writes_the_pages_anew(
    written: None,
    organisation: Any,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        organisation.phone = "0800 222"
        organisation.save()
    assert "0800 222" in (error_pages.folder() / "503.en.html").read_text(encoding="utf-8")


def test_a_full_disk_does_not_undo_what_staff_saved(
    organisation: Any,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    settings: Settings,
    tmp_path: Path,
) -> None:
    (tmp_path / "errors").write_text("in the way of the folder")
    with django_capture_on_commit_callbacks(execute=True):
        organisation.save()
    organisation.refresh_from_db()


def test_no_unfinished_file_is_left_behind(written: None) -> None:
    error_pages.write()
    assert all(page.suffix == ".html" for page in error_pages.folder().iterdir())


def test_the_command_says_where_the_pages_are(
    organisation: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("write_error_pages")
    assert f"6 error pages are in {error_pages.folder()}." in capsys.readouterr().out


def test_before_there_is_a_profile_the_pages_name_no_phone(db: None) -> None:
    error_pages.write()
    assert "tel:" not in (error_pages.folder() / "500.de.html").read_text(encoding="utf-8")


# Maintenance

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)  # 12:00 in Berlin


@pytest.fixture
def closed(organisation: Any) -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        call_command("maintenance", "--until", "14:00", verbosity=0)
        yield


def test_during_maintenance_readers_are_told_until_when(client: Client, closed: None) -> None:
    response = client.get("/de/")
    assert response.status_code == 503
    assert "<h1>Die Seite ist bis 14 Uhr nicht erreichbar.</h1>" in text_of(response)
    assert "Was Sie zum Teilnehmen brauchen, steht in Ihrer Einladung." in text_of(response)
    assert response["Retry-After"] == "7200"
    assert "unavailable until 14:00." in text_of(client.get("/en/"))


def test_during_maintenance_staff_and_probes_go_on(client: Client, closed: None) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200
    assert client.get("/admin/login/").status_code == 200
    client.force_login(make_user("editor"))
    assert client.get("/de/kontakt/").status_code == 200


def test_a_made_up_session_opens_nothing(client: Client, closed: None) -> None:
    client.cookies["session"] = "0123456789abcdef0123456789abcdef"
    assert client.get("/de/kontakt/").status_code == 503


def test_maintenance_ends_by_itself(client: Client, closed: None) -> None:
    with time_machine.travel(NOON + timedelta(hours=2), tick=False):
        assert client.get("/de/kontakt/").status_code == 200


def test_maintenance_can_be_ended_early(client: Client, closed: None) -> None:
    call_command("maintenance", "--off", verbosity=0)
    assert client.get("/de/kontakt/").status_code == 200


def test_maintenance_is_told_even_while_the_database_is_down(
    client: Client, closed: None, database_down: None
) -> None:
    client.cookies["session"] = "0123456789abcdef0123456789abcdef"
    assert "bis 14 Uhr" in text_of(client.get("/de/"))


def test_a_maintenance_into_the_next_day_names_the_day(client: Client, organisation: Any) -> None:
    with time_machine.travel(NOON, tick=False):
        call_command("maintenance", "--until", "2026-11-24T06:00", verbosity=0)
        assert "bis 24. November 2026, 6 Uhr nicht erreichbar" in text_of(client.get("/de/"))


def test_a_time_of_day_is_the_next_one() -> None:
    assert parse("14:00", NOON) == NOON + timedelta(hours=2)
    assert parse("02:00", NOON) == NOON + timedelta(hours=14)


@pytest.mark.parametrize("text", ["", "soon", "25:00", "2026-13-01T00:00", "2026-11-23T11:59"])
def test_an_unclear_or_past_time_is_refused(text: str) -> None:
    with pytest.raises(CommandError):
        parse(text, NOON)


@pytest.mark.parametrize("content", ["", "half a da", "2026-11-23T14:00", "\ud83d"])
def test_an_unreadable_note_never_keeps_the_site_closed(tmp_path: Path, content: str) -> None:
    (tmp_path / "maintenance-until").write_bytes(content.encode("utf-8", "surrogatepass"))
    assert maintenance.planned_until(NOON) is None


def test_open_pages_ask_nobody_who_they_are(client: Client, organisation: Any) -> None:
    client.cookies["session"] = "0123456789abcdef0123456789abcdef"
    with connection.execute_wrapper(_refuse_sessions):
        assert client.get("/de/kontakt/").status_code == 200


def _refuse_sessions(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    assert "django_session" not in sql
    return execute(sql, params, many, context)
