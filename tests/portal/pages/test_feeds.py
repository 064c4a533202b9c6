"""The changes feed: valid Atom about settings and texts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import icalendar
import pytest
from django.test import Client
from django.utils import timezone

from notices.editions.models import Withdrawal
from tests.factories import (
    make_edition,
    make_notice,
    make_organisation,
    make_safeguard,
    record_state,
)
from tests.pages import html_of

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
ENGLISH = "/en/changes.atom"
GERMAN = "/de/aenderungen.atom"


def feed(client: Client, path: str = ENGLISH, host: str = "testserver") -> ElementTree.Element:
    response = client.get(path, headers={"host": host})
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content)  # noqa: S314 our own feed


def titles(root: ElementTree.Element) -> list[str | None]:
    return [entry.findtext(f"{ATOM}title") for entry in root.iter(f"{ATOM}entry")]


def ids(root: ElementTree.Element) -> list[str | None]:
    return [entry.findtext(f"{ATOM}id") for entry in root.iter(f"{ATOM}entry")]


def test_it_tells_changes_of_states_newest_first(client: Client) -> None:
    cdn = make_safeguard("cdn")
    record_state(cdn, at=timezone.now() - timedelta(days=2))
    record_state(cdn, "not_protected")
    assert titles(feed(client)) == [
        "Protection cdn: Protection off",
        "Protection cdn: Protection on",
    ]


def test_it_tells_editions_and_their_withdrawal(client: Client) -> None:
    edition = make_edition(make_notice("video"), in_force_from=timezone.now() - timedelta(days=2))
    Withdrawal.objects.create(edition=edition, reason_de="Grund", reason_en="It was wrong.")
    root = feed(client)
    assert titles(root) == [
        "Notice video: edition 1 was withdrawn",
        "Notice video: edition 1",
    ]
    summaries = [entry.findtext(f"{ATOM}summary") for entry in root.iter(f"{ATOM}entry")]
    assert summaries == ["It was wrong.", "Something is new."]


def test_an_edition_waits_for_its_day_and_a_draft_is_never_told(client: Client) -> None:
    later = timezone.now() + timedelta(days=3)
    make_edition(make_notice("later"), published_at=timezone.now(), in_force_from=later)
    make_edition(make_notice("draft"), status="draft")
    assert titles(feed(client)) == []


def test_every_entry_is_complete_and_its_links_are_absolute(client: Client) -> None:
    make_organisation()
    record_state(make_safeguard("cdn"))
    make_edition(make_notice("video"))
    root = feed(client)
    for element in (root, *root.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert element.findtext(f"{ATOM}{name}")
        for link in element.findall(f"{ATOM}link"):
            assert link.attrib["href"].startswith("http://testserver/en/")
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "Hausverwaltung Muster"
    selves = [link for link in root.findall(f"{ATOM}link") if link.attrib["rel"] == "self"]
    assert selves[0].attrib["href"] == f"http://testserver{ENGLISH}"


def test_ids_are_unique_and_the_same_on_every_host(client: Client) -> None:
    for key in ("cdn", "chat"):
        record_state(make_safeguard(key))
    make_edition(make_notice("video"))
    first = ids(feed(client))
    assert len(set(first)) == len(first) == 3
    assert all(one and one.startswith("urn:uuid:") for one in first)
    assert ids(feed(client, host="localhost")) == first


def test_it_speaks_the_language_of_its_address(client: Client) -> None:
    record_state(make_safeguard("cdn"))
    root = feed(client, GERMAN)
    assert root.attrib["{http://www.w3.org/XML/1998/namespace}lang"] == "de"
    assert titles(root) == ["Schutz cdn: Schutz aktiv"]
    assert ids(root) != ids(feed(client))


def test_markup_in_a_reason_stays_text(client: Client) -> None:
    make_edition(make_notice("video"), change_note_en="<b>bold</b>")
    entry = next(feed(client).iter(f"{ATOM}entry"))
    assert entry.findtext(f"{ATOM}summary") == "&lt;b&gt;bold&lt;/b&gt;"


def test_a_pasted_control_character_does_not_silence_the_feed(client: Client) -> None:
    make_edition(change_note_en="Two\x0blines")
    (entry,) = feed(client).iter(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}summary") == "Two lines"


def test_every_page_names_the_feed(client: Client) -> None:
    html = client.get("/en/").content.decode()
    assert f'type="application/atom+xml" title="Changes" href="{ENGLISH}"' in " ".join(html.split())


def test_it_answers_get_and_head_only(client: Client) -> None:
    assert client.head(ENGLISH).status_code == 200
    assert client.post(ENGLISH).status_code == 405


class TestCalendar:
    """The same changes as a calendar to subscribe to."""

    def test_each_change_stands_on_its_day_all_day_and_links_to_what_changed(
        self, client: Client
    ) -> None:
        cdn = make_safeguard("cdn")
        moment = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
        record_state(cdn, at=moment)
        response = client.get("/en/changes.ics")
        assert response["Content-Type"] == "text/calendar; charset=utf-8"
        calendar = icalendar.Calendar.from_ical(response.content)
        # The newest comes first; since then the check fell due.
        event = calendar.walk("VEVENT")[-1]
        assert str(event["SUMMARY"]) == "Protection cdn: Protection on"
        # In Berlin it is the next day.
        assert event.decoded("DTSTART") == date(2026, 3, 2)
        assert event.decoded("DTEND") == date(2026, 3, 3)
        assert event["TRANSP"] == "TRANSPARENT"
        assert event["URL"] == "http://testserver/en/safeguards/#cdn"
        assert not event.walk("VALARM")

    def test_programs_that_ask_again_find_the_same_entries(self, client: Client) -> None:
        make_edition(make_notice("video"))
        first, second = (client.get("/de/aenderungen.ics").content for _time in range(2))
        assert first == second
        assert b"REFRESH-INTERVAL;VALUE=DURATION:PT6H" in first
        assert b"X-PUBLISHED-TTL:PT6H" in first
        assert b"UID:" in first

    def test_it_holds_what_the_feed_holds(self, client: Client) -> None:
        record_state(make_safeguard("cdn"))
        make_edition(make_notice("video"))
        calendar = icalendar.Calendar.from_ical(client.get("/en/changes.ics").content)
        listed = [str(event["SUMMARY"]) for event in calendar.walk("VEVENT")]
        assert listed == titles(feed(client))
        assert len(listed) == 2

    def test_the_archive_explains_and_offers_both(self, client: Client) -> None:
        html = html_of(client.get("/en/archive/"))
        assert 'href="webcal://testserver/en/changes.ics">Subscribe in your calendar</a>' in html
        assert 'href="/en/changes.atom">Follow as a feed (Atom)</a>' in html
        assert "A feed is a list of news for programs." in html
