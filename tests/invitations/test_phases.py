"""Before, during and after a meeting, also in the nights in which clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from notices.firm.days import BERLIN
from notices.invitations.phases import Phase, is_its_day, may_run_over, phase_at

SPRING = datetime(2027, 3, 27, 20, 0, tzinfo=UTC)
AUTUMN = datetime(2026, 10, 24, 20, 0, tzinfo=UTC)

# Moments around both changes of clocks, as UTC and as Berlin time.
moments = st.builds(
    lambda start, minutes, zone: (start + timedelta(minutes=minutes)).astimezone(zone),
    st.sampled_from([SPRING, AUTUMN]),
    st.integers(0, 1800),
    st.sampled_from([UTC, BERLIN]),
)
lengths = st.integers(1, 600).map(lambda minutes: timedelta(minutes=minutes))


def seconds(moment: datetime) -> float:
    return moment.timestamp()


@given(moments, lengths, moments)
def test_the_phase_follows_real_time_not_the_hands_of_the_clock(
    start: datetime, length: timedelta, moment: datetime
) -> None:
    end = (start.astimezone(UTC) + length).astimezone(BERLIN)
    expected = (
        Phase.AHEAD
        if seconds(moment) < seconds(start)
        else Phase.RUNNING
        if seconds(moment) < seconds(end)
        else Phase.HELD
    )
    assert phase_at(start.astimezone(UTC), end.astimezone(UTC), moment.astimezone(UTC)) is expected


@given(moments, lengths)
@example(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), timedelta(hours=1))
def test_each_moment_has_one_phase_and_they_come_in_order(
    start: datetime, length: timedelta
) -> None:
    start = start.astimezone(UTC)
    end = start + length
    tick = timedelta(microseconds=1)
    seen = [phase_at(start, end, one) for one in (start - tick, start, end - tick, end, end + tick)]
    assert seen == [Phase.AHEAD, Phase.RUNNING, Phase.RUNNING, Phase.HELD, Phase.HELD]


@given(moments, st.integers(0, 26 * 60))
def test_it_may_run_over_until_midnight_in_berlin_and_no_longer(
    end: datetime, minutes: int
) -> None:
    moment = end.astimezone(UTC) + timedelta(minutes=minutes)
    day = end.astimezone(BERLIN).date()
    midnight = datetime.combine(day + timedelta(days=1), time.min, BERLIN)
    assert may_run_over(end, moment) is (moment.timestamp() < midnight.timestamp())


def test_it_does_not_run_over_before_its_end() -> None:
    end = datetime(2026, 12, 10, 19, 0, tzinfo=UTC)
    assert not may_run_over(end, end - timedelta(seconds=1))


def test_the_longest_day_of_the_year_has_25_hours_to_run_over() -> None:
    end = datetime.combine(date(2026, 10, 25), time.min, BERLIN)
    assert may_run_over(end, end.astimezone(UTC) + timedelta(hours=24, minutes=59))
    assert not may_run_over(end, end.astimezone(UTC) + timedelta(hours=25))


@given(moments, lengths, moments)
def test_its_day_is_the_day_in_berlin_also_when_clocks_change(
    start: datetime, length: timedelta, moment: datetime
) -> None:
    start, moment = start.astimezone(UTC), moment.astimezone(UTC)
    end = start + length
    first = datetime.combine(start.astimezone(BERLIN).date(), time.min, BERLIN)
    after = datetime.combine(end.astimezone(BERLIN).date() + timedelta(days=1), time.min, BERLIN)
    within = seconds(first) <= seconds(moment) < seconds(after)
    assert is_its_day(start, end, moment) is within
    if phase_at(start, end, moment) is Phase.RUNNING:
        assert is_its_day(start, end, moment)
