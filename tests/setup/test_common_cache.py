"""Redis gone, hanging or talking nonsense: sign-in and pages go on, each process with its own."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from django.core.cache import caches
from django.test import Client
from pytest_django import Settings
from redis import Redis
from redis.exceptions import RedisError

from portal.setup import common_cache, env
from tests.accounts.signing_in import attempt, code_of, give_app, is_in
from tests.factories import make_organisation, make_user
from tests.machines import redis

CODE_PAGE = "/admin/login/code/"
Listen = Callable[[socket.socket], None]


def gone(door: socket.socket) -> None:
    door.close()


def hangs(door: socket.socket) -> None:
    """Take every connection and answer nothing."""
    taken = []
    with suppress(OSError):
        while True:
            taken.append(door.accept()[0])


def talks_nonsense(door: socket.socket) -> None:
    with suppress(OSError):
        while True:
            with door.accept()[0] as one:
                one.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def waits(caplog: pytest.LogCaptureFixture) -> int:
    return sum(record.name == common_cache.__name__ for record in caplog.records)


@pytest.fixture(params=[gone, hangs, talks_nonsense])
def broken_redis(
    request: pytest.FixtureRequest, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Have CACHE_URL name a Redis that is of no use."""
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        port = door.getsockname()[1]
        threading.Thread(target=request.param, args=(door,), daemon=True).start()
        settings.CACHES = {"default": env.cache({"CACHE_URL": f"redis://127.0.0.1:{port}/0"})}
        monkeypatch.setattr(common_cache._Away, "until", 0.0)
        yield
        door.close()
        caches["default"].clear()


@pytest.mark.django_db
def test_sign_in_with_a_code_and_pages_go_on_after_one_wait(
    broken_redis: None, caplog: pytest.LogCaptureFixture
) -> None:
    make_organisation()
    user = make_user("editor")
    secret = give_app(user)
    client = Client()
    attempt(user.username, client=client)
    client.post(CODE_PAGE, {"code": code_of(secret)})
    assert is_in(client)
    assert Client().get("/de/").status_code == 200
    # A clock would measure the machine: each line is one wait, of a second at most.
    assert waits(caplog) == 1
    assert env.cache({"CACHE_URL": "redis://localhost"})["OPTIONS"] == {
        "socket_connect_timeout": 1,
        "socket_timeout": 1,
    }


@pytest.mark.django_db
def test_a_code_that_was_used_is_refused_all_the_same(broken_redis: None) -> None:
    make_organisation()
    user = make_user("editor")
    code = code_of(give_app(user))
    seen = []
    for _ in range(2):
        client = Client()
        attempt(user.username, client=client)
        client.post(CODE_PAGE, {"code": code})
        seen.append(is_in(client))
    assert seen == [True, False]


def test_only_the_first_of_many_waits(broken_redis: None, caplog: pytest.LogCaptureFixture) -> None:
    cache = caches["default"]
    assert cache.get("a") is None
    for number in range(50):
        cache.set("a", number)
        assert cache.get("a") == number
        assert cache.add("a", 0) is False
    cache.set("count", 1)
    assert (cache.incr("count"), cache.get_many(["a"]), "a" in cache) == (2, {"a": 49}, True)
    cache.delete_many(["a", "count"])
    assert cache.get("a") is None
    assert waits(caplog) == 1


def test_what_one_process_keeps_another_reads_while_redis_is_there(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(common_cache._Away, "until", 0.0)
    with redis(tmp_path) as url:
        settings.CACHES = {"default": env.cache({"CACHE_URL": url})}
        cache = caches["default"]
        until = time.monotonic() + 10
        while not redis_answers(url) and time.monotonic() < until:
            time.sleep(0.02)
        assert cache.add("a", 1) is True
        other = common_cache.RedisOrMemory(url, {})
        assert (other.get("a"), other.add("a", 2), other.incr("a")) == (1, False, 2)
        cache.clear()
        assert other.get("a") is None


def redis_answers(url: str) -> bool:
    with suppress(RedisError), Redis.from_url(url) as client:
        return bool(client.ping())
    return False


def test_it_is_asked_again_after_a_while(
    broken_redis: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    cache = caches["default"]
    cache.set("a", 1)
    assert waits(caplog) == 1
    assert "127.0.0.1" not in caplog.text
    monkeypatch.setattr(common_cache._Away, "until", 0.0)
    cache.set("a", 1)
    assert waits(caplog) == 2
