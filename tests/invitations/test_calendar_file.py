"""The calendar file: the meeting, its page, and nothing that lets anybody in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import icalendar
import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from notices.firm.days import BERLIN
from notices.invitations import planning
from notices.invitations.models import Meeting
from tests.factories import make_meeting, make_organisation

pytestmark = pytest.mark.django_db


def path(meeting: Meeting, language: str = "en") -> str:
    with translation.override(language):
        return reverse("meeting-ics", kwargs={"code": meeting.code.lower()})


def event(client: Client, meeting: Meeting, language: str = "en") -> Any:
    response = client.get(path(meeting, language))
    assert response.status_code == 200
    return icalendar.Calendar.from_ical(response.content.decode()).walk("VEVENT")[0]


def test_it_holds_title_time_place_and_short_link(client: Client) -> None:
    start = datetime(2027, 3, 28, 18, 0, tzinfo=BERLIN)
    meeting = make_meeting(start)
    entry = event(client, meeting)
    assert entry["SUMMARY"] == "Owners’ meeting"
    assert entry["DTSTART"].dt == start
    assert entry["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert entry["LOCATION"] == "Community hall"
    assert entry["URL"] == f"http://testserver/T/{meeting.code}"
    assert f"http://testserver/T/{meeting.code}" in entry["DESCRIPTION"]


def test_it_is_offered_as_a_file_and_kept_quiet_about(client: Client) -> None:
    response = client.get(path(make_meeting(datetime(2027, 3, 28, 18, 0, tzinfo=BERLIN))))
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Content-Disposition"] == (
        'attachment; filename="meeting-2027-03-28.ics"'
    )
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert response.headers["Referrer-Policy"] == "no-referrer"


def test_a_change_keeps_the_identity_and_raises_the_number(client: Client) -> None:
    meeting = make_meeting()
    before = event(client, meeting)
    meeting.sequence, meeting.cancelled_at = 2, timezone.now()
    meeting.save()
    after = event(client, meeting, "de")
    assert after["UID"] == before["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 2)
    assert (before["STATUS"], after["STATUS"]) == ("CONFIRMED", "CANCELLED")


def test_a_cancelled_meeting_is_taken_out_of_the_calendar_that_kept_it(
    client: Client, editor: User
) -> None:
    meeting = make_meeting()
    kept = event(client, meeting)
    planning.cancel(meeting, by=editor)
    file: Any = icalendar.Calendar.from_ical(client.get(path(meeting)).content.decode())
    entry = file.walk("VEVENT")[0]
    assert file["METHOD"] == "CANCEL"
    assert entry["UID"] == kept["UID"]
    assert entry["SEQUENCE"] > kept["SEQUENCE"]
    assert "ATTENDEE" not in entry
    page = client.get(f"/en/meetings/{meeting.code.lower()}/").content.decode()
    assert "Delete the date from my calendar" in page
    assert f'href="{path(meeting)}"' in page


def test_a_title_without_english_says_that_it_is_german(client: Client) -> None:
    entry = event(client, make_meeting(title_en=""))
    assert entry["SUMMARY"] == "Eigentümerversammlung"
    assert entry["SUMMARY"].params["LANGUAGE"] == "de"


def test_a_cancelled_meeting_says_so_in_its_title(client: Client) -> None:
    meeting = make_meeting(cancelled_at=timezone.now())
    assert event(client, meeting)["SUMMARY"] == "Cancelled: Owners’ meeting"
    assert event(client, meeting, "de")["SUMMARY"] == "Fällt aus: Eigentümerversammlung"


def test_it_comes_from_the_firm_and_says_video_where_there_is_no_room(client: Client) -> None:
    make_organisation()
    entry = event(client, make_meeting(place_de="", place_en=""))
    assert entry["ORGANIZER"] == "mailto:kontakt@muster.example"
    assert entry["ORGANIZER"].params["CN"] == "Hausverwaltung Muster"
    assert entry["LOCATION"] == "Video meeting"


def test_it_carries_no_way_into_zoom(client: Client) -> None:
    meeting = make_meeting(zoom_meeting_id_encrypted="81234567890")
    text = client.get(path(meeting)).content.decode()
    assert "81234567890" not in text
    assert "zoom.us" not in text


def test_an_unknown_meeting_has_none(client: Client) -> None:
    address = path(Meeting(code="K7M4Q9XW2P"))
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 405
