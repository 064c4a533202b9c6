"""Of a crowd that asks for a page which cannot be made, one is told for all."""

from __future__ import annotations

from typing import Any

import pytest

from portal.serving.kept import refusals
from tests.factories import make_organisation

from .cache import Portal

SEARCH = "/de/fragen/"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A clock that is moved by hand."""

    class Clock:
        now = 1000.0

    monkeypatch.setattr("portal.serving.kept.refusals.time.monotonic", lambda: Clock.now)
    return Clock


@pytest.fixture
def broken(portal: Portal, clock: Any) -> Portal:
    make_organisation()
    portal.site.up = False
    return portal


def test_whoever_asks_right_after_is_told_the_same_without_asking_django(broken: Portal) -> None:
    first, second = (broken.get(SEARCH, query=f"q={word}") for word in ("zoom", "telefon"))
    assert (first.status, second.status) == (503, 503)
    assert first.raw == second.raw
    assert first.headers["Retry-After"] == second.headers["Retry-After"]
    assert broken.made == [SEARCH]


def test_a_moment_later_it_is_tried_again_and_the_page_is_back(broken: Portal, clock: Any) -> None:
    assert broken.get(SEARCH, query="q=zoom").status == 503
    broken.site.up = True
    clock.now += refusals.SECONDS
    assert broken.get(SEARCH, query="q=zoom").status == 200
    assert broken.get(SEARCH, query="q=zoom").status == 200


def test_each_reader_is_told_in_their_language_and_about_their_address(broken: Portal) -> None:
    assert '<html lang="de"' in broken.get("/", query="a=1", accept_language="de").text
    assert '<html lang="en"' in broken.get("/", query="a=1", accept_language="en").text
    assert '<html lang="en"' in broken.get("/en/questions/", query="q=zoom").text
    assert len(broken.made) == 3


def test_a_page_that_does_not_exist_is_no_refusal(portal: Portal, clock: Any) -> None:
    make_organisation()
    for _time in range(2):
        assert portal.get("/de/gibt-es-nicht/", query="a=1").status == 404
    assert len(portal.made) == 2


def test_what_is_remembered_is_bounded(broken: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "MOST", 3)
    for number in range(10):
        broken.get(SEARCH, query="q=zoom", accept_language=f"x-{number}")
        assert len(broken.cache.refusals._told) <= 3
