from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import icalendar
import pytest

from notices.lib.ics import Event, calendar

WINTER = Event(
    uid="abc@treffen.example",
    title="Eigentümerversammlung, Haus 3",
    starts_at=datetime(2027, 1, 12, 17, 0, tzinfo=UTC),
    ends_at=datetime(2027, 1, 12, 19, 0, tzinfo=UTC),
    stamp=datetime(2026, 11, 1, 8, 0, tzinfo=UTC),
    place="Zoom",
    url="https://treffen.example/t/ABCDE",
    description="Was gilt: https://treffen.example/t/ABCDE\n" + "ä" * 100,
    sequence=2,
)
SUMMER = replace(
    WINTER,
    starts_at=datetime(2027, 7, 12, 16, 0, tzinfo=UTC),
    ends_at=datetime(2027, 7, 12, 18, 0, tzinfo=UTC),
)


def parse(event: Event) -> tuple[icalendar.Calendar, icalendar.Event]:
    file = icalendar.Calendar.from_ical(calendar(event))
    assert isinstance(file, icalendar.Calendar)
    return file, file.events[0]


@pytest.mark.parametrize(("event", "hours"), [(WINTER, 1), (SUMMER, 2)])
def test_it_is_six_in_the_evening_in_berlin_all_year(event: Event, hours: int) -> None:
    file, entry = parse(event)
    assert file["METHOD"] == "PUBLISH"
    assert entry["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert isinstance(entry.start, datetime)
    assert entry.start == event.starts_at
    assert entry.start.hour == 18
    # The zone in the file itself, not the one this machine knows by that name.
    zone = file.timezones[0].to_tz(lookup_tzid=False)
    local = entry.start.replace(tzinfo=None)
    assert zone.utcoffset(local) == timedelta(hours=hours)


def test_what_was_written_is_read_back() -> None:
    entry = parse(WINTER)[1]
    assert entry.uid == "abc@treffen.example"
    assert entry["SUMMARY"] == WINTER.title
    assert entry["SUMMARY"].params["LANGUAGE"] == "de"
    assert entry["DESCRIPTION"] == WINTER.description
    assert entry["LOCATION"] == "Zoom"
    assert entry["URL"] == WINTER.url
    assert entry["SEQUENCE"] == 2
    assert entry["STATUS"] == "CONFIRMED"
    assert entry.end - entry.start == timedelta(hours=2)


def test_it_reminds_half_an_hour_before_unless_cancelled() -> None:
    alarm = parse(WINTER)[1].alarms.times[0]
    assert alarm.trigger == WINTER.starts_at - timedelta(minutes=30)
    cancelled = parse(replace(WINTER, status="CANCELLED"))[1]
    assert cancelled["STATUS"] == "CANCELLED"
    assert cancelled.walk("VALARM") == []


def test_lines_end_and_fold_as_the_standard_asks() -> None:
    written = calendar(WINTER).encode()
    assert written.count(b"\n") == written.count(b"\r\n")
    assert max(len(line) for line in written.split(b"\r\n")) <= 75


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        calendar(replace(WINTER, stamp=datetime(2026, 11, 1)))
