"""The label: every safeguard as a cell with its drawing, its value and its day."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from notices.firm.days import BERLIN
from notices.safeguards.glance.label_words import WORDS
from notices.safeguards.models import Safeguard
from tests.factories import make_organisation, make_safeguard, record_state
from tests.pages import html_of

pytestmark = pytest.mark.django_db
GERMAN, ENGLISH = "/de/schutz/etikett/", "/en/safeguards/label/"


def cell_of(client: Client, path: str = ENGLISH) -> str:
    """Return the only cell of the label."""
    (cell,) = re.findall(r'<li class="cell .*?</li>', html_of(client.get(path)))
    return str(cell)


@pytest.mark.parametrize(
    ("verdict", "more", "value", "mark"),
    [
        ("protected", {}, "off", "t-on"),
        ("protected", {"users_read": 9, "users_differing": 2}, "off, with an exception", "t-exc"),
        ("not_protected", {}, "on", "t-off"),
        ("unknown", {}, "Check due", "t-due"),
    ],
)
def test_the_value_stands_in_the_readers_words_beside_the_mark_of_its_state(
    client: Client, verdict: str, more: dict[str, Any], value: str, mark: str
) -> None:
    record_state(make_safeguard("cloud_recording"), verdict, **more)
    cell = cell_of(client)
    assert "Recording at Zoom" in cell
    assert re.search(rf'{mark}.*</svg><span class="vh">[^<]+: </span>{value}</span>', cell)
    assert "Aufnahme bei Zoom" in cell_of(client, GERMAN)


def test_a_cell_leads_to_its_row_and_says_when_it_was_checked(client: Client) -> None:
    record_state(make_safeguard("cdn"), at=datetime(2025, 3, 5, 12, tzinfo=BERLIN))
    assert 'href="/de/schutz/#cdn-de"' in cell_of(client, GERMAN)
    assert "von Hand geprüft <time" in cell_of(client, GERMAN)
    assert ">5.3.2025</time>" in cell_of(client, GERMAN)
    assert ">5 Mar 2025</time>" in cell_of(client)


def test_a_day_that_most_share_is_shown_once_and_each_cell_says_its_own(client: Client) -> None:
    march, may = (datetime(2025, month, 5, 12, tzinfo=BERLIN) for month in (3, 5))
    for key, at in {"cdn": march, "office365_access": may, "feedback_to_zoom": march}.items():
        record_state(make_safeguard(key), at=at)
    html = html_of(client.get(ENGLISH))
    assert re.findall(r"</h2>.*?(\d+ \w+ \d{4})</time></span>\s*<ul", html) == ["5 Mar 2025"]
    cells = re.findall(r'<li class="cell .*?</li>', html)
    shown = [re.findall(r'class="wh">.*?(\d+ \w+ 2025)', cell) for cell in cells]
    assert shown == [[], ["5 May 2025"], []]
    said = [re.findall(r"\d+ (?=\w+ 2025)\w+", cell) for cell in cells]
    assert said == [["5 Mar"], ["5 May"], ["5 Mar"]]


def test_what_staff_added_stands_there_under_its_own_name(client: Client) -> None:
    record_state(make_safeguard("our_own"))
    cell = cell_of(client)
    assert "Protection our_own" in cell
    assert cell.count("Protection on") == 2  # seen and heard


def test_before_any_record_it_claims_nothing(client: Client) -> None:
    make_organisation()
    html = html_of(client.get(ENGLISH))
    assert "We are entering our settings." in html
    assert 'class="cell' not in html


def test_a_due_check_turns_the_cell_without_any_new_record(client: Client) -> None:
    record_state(make_safeguard("cdn", max_age_days=1), at=timezone.now() - timedelta(days=2))
    assert '<li class="cell due">' in cell_of(client)


@pytest.mark.usefixtures("starter")
def test_every_safeguard_of_the_starter_has_words_and_a_drawing_of_its_own(client: Client) -> None:
    listed = set(Safeguard.objects.filter(listed=True).values_list("key", flat=True))
    assert listed == set(WORDS)
    drawn = Path(settings.BASE_DIR, "templates/icons/label").glob("*.html")
    assert {file.stem for file in drawn} == {*WORDS, "_other"}
    html = html_of(client.get(GERMAN))
    assert html.count('<li class="cell') == len(WORDS)
    assert html.count('class="pic"') == len(WORDS)
    assert len(re.findall("<h2>", html)) == 4


@pytest.mark.usefixtures("starter")
@pytest.mark.parametrize("path", ["/de/schutz/", "/de/"])
def test_pages_about_the_safeguards_lead_to_the_label(client: Client, path: str) -> None:
    assert f'href="{GERMAN}"' in html_of(client.get(path))
