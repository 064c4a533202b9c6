"""A header's "last checked" is the oldest check of all that stands below it, wherever it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from notices.firm.templatetags.lupe import day_words
from notices.safeguards.models import Provider, QuickAnswer, Safeguard
from portal.staff.embed_page import block
from tests.factories import (
    make_meeting,
    make_organisation,
    make_quick_answer,
    make_safeguard,
    record_state,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NEW, OLD, OLDER = 1, 5, 9


def days_ago(number: int) -> str:
    return day_words(timezone.now() - number * DAY)


def seen(safeguard: Safeguard, number: int) -> Safeguard:
    record_state(safeguard, at=timezone.now() - number * DAY)
    return safeguard


@pytest.fixture
def answer() -> QuickAnswer:
    """Make an answer that is new and a row beside it that is old."""
    make_organisation()
    found = make_quick_answer("recorded", seen(make_safeguard("cloud_recording"), NEW))
    seen(make_safeguard("cdn"), OLD)
    return found


def said(html: str) -> set[str]:
    """Return the days that a page calls those of the last check, but for the rows' own."""
    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
    return set(re.findall(r"Zuletzt geprüft am (\d+\. \w+ \d{4})", text))


def get(path: str) -> str:
    return Client().get(path).content.decode()


@pytest.mark.parametrize("path", ["/de/", "/de/schutz/"])
def test_start_and_safeguards_count_answers_and_rows(answer: QuickAnswer, path: str) -> None:
    assert said(get(path)) == {days_ago(OLD)}


def test_the_safeguards_page_counts_ways_in_and_other_tools_too(answer: QuickAnswer) -> None:
    seen(make_safeguard("phone_join", listed=False), OLDER)
    assert said(get("/de/schutz/")) == {days_ago(OLDER)}
    tool = Provider.objects.create(name="Anderes Werkzeug")
    seen(make_safeguard("other", provider=tool), OLDER + 1)
    assert said(get("/de/schutz/")) == {days_ago(OLDER + 1)}


def test_the_label_gives_each_cell_its_own_day_and_no_day_for_all(answer: QuickAnswer) -> None:
    html = get("/de/schutz/etikett/")
    assert said(html) == set()
    for number in (NEW, OLD):
        assert f'datetime="{timezone.localdate(timezone.now() - number * DAY)}"' in html


def test_a_meeting_counts_its_answers_and_the_rows_of_its_own_tool(answer: QuickAnswer) -> None:
    meeting = make_meeting(timezone.now() + DAY)
    assert said(get(meeting.get_absolute_url())) == {days_ago(NEW)}
    tool = Provider.objects.create(name="Anderes Werkzeug")
    meeting.provider = tool
    meeting.save()
    make_quick_answer("tool", seen(make_safeguard("a", provider=tool), NEW))
    QuickAnswer.objects.filter(key="tool").update(provider=tool)
    seen(make_safeguard("b", provider=tool), OLDER)
    assert said(get(meeting.get_absolute_url())) == {days_ago(OLDER)}


def named_room() -> None:
    make_quick_answer("strangers", seen(make_safeguard("password"), NEW))
    seen(make_safeguard("waiting_room"), OLDER)


PLACES: dict[str, Callable[[], str]] = {
    "meeting": lambda: get(make_meeting(timezone.now() + DAY).get_absolute_url()),
    "unknown meeting": lambda: get(reverse("meeting-detail", kwargs={"code": "0000000000"})),
    "embed": lambda: block("de", "https://x.example", timezone.now()),
}


@pytest.mark.parametrize("place", PLACES)
def test_answers_count_the_waiting_room_that_they_name(place: str) -> None:
    make_organisation()
    named_room()
    assert said(PLACES[place]()) == {days_ago(OLDER)}


def test_the_api_gives_each_answer_and_row_its_own_oldest() -> None:
    make_organisation()
    named_room()
    told = Client().get("/api/safeguards.json").json()
    assert "checked_at" not in told
    [strangers] = told["quick_answers"]
    rows = {row["key"]: row for row in told["safeguards"]}
    assert strangers["checked_at"] == rows["waiting_room"]["checked_at"]
    assert rows["password"]["checked_at"] > rows["waiting_room"]["checked_at"]
    # It holds no longer than what it says of the waiting room.
    assert strangers["valid_until"] == rows["waiting_room"]["valid_until"]


def test_what_was_never_checked_leaves_the_header_without_a_day(answer: QuickAnswer) -> None:
    record_state(make_safeguard("never"), check=False)
    for path in ("/de/", "/de/schutz/"):
        assert said(get(path)) == set()


def test_a_past_day_dates_each_row_by_itself(answer: QuickAnswer) -> None:
    yesterday = timezone.localdate() - DAY
    html = get(f"/de/archiv/{yesterday}/")
    assert said(html) == set()
    assert f"geprüft am {days_ago(OLD)}" in " ".join(re.sub(r"<[^>]+>", "", html).split())
