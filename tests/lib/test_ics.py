from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

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
    language="de",
    sequence=2,
    organiser='Hausverwaltung "Muster"',
    organiser_email="kontakt@muster.example",
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


@pytest.mark.parametrize(("status", "method"), [("CONFIRMED", "PUBLISH"), ("CANCELLED", "CANCEL")])
def test_a_second_library_reads_the_same(status: Any, method: str) -> None:
    read: Any = vobject.readOne(calendar(replace(WINTER, status=status)))
    entry = read.vevent
    assert read.method.value == method
    assert entry.uid.value == WINTER.uid
    assert entry.sequence.value == "2"
    assert entry.status.value == status
    assert entry.summary.value == WINTER.title
    assert entry.location.value == WINTER.place
    assert entry.description.value == WINTER.description
    assert entry.url.value == WINTER.url
    assert entry.organizer.value == "mailto:kontakt@muster.example"
    assert entry.organizer.params["CN"] == ["Hausverwaltung 'Muster'"]
    assert entry.dtstart.value == WINTER.starts_at
    assert entry.dtend.value == WINTER.ends_at
    assert hasattr(entry, "valarm") is (status == "CONFIRMED")


@pytest.mark.parametrize(
    ("start", "end", "offsets"),
    [
        # The night in which the clocks go from 2 to 3, and the one in which they go back; there
        # half past two comes twice, and the second one is written in UTC.
        (datetime(2027, 3, 28, 0, 30), datetime(2027, 3, 28, 1, 30), (1, 2)),
        (datetime(2027, 10, 30, 23, 30), datetime(2027, 10, 31, 1, 30), (2, 0)),
        (datetime(2027, 10, 31, 0, 30), datetime(2027, 10, 31, 2, 30), (2, 1)),
    ],
)
def test_a_meeting_across_a_change_of_clocks_keeps_its_real_times(
    start: datetime, end: datetime, offsets: tuple[int, int]
) -> None:
    event = replace(WINTER, starts_at=start.replace(tzinfo=UTC), ends_at=end.replace(tzinfo=UTC))
    file, parsed = parse(event)
    entry: Any = parsed
    moments = [entry["DTSTART"].dt, entry["DTEND"].dt]
    assert [one.astimezone(UTC) for one in moments] == [event.starts_at, event.ends_at]
    assert [one.utcoffset() for one in moments] == [timedelta(hours=one) for one in offsets]
    zone = file.timezones[0].to_tz(lookup_tzid=False)
    for name in ("DTSTART", "DTEND"):
        if "TZID" in entry[name].params:
            # As the rules in the file itself have it.
            moment = entry[name].dt
            assert zone.utcoffset(moment.replace(tzinfo=None)) == moment.utcoffset()
    other: Any = vobject.readOne(calendar(event)).vevent
    assert other.dtstart.value.astimezone(UTC) == event.starts_at
    assert other.dtend.value.astimezone(UTC) == event.ends_at


@pytest.mark.parametrize("status", ["CONFIRMED", "CANCELLED"])
def test_both_methods_have_all_that_rfc_5546_asks_for(status: Any) -> None:
    file, entry = parse(replace(WINTER, status=status))
    assert file["VERSION"] == "2.0"
    assert file["PRODID"]
    for name in ("DTSTAMP", "DTSTART", "ORGANIZER", "SUMMARY", "UID", "SEQUENCE"):
        assert name in entry, name
    assert re.search(r"^DTSTAMP:20261101T080000Z\r$", calendar(WINTER), re.MULTILINE)


def test_a_cancelled_meeting_no_longer_blocks_the_day() -> None:
    assert parse(WINTER)[1]["TRANSP"] == "OPAQUE"
    assert parse(replace(WINTER, status="CANCELLED"))[1]["TRANSP"] == "TRANSPARENT"


def test_texts_in_several_languages_claim_none() -> None:
    entry = parse(replace(WINTER, language=""))[1]
    for name in ("SUMMARY", "LOCATION", "DESCRIPTION"):
        assert "LANGUAGE" not in entry[name].params


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=120)
)
def test_no_text_breaks_the_file(text: str) -> None:
    written = calendar(replace(WINTER, title=text, place=text, description=text)).encode()
    assert written.count(b"\n") == written.count(b"\r\n")
    assert max(len(line) for line in written.split(b"\r\n")) <= 75
    entry = parse(replace(WINTER, title=text))[1]
    assert entry["SUMMARY"] == text
    assert entry.uid == WINTER.uid


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        calendar(replace(WINTER, stamp=datetime(2026, 11, 1)))
