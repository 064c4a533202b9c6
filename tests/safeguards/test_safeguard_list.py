"""The safeguards page: every safeguard with its state today, computed and never typed."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from notices.safeguards.models import Explanation
from notices.safeguards.recording import record_check
from portal.serving.static_files import small
from portal.starter.loading import load
from tests.factories import (
    make_organisation,
    make_quick_answer,
    make_safeguard,
    make_user,
    record_state,
)
from tests.pages import html_of

pytestmark = pytest.mark.django_db

GERMAN = "/de/schutz/"
ENGLISH = "/en/safeguards/"


def text_of(client: Client, path: str = ENGLISH) -> str:
    """Return the words of the page, without markup and line breaks."""
    html = html_of(client.get(path))
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def row_of(client: Client, slug: str, path: str = ENGLISH) -> str:
    """Return the markup of one row."""
    html = html_of(client.get(path))
    return html.split(f'<li id="{slug}">')[1].split("</details></li>")[0]


@pytest.mark.parametrize(
    ("verdict", "claim", "word"),
    [
        ("protected", "cdn says on.", "Protection on"),
        ("not_protected", "cdn says off.", "Protection off"),
    ],
)
def test_claim_and_word_belong_to_the_state(
    client: Client, verdict: str, claim: str, word: str
) -> None:
    record_state(make_safeguard("cdn"), verdict)
    row = row_of(client, "cdn")
    assert f"<h3>{claim}</h3>" in row
    assert word in row


def test_a_due_safeguard_shows_its_name_and_what_was_last_known(client: Client) -> None:
    safeguard = make_safeguard("cdn", max_age_days=1)
    record_state(safeguard, at=timezone.now() - timedelta(days=3))
    row = row_of(client, "cdn")
    assert "<h3>Protection cdn</h3>" in row
    assert "We cannot confirm this right now." in row
    assert "Last known: Protection on" in row
    assert "cdn says on" not in row


def test_a_deviation_says_since_when_and_what_staff_say_about_it(client: Client) -> None:
    safeguard = make_safeguard("cdn")
    record_state(safeguard, at=timezone.now() - timedelta(days=2))
    finding = record_state(safeguard, "not_protected")
    assert finding is not None
    Explanation.objects.create(finding=finding, text_de="Wir klären das.", text_en="")
    row = row_of(client, "cdn")
    assert "Deviation:" in row
    assert f'datetime="{timezone.localdate(finding.seen_at).isoformat()}"' in row
    assert '<span lang="de">Wir klären das.</span>' in row


def test_an_agreed_exception_gives_its_reason(client: Client) -> None:
    record_state(make_safeguard("cdn"), promise="exception")
    row = row_of(client, "cdn")
    assert "<b>Exception:</b> Reason" in row
    assert "Deviation:" not in row


def test_accounts_that_differ_are_counted(client: Client) -> None:
    record_state(make_safeguard("cdn"), users_read=40, users_differing=3)
    assert "3 of 40 accounts have another value." in row_of(client, "cdn")


def test_evidence_names_setting_value_and_lock(client: Client) -> None:
    record_state(make_safeguard("cdn"), lock="locked")
    row = row_of(client, "cdn")
    assert "Setting cdn" in row
    assert "The setting protects. This is fixed for all meetings." in row
    assert "At least every 90 days." in row


def test_the_permanent_link_leads_to_the_row_in_each_language(client: Client) -> None:
    record_state(make_safeguard("cdn"))
    assert 'href="#cdn"' in row_of(client, "cdn")
    assert 'href="#cdn-de"' in row_of(client, "cdn-de", GERMAN)


def test_a_safeguard_without_a_record_is_not_shown(client: Client) -> None:
    record_state(make_safeguard("cdn"))
    make_safeguard("watermark")
    assert "watermark" not in text_of(client)


def test_a_way_in_proves_its_answer_but_is_counted_as_no_protection(client: Client) -> None:
    way = make_safeguard("account_not_required", listed=False)
    make_quick_answer("account", way)
    record_state(way)
    html = html_of(client.get(ENGLISH))
    assert 'href="/en/safeguards/#account-not-required">Question account?</a>' in html
    row = html.split('<li id="account-not-required">')[1].split("</li>")[0]
    assert "account_not_required says on." in row
    assert "checked on" in row
    assert "Protection on" not in row
    assert 'class="tally"' not in html


def test_it_counts_the_states(client: Client) -> None:
    cdn = make_safeguard("cdn")
    make_quick_answer("open", cdn)
    record_state(cdn)
    record_state(make_safeguard("chat"))
    record_state(make_safeguard("password"), "not_protected")
    text = text_of(client)
    assert "2 safeguards on" in text
    assert "1 safeguard off" in text


def test_without_any_record_it_says_so_and_names_the_phone(client: Client) -> None:
    make_organisation()
    response = client.get(ENGLISH)
    assert response.status_code == 200
    html = html_of(response)
    assert "We are entering our settings." in html
    assert "030 111 111" in html
    assert 'class="qa"' not in html


def test_an_answer_with_a_due_check_never_reads_as_confirmed(client: Client) -> None:
    cdn = make_safeguard("cdn", max_age_days=1)
    make_quick_answer("open", cdn)
    record_state(cdn, at=timezone.now() - timedelta(days=3))
    html = html_of(client.get(ENGLISH))
    assert "<dd>Check due. We cannot confirm this right now.</dd>" in html
    below = html.split("</dl>")[1].split("</p>")[0]
    assert re.search(r"As of <time[^>]*>[^<]+</time>: open today on\.", below)


def test_limits_and_the_date_form_are_part_of_the_page(client: Client) -> None:
    html = html_of(client.get(GERMAN))
    assert 'id="limits"' in html
    assert 'action="/de/archiv/" method="get"' in html
    assert re.findall(r'<input id="\w+" name="(\w+)"', html) == ["tag", "monat", "jahr"]


def test_evidence_is_open_only_in_the_long_version(client: Client) -> None:
    record_state(make_safeguard("cdn"))
    assert "<details>" in html_of(client.get(GERMAN))
    for query in ("druck=voll", "print=full"):
        html = html_of(client.get(f"{GERMAN}?{query}"))
        assert '<body class="full">' in html
        assert "<details open>" in html


def test_headings_never_skip_and_no_heading_hides_in_a_summary(
    client: Client, starter: None
) -> None:
    html = html_of(client.get(GERMAN))
    levels = [int(level) for level in re.findall(r"<h([1-6])", html)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert not any("<h" in summary for summary in re.findall(r"<summary>.*?</summary>", html))


def test_all_starter_safeguards_stand_in_the_fixed_order(client: Client, starter: None) -> None:
    html = html_of(client.get(ENGLISH))
    rows = re.findall(r'<li id="([\w-]+)"><div class="hd">', html)
    assert len(rows) == 23
    assert rows[:3] == ["cloud-recording", "local-recording", "automatic-recording"]
    assert "Sample data" in html


def test_it_answers_get_and_head_only(client: Client) -> None:
    assert client.head(ENGLISH).status_code == 200
    assert client.post(ENGLISH).status_code == 405


def test_it_needs_a_fixed_number_of_queries(client: Client) -> None:
    for number in range(6):
        safeguard = make_safeguard()
        make_quick_answer(f"answer-{number}", safeguard)
        record_state(safeguard)
    with CaptureQueriesContext(connection) as asked:
        client.get(ENGLISH)
    # Only inside the transaction of a test are its own changes settled before the stamp is read.
    assert len([one for one in asked.captured_queries if "CONSTRAINTS" not in one["sql"]]) <= 12


def test_three_answers_are_seen_without_scrolling_on_a_small_phone(
    page: Any, live_server: Any
) -> None:
    load()
    page.set_viewport_size({"width": 360, "height": 640})
    for path in ("/de/", "/en/", GERMAN, ENGLISH, f"/de/archiv/{timezone.localdate()}/"):
        page.goto(f"{live_server.url}{path}")
        bottoms = page.eval_on_selector_all(
            ".qa > div", "rows => rows.map(row => row.getBoundingClientRect().bottom)"
        )
        assert len([bottom for bottom in bottoms if bottom <= 640]) >= 3, (path, bottoms)


def test_it_prints_on_four_pages(page: Any, live_server: Any) -> None:
    load()
    page.goto(f"{live_server.url}{GERMAN}")
    pdf = page.pdf(prefer_css_page_size=True)
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 4


def test_a_retired_safeguard_says_that_zoom_dropped_it(client: Client) -> None:
    safeguard = make_safeguard("feedback")
    record_state(safeguard, promise="retired")
    row = row_of(client, "feedback")
    assert "No longer exists at Zoom" in row
    assert "Zoom no longer offers this setting." in row


def test_page_and_stylesheet_stay_within_their_budget(client: Client, starter: None) -> None:
    css = (settings.BASE_DIR / "static/css/portal.css").read_text(encoding="utf-8")
    stylesheet = gzip.compress(small(css).encode())
    page = gzip.compress(client.get(GERMAN).content)
    assert len(stylesheet) <= 8 * 1024
    assert len(stylesheet) + len(page) <= 15 * 1024


HOW = {
    "import": "taken over when this portal was set up. Nobody has compared it",
    "account": "It may only read there and change nothing.",
    "file": "read the answers of our Zoom account from a file",
    "confirmed": "A second person confirmed it.",
    "alone": "One person from our office compared",
}


@pytest.mark.parametrize("how", list(HOW))
@pytest.mark.parametrize("is_connected", [True, False])
@pytest.mark.parametrize("four_eyes", [True, False])
def test_it_says_how_the_newest_check_was_made_and_claims_no_other(
    client: Client, settings: Settings, how: str, is_connected: bool, four_eyes: bool
) -> None:
    settings.FOUR_EYES = four_eyes
    settings.ZOOM_ACCOUNT_ID = "acc" if is_connected else ""
    cdn = make_safeguard("cdn", checked_by="account")
    record_state(cdn, check=False, at=timezone.now() - timedelta(days=1))
    editor = make_user("editor")
    ways: dict[str, dict[str, Any]] = {
        "import": {"source": "import"},
        "account": {"source": "account"},
        "file": {"source": "account", "role": "operator"},
        "confirmed": {"by": editor, "confirmed_by": make_user("reviewer"), "role": "editor"},
        "alone": {"by": editor, "confirmed_by": editor, "role": "editor"},
    }
    record_check([cdn], at=timezone.now(), **{"source": "hand", **ways[how]})
    row = row_of(client, "cdn")
    assert HOW[how] in row
    others = [words for other, words in HOW.items() if other != how and words in row]
    assert others == (["One person from our office compared"] if how == "confirmed" else [])
