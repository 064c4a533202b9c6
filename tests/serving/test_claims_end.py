"""No page is shown past the moment at which something on it stops being true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from notices.editions.models import Notice
from notices.firm import days
from notices.firm.days import BERLIN, day_bounds, day_of
from portal.serving.kept.page import cache_control
from tests.factories import (
    make_edition,
    make_meeting,
    make_notice,
    make_organisation,
    make_safeguard,
    record_state,
)
from tests.pages import PAGES, page_path

from .cache import Portal

SAFEGUARDS = "/de/schutz/"
NOON = datetime(2026, 5, 12, 12, tzinfo=BERLIN)


@pytest.fixture
def noon() -> Iterator[Any]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def says_on(text: str) -> bool:
    return 'class="state on"' in text


def a_claim_of_a_day() -> None:
    make_organisation()
    record_state(make_safeguard("cloud-recording", max_age_days=1))


def test_a_claim_flips_on_the_second_from_what_was_made_ahead(portal: Portal, noon: Any) -> None:
    a_claim_of_a_day()
    # Words about a young record count its hours, so that its pages live no longer.
    noon.move_to(NOON + timedelta(days=1, minutes=-30))
    assert says_on(portal.get(SAFEGUARDS).text)
    portal.follow_up()
    made = len(portal.made)
    noon.move_to(NOON + timedelta(days=1, seconds=-1))
    assert says_on(portal.get(SAFEGUARDS).text)
    noon.move_to(NOON + timedelta(days=1))
    assert not says_on(portal.get(SAFEGUARDS).text)
    assert len(portal.made) == made


def test_a_claim_that_ends_while_the_database_is_down_is_not_shown(
    portal: Portal, noon: Any
) -> None:
    a_claim_of_a_day()
    # Words about a young record count its hours, so that its pages live no longer.
    noon.move_to(NOON + timedelta(days=1, minutes=-30))
    portal.get(SAFEGUARDS)
    portal.follow_up()
    portal.site.up = False
    noon.move_to(NOON + timedelta(days=1))
    received = portal.get(SAFEGUARDS)
    assert received.status == 200
    assert not says_on(received.text)


def test_without_a_successor_the_answer_is_that_the_site_is_away(portal: Portal, noon: Any) -> None:
    a_claim_of_a_day()
    portal.get(SAFEGUARDS)
    portal.site.up = False
    noon.move_to(NOON + timedelta(days=1))
    received = portal.get(SAFEGUARDS)
    assert received.status == 503
    assert int(received.headers["Retry-After"]) > 0


def test_past_the_end_of_the_successor_too(portal: Portal, noon: Any) -> None:
    a_claim_of_a_day()
    portal.get(SAFEGUARDS)
    portal.follow_up()
    portal.site.up = False
    noon.move_to(NOON + timedelta(days=400))
    assert portal.get(SAFEGUARDS).status == 503


def test_a_clock_set_back_shows_nothing_of_the_future(portal: Portal, noon: Any) -> None:
    a_claim_of_a_day()
    noon.move_to(NOON + timedelta(days=3))
    assert not says_on(portal.get(SAFEGUARDS).text)
    noon.move_to(NOON + timedelta(hours=1))
    assert says_on(portal.get(SAFEGUARDS).text)


def test_a_clock_that_jumps_ahead_shows_nothing_of_the_past(portal: Portal, noon: Any) -> None:
    a_claim_of_a_day()
    assert says_on(portal.get(SAFEGUARDS).text)
    noon.move_to(NOON + timedelta(days=30))
    assert not says_on(portal.get(SAFEGUARDS).text)


def test_an_edition_comes_into_force_on_its_second(portal: Portal, noon: Any) -> None:
    make_organisation()
    notice = make_notice(kind=Notice.Kind.IMPRINT)
    start = NOON + timedelta(hours=2)
    make_edition(notice, text_de="Das Alte.", in_force_from=NOON - timedelta(days=9))
    make_edition(notice, text_de="Das Neue.", number=2, published_at=NOON, in_force_from=start)
    path = "/de/impressum/"
    assert "Das Alte." in portal.get(path).text
    portal.follow_up()
    portal.site.up = False
    noon.move_to(start - timedelta(seconds=1))
    assert "Das Alte." in portal.get(path).text
    noon.move_to(start)
    assert "Das Neue." in portal.get(path).text


def test_a_meeting_begins_and_ends_while_the_database_is_down(portal: Portal, noon: Any) -> None:
    a_claim_of_a_day()
    meeting = make_meeting(NOON + timedelta(hours=1), ends_at=NOON + timedelta(hours=2))
    path = meeting.get_absolute_url()
    before = portal.get(path).text
    portal.follow_up()
    noon.move_to(meeting.starts_at)
    during = portal.get(path).text
    portal.follow_up()
    portal.site.up = False
    noon.move_to(meeting.ends_at)
    assert len({before, during, portal.get(path).text}) == 3


def test_no_page_outlives_its_day(portal: Portal, noon: Any) -> None:
    make_organisation()
    portal.get("/de/kontakt/")
    portal.site.up = False
    noon.move_to(day_bounds(day_of(NOON))[1])
    assert portal.get("/de/kontakt/").status == 503


def test_the_headers_let_nobody_keep_a_claim_past_its_end(portal: Portal, noon: Any) -> None:
    a_claim_of_a_day()
    path = "/api/safeguards.json"
    noon.move_to(NOON + timedelta(days=1, seconds=-3))
    for headers in ({}, {"if_none_match": portal.get(path).headers["ETag"]}):
        received = portal.get(path, **headers)
        assert received.headers["Cache-Control"] == (
            "public, max-age=0, s-maxage=1, stale-while-revalidate=2, stale-if-error=2"
        )


@given(st.integers(min_value=-5, max_value=200_000))
def test_no_header_adds_up_to_more_than_is_left(left: int) -> None:
    said = {name: int(value) for name, value in re.findall(r"([a-z-]+)=(\d+)", cache_control(left))}
    stale = max(said["stale-while-revalidate"], said["stale-if-error"])
    assert said["max-age"] == 0
    assert said["s-maxage"] + stale <= max(left, 0)


def test_public_pages_ask_no_clock_but_that_of_the_page(
    starter: None, client: Client, monkeypatch: Any
) -> None:
    paths = [page_path(name, "de") for name in sorted(PAGES | {"meeting-ics", "feed-changes"})]
    paths += ["/api/safeguards.json", "/sitemap.xml", "/.well-known/security.txt"]
    moment = timezone.now()
    asked: list[str] = []

    def other_clock() -> datetime:
        asked.append(path)
        return moment

    monkeypatch.setattr(timezone, "now", other_clock)
    with days.reading_at(moment):
        for path in paths:
            assert client.get(path).status_code < 400
    assert asked == []
