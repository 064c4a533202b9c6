"""A meeting as a calendar file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import icalendar

BERLIN = ZoneInfo("Europe/Berlin")
REMINDER = timedelta(minutes=30)
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
    language: str = "de"
    organiser: str = ""
    organiser_email: str = ""
    sequence: int = 0
    status: Literal["CONFIRMED", "CANCELLED"] = "CONFIRMED"


def calendar(event: Event) -> str:
    """Write `event` as an iCalendar file with a reminder, unless it is cancelled."""
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

    file = icalendar.Calendar()
    file.add("version", "2.0")
    file.add("prodid", f"-//Lupe//Meetings//{(event.language or 'mul').upper()}")
    file.add("calscale", "GREGORIAN")
    file.add("method", "PUBLISH")
    file.add_component(icalendar.Timezone.from_ical(BERLIN_RULES))
    file.add_component(entry)
    written: bytes = file.to_ical()
    return written.decode("utf-8")


def _local(moment: datetime) -> datetime:
    """Return the moment in Berlin, or in UTC where the clock shows the same hour a second time."""
    local = moment.astimezone(BERLIN)
    # iCalendar takes an hour that comes twice for the first of them.
    return moment.astimezone(UTC) if local.fold else local
