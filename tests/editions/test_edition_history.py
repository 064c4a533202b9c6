"""All editions of a notice: paged, complete, and no slower however many there are."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from notices.editions.models import Edition, Notice
from notices.editions.pages.history import PER_PAGE, history_of
from notices.editions.pages.texts_then import texts_between
from notices.firm.days import BERLIN, day_bounds
from tests.editions.corrections import make_correction, withdraw
from tests.factories import make_edition, make_notice, make_organisation

pytestmark = pytest.mark.thorough

START = datetime(2024, 1, 1, 9, tzinfo=UTC)
PAGES = ("/en/notices/zoom/", "/en/notices/zoom/history/", "/en/archive/2024-01-05/")
EARLY = "/en/notices/zoom/edition/1/"


@pytest.fixture
def notice(db: None) -> Notice:
    make_organisation()
    return make_notice("zoom")


def publish_many(notice: Notice, count: int) -> None:
    for number in range(count):
        make_edition(notice, in_force_from=START + timedelta(days=number))


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


def told(html: str) -> list[str]:
    return re.findall(r"/edition/([\d.]+)/\">(?:Edition|Correction)", html)


def test_it_tells_validity_kind_and_change_note(client: Client, notice: Notice) -> None:
    first = make_edition(notice, in_force_from=START)
    corrected = make_correction(
        first, START + timedelta(days=1), change_note_de="Ein Komma.", change_note_en="A comma."
    )
    withdraw(corrected, START + timedelta(days=3))
    html = client.get(PAGES[1]).content.decode()
    text = words(html)
    assert told(html) == ["1.1", "1.1", "1"]
    assert "Edition 1.1 withdrawn: A sentence was wrong." in text
    assert "Correction 1.1: A comma. (same meaning)" in text
    assert "valid from 2 January 2024 to 4 January 2024" in text
    assert "valid from 1 January 2024 to 2 January 2024" in text
    assert "No published edition is in force." in text
    german = words(client.get("/de/hinweise/zoom-de/verlauf/").content.decode())
    assert "Korrektur 1.1: Ein Komma. (gleiche Bedeutung)" in german


def test_every_edition_stands_on_exactly_one_page(client: Client, notice: Notice) -> None:
    publish_many(notice, 2 * PER_PAGE + 3)
    for edition in Edition.objects.filter(number__in=(3, PER_PAGE + 1, 2 * PER_PAGE + 3)):
        withdraw(edition, START + timedelta(days=edition.number or 0, hours=1))
    found: list[str] = []
    for number in (1, 2, 3):
        html = client.get(f"{PAGES[1]}?page={number}").content.decode()
        found += re.findall(r"/edition/(\d+)/\">(?:Edition \d+)( withdrawn)?</a>", html)
    expected = {(str(number), "") for number in range(1, 2 * PER_PAGE + 4)}
    withdrawn = {(str(number), " withdrawn") for number in (3, PER_PAGE + 1, 2 * PER_PAGE + 3)}
    assert sorted(found) == sorted(expected | withdrawn)  # type: ignore[comparison-overlap]
    assert "Older editions</a>" in client.get(PAGES[1]).content.decode()
    assert "seite=3" in client.get("/de/hinweise/zoom-de/verlauf/?page=2").content.decode()


@pytest.mark.parametrize("asked", ["0", "-1", "2", "x", "٣", "999999", "9" * 40, ""])
def test_a_page_that_does_not_exist_is_not_found(
    client: Client, notice: Notice, asked: str
) -> None:
    make_edition(notice, in_force_from=START)
    assert client.get(PAGES[1], {"page": asked}).status_code == 404


def test_a_notice_nobody_saw_has_no_history(client: Client, notice: Notice) -> None:
    make_edition(notice, status="draft")
    assert client.get(PAGES[1]).status_code == 404


def test_an_old_address_leads_on(client: Client, notice: Notice) -> None:
    make_edition(notice, in_force_from=START)
    notice.slug_en = "new"
    notice.save()
    response = client.get(PAGES[1])
    assert (response.status_code, response["Location"]) == (301, "/en/notices/new/history/")


@pytest.mark.parametrize("path", [*PAGES, EARLY, "/en/archive/"])
def test_a_page_reads_no_more_rows_with_many_editions(
    client: Client, notice: Notice, path: str
) -> None:
    publish_many(notice, PER_PAGE + 5)
    few, few_bytes = cost(client, path)
    more = [
        make_edition(notice, in_force_from=START + timedelta(days=PER_PAGE + 5 + number))
        for number in range(60)
    ]
    assert more[-1].number == PER_PAGE + 65
    many, many_bytes = cost(client, path)
    assert many <= few
    # What is shown stays as long, apart from longer numbers and a link to another page.
    assert many_bytes < few_bytes * 1.15


def cost(client: Client, path: str) -> tuple[int, int]:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(path)
    assert response.status_code == 200
    return len(queries), len(response.content)


# The naive model: ask at every quarter of an hour which edition is in force.


def naive(editions: list[Edition], gone: dict[int, datetime], at: datetime) -> Edition | None:
    """Return the edition in force at `at`, as DESIGN says it, in plain Python."""
    newest: Edition | None = None
    for edition in editions:
        start = edition.in_force_from or at
        if start > at or gone.get(edition.pk, at + timedelta(1)) <= start:
            continue
        if newest is None or (start, edition.number) > (newest.in_force_from, newest.number):
            newest = edition
    return None if newest and gone.get(newest.pk, at + timedelta(1)) <= at else newest


QUARTERS = st.integers(0, 4 * 24 * 4)


class HeldOnDaysWithAClockChange(TestCase):
    @rules(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
    @given(
        change=st.sampled_from([date(2024, 3, 31), date(2024, 10, 27)]),
        starts=st.lists(QUARTERS, min_size=1, max_size=6),
        withdrawals=st.dictionaries(st.integers(0, 5), QUARTERS, max_size=3),
    )
    def test_a_day_shows_what_was_in_force_at_any_time_of_it(
        self, change: date, starts: list[int], withdrawals: dict[int, int]
    ) -> None:
        first = day_bounds(change - timedelta(days=1))[0].astimezone(UTC)
        notice = make_notice("zoom")
        editions = [
            make_edition(
                notice,
                published_at=first - timedelta(days=1),
                in_force_from=first + timedelta(minutes=15 * quarter),
            )
            for quarter in starts
        ]
        gone = {
            editions[index].pk: first + timedelta(minutes=15 * quarter)
            for index, quarter in withdrawals.items()
            if index < len(editions)
        }
        for edition in editions:
            if edition.pk in gone:
                withdraw(edition, gone[edition.pk])
        now = first + timedelta(days=9)
        moments = [first + timedelta(minutes=15 * step) for step in range(4 * 24 * 4 + 8)]
        in_force = {moment: naive(editions, gone, moment) for moment in moments}
        history = history_of(notice, now)
        for offset in range(3):
            start, end = day_bounds(change + timedelta(days=offset - 1))
            expected = {
                edition.pk for at, edition in in_force.items() if edition and start <= at < end
            }
            texts = texts_between(start, end, now)
            held = [one.held for told in texts if told.notice == notice for one in told.texts]
            assert {one.edition.pk for one in held} == expected
            for one in held:
                during = [at for at, edition in in_force.items() if edition == one.edition]
                assert one.start == min(during)
                assert one.end == history.ended(one.edition)
                if one.end and one.end <= moments[-1]:
                    assert one.end == max(during) + timedelta(minutes=15)
        assert day_bounds(change)[1] - day_bounds(change)[0] == timedelta(days=1)
        hours = day_bounds(change)[1].astimezone(UTC) - day_bounds(change)[0].astimezone(UTC)
        assert hours == timedelta(hours=23 if change.month == 3 else 25)
        assert day_bounds(change)[0].tzinfo is BERLIN
