"""A meeting as a calendar file, and days as a calendar to subscribe to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import icalendar

BERLIN = ZoneInfo("Europe/Berlin")
REMINDER = timedelta(minutes=30)
# How often a calendar program asks a subscribed calendar for news.
ASK_AGAIN = timedelta(hours=6)
# Rules instead of a list of dates: a generated zone ends some day, and Outlook wants rules.
BERLIN_RULES = """BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
"""


@dataclass(frozen=True)
class Event:
    """What a calendar needs to know about one meeting; `sequence` grows with every change."""

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    stamp: datetime
    place: str = ""
    url: str = ""
    description: str = ""
    # Empty: the texts are in more than one language.
    language: str = ""
    organiser: str = ""
    organiser_email: str = ""
    sequence: int = 0
    status: Literal["CONFIRMED", "CANCELLED"] = "CONFIRMED"


@dataclass(frozen=True)
class Note:
    """Something that happened on a day, as a calendar shows it: all day, blocking nothing."""

    uid: str
    title: str
    day: date
    stamp: datetime
    url: str
    description: str


def subscription(name: str, notes: Iterable[Note], language: str) -> str:
    """Write a calendar that programs read again and again."""
    file = _file("Changes", language)
    # Some programs know only the older of each pair of names.
    for key in ("NAME", "X-WR-CALNAME"):
        file.add(key, name)
    file.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    file.add("x-published-ttl", icalendar.vDuration(ASK_AGAIN))
    for note in notes:
        entry = icalendar.Event()
        entry.add("uid", note.uid)
        entry.add("dtstamp", note.stamp)
        entry.add("dtstart", note.day)
        entry.add("dtend", note.day + timedelta(days=1))
        entry.add("summary", note.title, parameters={"LANGUAGE": language})
        entry.add("description", note.description, parameters={"LANGUAGE": language})
        entry.add("url", note.url)
        entry.add("transp", "TRANSPARENT")
        file.add_component(entry)
    written: bytes = file.to_ical()
    return written.decode("utf-8")


def calendar(event: Event) -> str:
    """Write `event` as an iCalendar file: to be kept with a reminder, or taken out if cancelled."""
    if None in (event.starts_at.tzinfo, event.ends_at.tzinfo, event.stamp.tzinfo):
        raise ValueError("A calendar event needs times with a time zone.")
    entry = icalendar.Event()
    entry.add("uid", event.uid)
    entry.add("dtstamp", event.stamp)
    entry.add("sequence", event.sequence)
    entry.add("status", event.status)
    entry.add("dtstart", _local(event.starts_at))
    entry.add("dtend", _local(event.ends_at))
    texts = {"summary": event.title, "location": event.place, "description": event.description}
    language = {"LANGUAGE": event.language} if event.language else {}
    for name, text in texts.items():
        if text:
            entry.add(name, text, parameters=language)
    if event.url:
        entry.add("url", event.url)
    if event.organiser_email:
        # RFC 5546 asks for an organiser in everything that is published.
        organiser = icalendar.vCalAddress(f"mailto:{event.organiser_email}")
        if event.organiser:
            # A quoted parameter has no way to hold a quotation mark.
            organiser.params["CN"] = event.organiser.replace('"', "'")
        entry.add("organizer", organiser)
    # A cancelled meeting no longer blocks the day; Outlook ignores STATUS and reads this.
    entry.add("transp", "TRANSPARENT" if event.status == "CANCELLED" else "OPAQUE")
    if event.status != "CANCELLED":
        entry.add_component(icalendar.Alarm.new_display(event.title, -REMINDER))

    # RFC 5546 cancels so what was published before, found again by its UID; nobody is invited.
    method = "CANCEL" if event.status == "CANCELLED" else "PUBLISH"
    file = _file("Meetings", event.language or "mul", method)
    file.add_component(icalendar.Timezone.from_ical(BERLIN_RULES))
    file.add_component(entry)
    written: bytes = file.to_ical()
    return written.decode("utf-8")


def _file(about: str, language: str, method: str = "PUBLISH") -> icalendar.Calendar:
    file = icalendar.Calendar()
    file.add("version", "2.0")
    file.add("prodid", f"-//Lupe//{about}//{language.upper()}")
    file.add("calscale", "GREGORIAN")
    file.add("method", method)
    return file


def _local(moment: datetime) -> datetime:
    """Return the moment in Berlin, or in UTC where the clock shows the same hour a second time."""
    local = moment.astimezone(BERLIN)
    # iCalendar takes an hour that comes twice for the first of them.
    return moment.astimezone(UTC) if local.fold else local
