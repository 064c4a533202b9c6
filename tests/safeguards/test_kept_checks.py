"""Kept checks against promised ones: a check every six hours, from the first one on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from notices.firm import days
from notices.firm.days import day_bounds, day_of
from notices.safeguards.board import timelines
from notices.safeguards.derived import intervals, runs
from notices.safeguards.glance.kept_checks import EVERY, KeptChecks, count
from notices.safeguards.glance.year import year_to
from notices.safeguards.models import Check, CheckCoverage, Safeguard
from tests.factories import make_organisation, make_safeguard, record_state
from tests.pages import html_of

START = datetime(2026, 3, 1, tzinfo=days.BERLIN)
HOUR = timedelta(hours=1)


def at(*hours: float) -> list[datetime]:
    return [START + hour * HOUR for hour in hours]


@pytest.mark.parametrize(
    ("hours", "until", "kept", "promised"),
    [
        ((0, 6, 12, 18), 24, 4, 4),
        ((0, 6.1, 12.2, 18.3), 24, 4, 4),  # a little late each time
        ((0, 1, 2, 6, 12, 12.5, 18), 24, 4, 4),  # asked more often
        ((0, 6, 18), 24, 3, 4),  # one left out
        ((0, 7, 13), 18, 3, 3),  # tried again after an hour
        ((0, 5.5, 11, 16.5), 22, 4, 4),  # a little early each time
        ((0, 11.5), 12, 2, 3),  # so late that another was due
        ((0,), 24, 1, 4),  # none since
        ((0, 6), 12.9, 2, 2),  # the next one is not late yet
    ],
)
def test_a_check_is_kept_if_it_comes_in_time(
    hours: tuple[float, ...], until: float, kept: int, promised: int
) -> None:
    assert count(at(*hours), START + until * HOUR) == KeptChecks(kept, promised)


def test_without_a_check_by_the_account_nothing_is_said() -> None:
    assert count([], START) is None


@given(st.lists(st.floats(0, 400), min_size=1, max_size=40).map(sorted), st.floats(0, 100))
def test_no_more_is_kept_than_promised_and_no_more_promised_than_time_allows(
    hours: list[float], more: float
) -> None:
    until = START + (hours[-1] + more) * HOUR
    found = count(at(*hours), until)
    assert found is not None
    assert 1 <= found.kept <= found.promised
    assert (found.promised - 1) * (EVERY - HOUR) <= until - START + EVERY


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/de/archiv/", "1.199 von 1.200 versprochenen Prüfungen gemacht"),
        ("/de/schutz/etikett/", "1.199 von 1.200 versprochenen Prüfungen gemacht"),
        ("/en/archive/", "1,199 of 1,200 promised checks made"),
    ],
)
def test_archive_and_label_tell_it_from_a_year_at_most(
    client: Client, address: str, words: str
) -> None:
    midnight = day_bounds(day_of(days.now()))[0]
    begin = midnight - 1200 * EVERY
    make_organisation(confirmed_at=begin - HOUR)
    record_state(make_safeguard("recording"), at=begin, check=False)
    moments = [begin + number * EVERY for number in range(1200) if number != 600]
    # What is older than the twelve months, fails, is made by hand or is of today adds nothing.
    moments += [midnight - timedelta(days=500), midnight + timedelta(minutes=1)]
    done, hand = Check.Outcome.DONE, {"source": "hand", "outcome": Check.Outcome.DONE}
    rows = [Check(at=one, recorded_at=one, source="account", outcome=done) for one in moments]
    rows.append(Check(at=begin + HOUR * 3601, recorded_at=days.now(), role="x", **hand))
    failed = {"source": "account", "outcome": Check.Outcome.FAILED}
    rows.append(Check(at=begin + HOUR * 3600, recorded_at=days.now(), **failed))
    Check.objects.bulk_create(rows)
    with CaptureQueriesContext(connection) as queries:
        html = " ".join(client.get(address).content.decode().split())
    said = re.search(r"[\d.,]+ (?:von|of) [^<]*", html)
    assert said
    assert words in said[0]
    assert len([one for one in queries.captured_queries if "safeguards_check" in one["sql"]]) <= 3


@pytest.fixture
def one_left_out() -> Iterator[None]:
    """Make ten days of checks; one was left out, and one read only one of two safeguards."""
    with time_machine.travel(datetime(2026, 11, 16, 12, tzinfo=days.BERLIN), tick=False):
        begin = day_bounds(date(2026, 11, 6))[0]
        make_organisation(confirmed_at=begin - HOUR)
        both = make_safeguard("recording"), make_safeguard("chat")
        for safeguard in (*both, make_safeguard("by_hand")):
            record_state(safeguard, at=begin, check=False)
        moments = [begin + number * EVERY for number in range(41) if number != 20]
        rows = [Check(at=one, recorded_at=one, source="account", outcome="done") for one in moments]
        CheckCoverage.objects.bulk_create(
            CheckCoverage(check_made=one, safeguard=safeguard, valid_until=one.at + 9 * HOUR)
            for one in Check.objects.bulk_create(rows)
            for safeguard in both[: 1 if one.at == begin + 30 * EVERY else 2]
        )
        intervals.rebuild()
        runs.rebuild()
        yield


# The drawing of a safeguard, and what stands beside it.
BESIDE = re.compile(r'id="(recording|chat|by-hand)".*?</svg><p class="meta">(.*?)</p>')


@pytest.mark.django_db
@pytest.mark.usefixtures("one_left_out")
def test_a_row_tells_of_its_own_checks_and_one_by_hand_of_none(client: Client) -> None:
    told = dict(BESIDE.findall(html_of(client.get("/en/safeguards/"))))
    assert "· 39 of 40 promised checks made" in told["recording"]
    assert "· 38 of 40 promised checks made" in told["chat"]
    assert "promised" not in told["by-hand"]


@pytest.mark.django_db
@pytest.mark.usefixtures("one_left_out")
def test_a_check_that_comes_later_is_counted_at_once() -> None:
    before = year_to(days.now(), timelines.load_now().stamp).checks_of_each
    late = day_bounds(date(2026, 11, 11))[0]
    made = Check.objects.create(at=late, recorded_at=late, source="account", outcome="done")
    for pk in Safeguard.objects.values_list("pk", flat=True):
        CheckCoverage.objects.create(check_made=made, safeguard_id=pk, valid_until=late + EVERY)
    after = year_to(days.now(), timelines.load_now().stamp).checks_of_each
    assert after == year_to(days.now()).checks_of_each
    assert [one.kept for one in before.values()] == [39, 38]
    assert [one.kept for one in after.values()] == [40, 39, 1]


@pytest.mark.django_db
@pytest.mark.usefixtures("one_left_out")
def test_the_twelve_months_are_read_once_for_each_state_of_the_site() -> None:
    safeguard = Safeguard.objects.get(key="chat")
    known = timelines.load_now()
    before = year_to(days.now(), known.stamp)
    assert before.checks_of_each
    with CaptureQueriesContext(connection) as asked:
        again = year_to(days.now(), known.stamp)
        assert (again, again.checks_of_each) == (before, before.checks_of_each)
    assert len(asked) == 0
    record_state(safeguard, "not_protected", at=days.now() - timedelta(hours=1))
    record_state(make_safeguard("late"), at=days.now() - timedelta(hours=1))
    after = year_to(days.now(), timelines.load_now().stamp)
    assert after.strips == year_to(days.now()).strips
    assert after.strips[safeguard.pk].spans[-1].state == "off"
    # What begins later than the moment that is asked about is no part of it.
    earlier = days.now() - timedelta(hours=2)
    assert (
        year_to(earlier, timelines.load_now().stamp).strips
        == year_to(earlier).strips
        != after.strips
    )
