"""A locked or missing table keeps nobody waiting but the one who tries for all."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from notices.safeguards.board import timelines
from portal.serving.database import SECONDS_FOR_AN_ANSWER, SECONDS_REFUSED, Breaker
from tests.factories import make_user


@pytest.fixture
def clock(monkeypatch: Any) -> Any:
    """A clock that is moved by hand."""

    class Clock:
        now = 1000.0

    monkeypatch.setattr("portal.serving.database.time.monotonic", lambda: Clock.now)
    return Clock


def test_nothing_is_refused_before_it_failed(clock: Any) -> None:
    assert not Breaker().refuses("page")


def test_what_failed_is_refused_and_nothing_else(clock: Any) -> None:
    breaker = Breaker()
    breaker.failed("page")
    assert breaker.refuses("page")
    assert not breaker.refuses("another")


def test_after_a_moment_one_reader_tries_for_all(clock: Any) -> None:
    breaker = Breaker()
    breaker.failed("page")
    clock.now += SECONDS_REFUSED
    assert not breaker.refuses("page")
    assert breaker.refuses("page")
    breaker.worked("page")
    assert not breaker.refuses("page")


def test_a_try_that_fails_begins_the_moment_anew(clock: Any) -> None:
    breaker = Breaker()
    breaker.failed("page")
    clock.now += SECONDS_REFUSED
    breaker.refuses("page")
    breaker.failed("page")
    assert breaker.refuses("page")
    clock.now += SECONDS_REFUSED
    assert not breaker.refuses("page")


def test_a_try_that_never_ends_is_forgotten(clock: Any) -> None:
    breaker = Breaker()
    breaker.failed("page")
    clock.now += SECONDS_REFUSED
    breaker.refuses("page")
    clock.now += SECONDS_FOR_AN_ANSWER
    assert not breaker.refuses("page")


class Locked:
    """A table that is locked for as long as told."""

    def __init__(self) -> None:
        self.tries = 0
        self.is_locked = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.tries += 1
        if self.is_locked:
            raise OperationalError("canceling statement due to lock timeout")
        return self.real(*args, **kwargs)

    real: Any


@pytest.fixture
def locked(monkeypatch: Any, starter: None) -> Locked:
    locked = Locked()
    locked.real = timelines.load_now
    monkeypatch.setattr("portal.pages.home.timelines.load_now", locked)
    return locked


def test_a_page_whose_table_is_locked_waits_for_it_once(client: Client, locked: Locked) -> None:
    answers = [client.get("/de/") for _reader in range(3)]
    assert [answer.status_code for answer in answers] == [503] * 3
    assert all(int(answer["Retry-After"]) > 0 for answer in answers)
    assert locked.tries == 1


def test_other_pages_go_on_meanwhile(client: Client, locked: Locked) -> None:
    client.get("/de/")
    assert client.get("/de/kontakt/").status_code == 200


def test_the_page_is_back_as_soon_as_its_table_is(
    client: Client, locked: Locked, clock: Any
) -> None:
    client.get("/de/")
    locked.is_locked = False
    assert client.get("/de/").status_code == 503
    clock.now += SECONDS_REFUSED
    assert client.get("/de/").status_code == 200
    assert client.get("/de/").status_code == 200


def test_what_staff_send_is_tried_all_the_same(client: Client, monkeypatch: Any, db: None) -> None:
    client.force_login(make_user())
    tries = []

    def failing(*args: Any, **kwargs: Any) -> Any:
        tries.append(1)
        raise OperationalError("canceling statement due to lock timeout")

    monkeypatch.setattr("notices.faq.admin.QuestionAdmin.changeform_view", failing)
    for _try in range(2):
        assert client.post("/admin/faq/question/add/", {}).status_code == 503
    assert len(tries) == 2
