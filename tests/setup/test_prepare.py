"""Preparing beside others: two machines at once, a backup that reads, pages that are asked for."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.db import OperationalError, connection, transaction

from notices.firm.storage import append_only
from portal.setup import prepare
from portal.setup.env import ConfigurationError
from tests.machines import at_once


@pytest.fixture(params=["one folder", "a folder each"])
def machines(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the file in common only the database keeps them apart; SQLite is one machine's."""
    if request.param == "a folder each":
        if connection.vendor == "sqlite":
            pytest.skip("SQLite is a file of one machine")
        monkeypatch.setattr(fcntl, "flock", lambda *_: None)


def test_two_that_prepare_at_once_wait_for_each_other(file_database: None, machines: None) -> None:
    inside: list[str] = []

    def prepare_slowly() -> None:
        with prepare.alone():
            inside.append("begins")
            time.sleep(0.05)
            inside.append("ends")

    at_once([prepare_slowly] * 3)
    assert inside == ["begins", "ends"] * 3


@contextmanager
def somebody_reads(*tables: str) -> Iterator[Callable[[], None]]:
    """Read these tables in one long transaction, as a backup does; the value ends it."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite's readers keep nobody waiting")
    reader = connection.copy()
    reader.settings_dict["OPTIONS"].pop("pool", None)
    try:
        with reader.cursor() as cursor:
            cursor.execute(f"BEGIN; LOCK TABLE {', '.join(tables)} IN ACCESS SHARE MODE")
        yield reader.close
    finally:
        reader.close()


@pytest.mark.django_db
def test_the_triggers_are_put_in_place_beside_a_backup() -> None:
    frozen = append_only.frozen_models()
    with somebody_reads(*(model._meta.db_table for model in frozen)):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = 500")
        append_only.install(connection, frozen)
    assert append_only.missing_triggers(connection) == set()


@pytest.mark.django_db
def test_a_migration_gives_way_to_a_backup_and_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever came to read the table meanwhile would wait behind the migration."""
    tried = []

    def migrate(*_words: object, **_options: object) -> None:
        tried.append("begun")
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE firm_auditentry IN ACCESS EXCLUSIVE MODE")
        tried.append("done")

    monkeypatch.setattr(prepare, "call_command", migrate)
    monkeypatch.setattr(prepare, "MILLISECONDS_FOR_A_TABLE", 50)
    with somebody_reads("firm_auditentry") as end:
        monkeypatch.setattr(time, "sleep", lambda _seconds: end())
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 5000")
        prepare.migrate_politely()
        with connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone() == ("0",)
    assert tried == ["begun", "begun", "done"]


@pytest.mark.django_db
def test_a_table_that_is_never_free_ends_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    class LockNotAvailable(Exception):
        sqlstate = "55P03"

    def migrate(*_words: object, **_options: object) -> None:
        raise OperationalError from LockNotAvailable()

    monkeypatch.setattr(prepare, "call_command", migrate)
    monkeypatch.setattr(prepare, "SECONDS_FOR_ALL_TABLES", -1.0)
    with pytest.raises(ConfigurationError, match="let it end, then say prepare again"):
        prepare.migrate_politely()


@pytest.mark.django_db
def test_nothing_is_taken_away_where_nothing_is_migrated() -> None:
    for app in apps.get_app_configs():
        append_only.prepare_for_migrate(app, "default", plan=[])
    assert append_only.missing_triggers(connection) == set()


@pytest.mark.django_db
def test_it_is_known_while_somebody_prepares() -> None:
    assert not prepare.is_under_way()
    with prepare.alone():
        assert prepare.is_under_way()
    assert not prepare.is_under_way()
