"""Whoever meets a table that somebody else has: readers are told soon, the rest is patient."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.utils import ConnectionHandler
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from portal.serving import database, errors
from portal.serving.site_watch import own_connection
from portal.setup import env, prepare

SEARCH = "/de/fragen/?q=zoom"
SHORT, LONG = "30ms", "2s"


@pytest.fixture
def bound(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[None]:
    """Connect as a server does."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite's readers wait for nobody")
    url = {"DATABASE_URL": "postgres://postgres@localhost/portal"}
    own = ConnectionHandler({"default": env.database(url, tmp_path)})
    with monkeypatch.context() as patch:
        patch.setattr(database, "connections", own)
        database.bound_waiting()
    _close()
    options = {**connection.settings_dict["OPTIONS"]}
    options["options"] = own.settings["default"]["OPTIONS"]["options"]
    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict, "OPTIONS", options)
        yield
    # Whoever connects next waits as before.
    _close()


@pytest.fixture
def let_go(bound: None) -> Iterator[Callable[[], object]]:
    """Lock the questions as a migration does; the value ends it."""
    holder = own_connection()
    try:
        with holder.cursor() as cursor:
            cursor.execute("BEGIN; LOCK TABLE faq_question IN ACCESS EXCLUSIVE MODE")
        yield holder.close
    finally:
        holder.close()


@pytest.fixture
def waits() -> Iterator[list[str]]:
    """List the statements that waited for a lock in vain."""
    found: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        try:
            return execute(sql, *rest)
        except OperationalError as error:
            if database.is_locked(error):
                found.append(sql)
            raise

    with connection.execute_wrapper(note):
        yield found


def test_a_reader_who_meets_a_locked_table_waits_once(
    client: Client, let_go: Callable[[], object], waits: list[str]
) -> None:
    answers = [client.get(SEARCH) for _reader in range(3)]
    assert [answer.status_code for answer in answers] == [503] * 3
    assert all(int(answer["Retry-After"]) > 0 for answer in answers)
    assert len(waits) == 1


def test_while_an_update_is_prepared_readers_wait_until_the_table_is_free(
    client: Client,
    let_go: Callable[[], object],
    waits: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def migration_ends() -> bool:
        is_under_way = prepare.is_under_way()
        let_go()
        return is_under_way

    monkeypatch.setattr(errors, "is_under_way", migration_ends)
    with prepare.alone():
        assert client.get(SEARCH).status_code == 200
    assert len(waits) == 1


def test_a_table_that_no_migration_lets_go_of_is_waited_for_twice_at_most(
    client: Client,
    let_go: Callable[[], object],
    waits: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(database, "MILLISECONDS_WITH_PATIENCE", 60)
    with prepare.alone():
        answers = [client.get(SEARCH).status_code for _reader in range(2)]
    assert answers == [503, 503]
    assert len(waits) == 2


def test_who_would_lose_something_waits_longer_and_nobody_after_them(bound: None) -> None:
    def shows(request: HttpRequest) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            return HttpResponse(cursor.fetchone()[0])

    site, ask = errors.Unavailable(shows), RequestFactory()
    asked = [ask.get("/de/"), ask.post("/admin/"), ask.get("/de/"), ask.head("/de/")]
    asked += [ask.get("/readyz"), ask.get("/metrics"), ask.get("/de/")]
    answers = [getattr(site(request), "content", b"").decode() for request in asked]
    assert answers == [SHORT, LONG, SHORT, SHORT, LONG, LONG, SHORT]


def test_who_asks_the_database_nothing_opens_no_connection(bound: None) -> None:
    errors.Unavailable(lambda _request: HttpResponse())(RequestFactory().get("/healthz"))
    assert connection.connection is None


def test_the_stamp_of_the_site_is_waited_for_with_patience(bound: None) -> None:
    watching = own_connection()
    try:
        with watching.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone() == (LONG,)
    finally:
        watching.close()


def _close() -> None:
    here: Any = connection
    here.close()
    if here.pool:
        here.close_pool()
