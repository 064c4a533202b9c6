"""Whether a connection to PostgreSQL still lives: asked only where it did not answer just now."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import psycopg
import psycopg_pool
import pytest
from django.db import connections
from psycopg_pool import ConnectionPool, PoolTimeout

from portal.serving import database, site_watch
from tests.servers import Relay

URL = os.environ.get("TEST_DATABASE_URL", "")

pytestmark = [
    # Names the database, so that it runs with those on PostgreSQL.
    pytest.mark.django_db,
    pytest.mark.skipif(not URL.startswith("postgres"), reason="is about PostgreSQL"),
]


@pytest.fixture
def relay() -> Relay:
    parts = urlsplit(URL)
    return Relay(parts.hostname or "", parts.port or 5432)


@pytest.fixture
def pool(relay: Relay, monkeypatch: pytest.MonkeyPatch) -> Iterator[ConnectionPool[Any]]:
    """Open a pool of one connection."""
    monkeypatch.setattr(database, "SECONDS_FOR_AN_ANSWER", 0.5)
    with opened(relay, size=1) as one:
        yield one


def opened(relay: Relay, size: int) -> ConnectionPool[Any]:
    """Return a pool as Django opens it, with the connections that a server gives it."""
    parts = urlsplit(URL)
    user = f"{parts.username}:{parts.password}@" if parts.password else f"{parts.username}@"
    address = parts._replace(netloc=f"{user}127.0.0.1:{relay.port}").geturl()
    return ConnectionPool(
        address,
        kwargs={"autocommit": True},
        min_size=size,
        max_size=size,
        timeout=2,
        connection_class=database.impatient_connection(),
        check=ConnectionPool.check_connection,
        open=False,
    )


def backend(pool: ConnectionPool[Any]) -> int:
    """Say which process of the server answers."""
    with pool.connection() as connection, connection.cursor() as cursor:
        row = cursor.execute("SELECT pg_backend_pid()").fetchone()
        assert row
        return int(row[0])


def count_questions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note what is sent by the pool itself."""
    asked: list[str] = []
    execute = psycopg.Connection.execute

    def noted(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        asked.append(query)
        return execute(self, query, *args, **kwargs)

    monkeypatch.setattr(psycopg.Connection, "execute", noted)
    return asked


def test_what_answered_just_now_is_not_asked_and_what_idled_is(
    pool: ConnectionPool[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = backend(pool)
    asked = count_questions(monkeypatch)
    assert backend(pool) == first
    assert asked == []
    monkeypatch.setattr(database, "SECONDS_ALIVE", 0.0)
    assert backend(pool) == first
    assert asked == [""]


def test_a_connection_that_the_server_ended_is_given_to_nobody(
    pool: ConnectionPool[Any],
) -> None:
    first = backend(pool)
    with psycopg.connect(URL, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 2000)", [first])
    assert backend(pool) != first


def test_neither_is_one_whose_way_was_cut(pool: ConnectionPool[Any], relay: Relay) -> None:
    first = backend(pool)
    relay.cut()
    assert backend(pool) != first


def test_several_that_died_together_let_nobody_wait_for_each_of_them(
    relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    with opened(relay, size=4) as pool:
        pool.wait()
        relay.cut()
        monkeypatch.setattr(psycopg_pool.pool, "sleep", slept.append)
        assert backend(pool)
    # psycopg sleeps a second after the second one that it finds dead.
    assert max(slept, default=0) == 0


def test_who_is_about_to_wait_in_a_pool_that_is_left_still_gets_a_connection(
    relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "SECONDS_FOR_THE_POOL", 0.2)
    pool = opened(relay, size=1)
    pool.open(wait=True)
    wrapper: Any = type(connections["default"])
    monkeypatch.setattr(wrapper, "_connection_pools", {"default": pool})
    site_watch.forget_connections()
    assert wrapper._connection_pools == {}
    assert backend(pool)
    for _ in range(100):
        if pool.closed:
            break
        time.sleep(0.05)
    assert pool.closed


def test_a_server_that_went_silent_keeps_nobody_waiting_for_long(
    pool: ConnectionPool[Any], relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend(pool)
    relay.state = "frozen"
    with pytest.raises((psycopg.OperationalError, PoolTimeout, TimeoutError)):
        backend(pool)
    monkeypatch.setattr(database, "SECONDS_ALIVE", 0.0)
    with pytest.raises((psycopg.OperationalError, PoolTimeout, TimeoutError)):
        backend(pool)
    relay.state = "open"
    assert backend(pool)
