"""Twelve months at a glance: what held how long, as a drawing and in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
import time_machine
from django.test import Client
from django.utils import timezone, translation

from notices.firm import days
from notices.firm.days import BERLIN
from notices.safeguards.glance.drawing import month_names
from notices.safeguards.glance.sentences import drawn, totals
from notices.safeguards.glance.strip import Strip, strip_of, together, year_before
from notices.safeguards.glance.year import year_to
from notices.safeguards.states import Run, State
from tests.factories import make_organisation, make_safeguard, record_state
from tests.pages import html_of

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
END = datetime(2026, 11, 27, 12, tzinfo=BERLIN)
START = year_before(END)


def strip(*runs: tuple[State, datetime], since: datetime | None = None) -> Strip:
    """Return the strip of states that each last until the next one begins."""
    ends = [start for _state, start in runs[1:]]
    found = [
        Run(state, start, end) for (state, start), end in zip(runs, [*ends, None], strict=True)
    ]
    return strip_of(found, START, END, since)


def test_it_begins_364_days_before_the_day_on_which_it_ends() -> None:
    assert datetime(2025, 11, 28, tzinfo=BERLIN) == START
    # A day that is over ends with its midnight and not a day later.
    assert year_before(datetime(2026, 11, 28, tzinfo=BERLIN)) == START


def test_it_says_how_long_each_state_held() -> None:
    off, on = END - 50 * DAY, END - 48 * DAY + 6 * HOUR
    late = END - 20 * DAY
    one = strip(
        (State.ON, START - 90 * DAY),
        (State.OFF, off),
        (State.ON, on),
        (State.EXCEPTION, late),
        (State.DUE, late + HOUR),
        (State.ON, late + HOUR + HOUR / 2),
    )
    with translation.override("en"):
        assert totals(one) == (
            "361 days on, 1 hour on, with an exception, 2 days 6 hours off, "
            "less than an hour without a valid check"
        )
    # What holds still is counted until last midnight.
    assert sum(one.totals.values(), timedelta()) == END - START - 12 * HOUR
    with translation.override("de"):
        assert "2 Tage 6 Stunden nicht aktiv" in totals(one)


def test_nothing_counts_from_before_the_first_record_or_while_the_data_were_samples() -> None:
    assert strip((State.ON, END - 5 * DAY)).totals == {State.ON: 5 * DAY - 12 * HOUR}
    cut = strip((State.OFF, START), (State.ON, END - 5 * DAY), since=END - 2 * DAY)
    assert cut.totals == {State.ON: 2 * DAY - 12 * HOUR}
    assert cut.begins_late
    assert not strip((State.ON, START - DAY)).begins_late


def test_all_together_are_as_bad_as_the_worst_of_them_at_each_moment() -> None:
    one = strip((State.ON, START), (State.OFF, END - 9 * DAY), (State.ON, END - 7 * DAY))
    two = strip((State.ON, START), (State.DUE, END - 8 * DAY), (State.EXCEPTION, END - 4 * DAY))
    gone = strip((State.RETIRED, START))
    whole = together([one, two, gone], START, END)
    assert [(span.state, (END - span.start) // DAY) for span in whole.spans[1:]] == [
        (State.OFF, 9),
        (State.DUE, 7),
        (State.EXCEPTION, 4),
    ]
    assert whole.totals[State.OFF] == 2 * DAY


def test_each_state_has_a_shape_of_its_own_besides_its_colour() -> None:
    shapes = {}
    for state in (State.ON, State.EXCEPTION, State.OFF, State.DUE):
        svg = drawn(strip((state, START)))
        assert f'class="s-{state}"' in svg
        inside = svg.split("<text")[0].split(">", 1)[1]
        shapes[state] = re.sub(r'class="[^"]*"', "", inside)
    assert len(set(shapes.values())) == len(shapes)
    assert "stroke-dasharray" in shapes[State.EXCEPTION]
    assert "<path" in shapes[State.OFF]  # a cross
    assert 'stroke-linecap="round"' in shapes[State.DUE]  # dots


def test_an_hour_off_is_as_visible_as_a_month() -> None:
    svg = drawn(
        strip((State.ON, START), (State.OFF, END - 9 * DAY), (State.ON, END - 9 * DAY + HOUR))
    )
    assert svg.count("M-6-8") == 2  # the cross and the gap around it
    # What is short lies over its neighbours.
    assert svg.rindex('class="s-on"') < svg.index('class="s-off"')


def test_months_are_named_once_below_every_strip_of_a_page() -> None:
    with translation.override("en"):
        one = strip((State.ON, START))
        names = month_names(one)
        assert re.findall(r"<text[^>]*>([^<]+)<", names)[:2] == ["Dec", "Jan"]
        assert 'id="months"' in names
        assert 'href="#months"' in drawn(one)


# A name takes up at most so much of a strip on a phone, and where all months are shown.
ON_PHONE, ON_WIDE = 15.0, 6.0
PLACED = re.compile(r'<text x="([\d.]+)%"( text-anchor="end")? y="\d+"( class="wide")?>')


@pytest.mark.parametrize("on_phone", [True, False])
def test_on_no_day_of_the_year_names_of_months_meet_or_leave_the_picture(on_phone: bool) -> None:
    room = ON_PHONE if on_phone else ON_WIDE
    for number in range(366):
        end = END + number * DAY
        names = month_names(strip_of([], year_before(end), end))
        placed = [
            (float(place) - room if anchored else float(place))
            for place, anchored, wide in PLACED.findall(names)
            if not (on_phone and wide)
        ]
        assert len(placed) >= (3 if on_phone else 11), end
        assert all(after - before >= room for before, after in pairwise(placed)), (end, placed)
        assert placed[-1] + room <= 100, end
        # What is not named began in the last days of the picture.
        assert on_phone or placed[-1] >= 87, end


def test_what_holds_still_is_told_alike_all_day() -> None:
    began = START + 300 * DAY + 7 * HOUR
    said = {
        totals(strip_of([Run(State.OFF, began, None)], START, END.replace(hour=hour)))
        for hour in (0, 6, 7, 8, 23)
    }
    assert len(said) == 1


def test_what_began_today_is_told_without_hours() -> None:
    today = strip((State.ON, START), (State.OFF, END - HOUR))
    with translation.override("en"):
        assert totals(today) == "364 days on, less than a day off"
    ended = strip((State.ON, START), (State.OFF, END - 3 * HOUR), (State.ON, END - HOUR))
    with translation.override("en"):
        assert totals(ended) == "364 days on, 2 hours off"


@pytest.mark.django_db
class TestPages:
    @pytest.fixture(autouse=True)
    def records(self) -> Iterator[None]:
        # The strip ends with last midnight: how long ago that was must not decide.
        with time_machine.travel(datetime(2026, 11, 16, 12, tzinfo=BERLIN), tick=False):
            make_organisation(confirmed_at=None)
            safeguard = make_safeguard("cdn", max_age_days=366)
            start = timezone.now() - timedelta(days=200)
            record_state(safeguard, at=start)
            record_state(safeguard, "not_protected", at=start + timedelta(days=50))
            record_state(safeguard, at=start + timedelta(days=53, hours=4))
            yield

    @pytest.mark.parametrize("path", ["/en/safeguards/", "/en/safeguards/label/", "/en/archive/"])
    def test_pages_about_now_show_the_strip_up_to_today(self, client: Client, path: str) -> None:
        html = html_of(client.get(path))
        # Who cannot see the drawing hears the words beside it.
        beside = re.findall(r'<svg class="strip" aria-hidden="true".*?</svg><p class="meta">', html)
        assert len(beside) == html.count('<svg class="strip"') >= 1
        assert ">today</text>" in html
        assert "196 days on, 3 days 4 hours off · Our records begin on" in html

    def test_a_past_day_shows_the_months_before_it_and_nothing_after(self, client: Client) -> None:
        day = days.day_of(timezone.now() - timedelta(days=190))
        html = html_of(client.get(f"/en/archive/{day}/"))
        assert "days off" not in html
        assert ">today</text>" not in html
        assert html.count('class="strip"') == 2  # all together, and the one safeguard

    def test_a_strip_of_a_running_deviation_ends_no_page_before_its_day(self) -> None:
        now = timezone.now()
        record_state(make_safeguard("password"), "not_protected", at=now - timedelta(minutes=90))
        with time_machine.travel(now, tick=False), days.reading_at(now) as reading:
            year_to(now)
        assert reading.end == days.day_bounds(days.day_of(now))[1]
