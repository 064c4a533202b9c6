"""Pages are made few at a time, so that the loop that sends kept pages has its share."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any

import pytest

from notices.firm.models import Organisation
from portal.serving.kept import makers
from portal.serving.kept.makers import Makers
from tests.factories import make_organisation

from .cache import Portal

CONTACT = "/de/kontakt/"


def crowd_at(few: Makers, count: int, make: Callable[[bool], object]) -> None:
    """Let many come at once, and each make a page in their turn."""

    def come() -> None:
        with few.turn() as is_in_time:
            make(is_in_time)

    threads = [threading.Thread(target=come) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)


def test_of_a_crowd_two_make_their_pages_and_all_come_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(makers, "SECONDS_STUCK", 60)
    few = Makers("postgresql")
    inside: list[int] = []
    most = []

    def make(is_in_time: bool) -> None:
        assert is_in_time
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.01)
        inside.pop()

    crowd_at(few, 9, make)
    assert len(most) == 9
    assert max(most) == 2


def test_whoever_waited_too_long_is_told_in_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(makers, "SECONDS_TO_WAIT", 0.01)
    few = Makers("sqlite")
    told: list[bool] = []

    def make(is_in_time: bool) -> None:
        told.append(is_in_time)
        if is_in_time:
            time.sleep(0.1)

    crowd_at(few, 4, make)
    assert sorted(told) == [False, False, False, True]


@pytest.mark.parametrize(("seconds", "is_in_time"), [(0, True), (1, True), (3, False)])
def test_the_line_in_front_of_the_threads_counts_as_waiting(
    seconds: float, is_in_time: bool
) -> None:
    def come() -> bool:
        makers.came_at.set(time.monotonic() - seconds)
        with Makers("sqlite").turn() as told:
            return told

    assert copy_context().run(come) == is_in_time


def test_a_page_that_waits_for_something_does_not_hold_up_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(makers, "SECONDS_STUCK", 0.05)
    few = Makers("sqlite")
    made: list[bool] = []
    with few.turn():
        crowd_at(few, 3, made.append)
        assert made == [True, True, True]
    # Nobody gives back what they never had.
    with few.turn():
        assert not few._turns.acquire(blocking=False)


@contextmanager
def too_late() -> Any:
    yield False


def test_who_comes_too_late_reads_it_in_their_language_and_kept_pages_go_on(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_organisation(phone="030 111 111")
    portal.get(CONTACT)
    monkeypatch.setattr(portal.cache.makers, "turn", too_late)
    for path, query in (("/en/questions/", "q=zoom"), ("/en/contact/", "")):
        refused = portal.get(path, query=query)
        assert refused.status == 503
        assert int(refused.headers["Retry-After"]) > 0
        assert '<html lang="en"' in refused.text
    assert portal.get("/de/", cookie="sessionid=a", method="POST").status == 503
    Organisation.objects.update(phone="030 222 222")
    assert "030 111 111" in portal.get(CONTACT).text


def test_staff_and_probes_wait_for_no_reader(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_organisation()
    monkeypatch.setattr(portal.cache.makers, "turn", too_late)
    assert portal.get("/admin/login/").status == 200
    assert portal.get("/healthz").status == 200
    assert portal.get("/readyz").status in (200, 503)
    assert portal.get("/admin/login/", query="next=/admin/").status == 200
