"""A notice at its main address: the edition in force, and what holds beside it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from notices.editions.models import Foundation, Notice
from notices.firm.words.sample import MARKS
from portal.starter.files import HERE
from tests.editions.corrections import make_correction, withdraw
from tests.factories import (
    make_edition,
    make_notice,
    make_organisation,
    make_safeguard,
    record_state,
)
from tests.pages import html_of

pytestmark = pytest.mark.django_db

PAGE = "/en/notices/zoom/"


@pytest.fixture(autouse=True)
def organisation() -> None:
    make_organisation()


@pytest.fixture
def notice() -> Notice:
    return make_notice("zoom")


def page(client: Client, address: str = PAGE) -> str:
    return " ".join(html_of(client.get(address)).split())


def make_fallen(notice: Notice, on: date) -> Foundation:
    fallen = Foundation.objects.create(
        key=f"fell-{on}",
        kind=Foundation.Kind.FRAMEWORK,
        name_de="Alter Rahmen",
        name_en="Old framework",
        checked_on=on,
        state=Foundation.State.FALLEN,
        fallen_on=on,
    )
    notice.foundations.add(fallen)
    return fallen


def test_it_shows_the_edition_in_force_with_summary_number_and_contents(
    client: Client, notice: Notice
) -> None:
    make_edition(notice, text_en="Old.")
    make_edition(notice)
    text = page(client)
    assert "<p>In short.</p>" in text
    assert "Edition 2, in force since" in text
    assert '<a href="#why">Why</a>' in text
    assert "Old." not in text


def test_it_can_be_compared_with_the_edition_before(client: Client, notice: Notice) -> None:
    make_edition(notice)
    assert "Compare with edition" not in page(client)
    make_edition(notice)
    assert 'href="/en/notices/zoom/edition/2/compare/1/"' in page(client)


def test_its_history_links_editions_corrections_and_withdrawals(
    client: Client, notice: Notice
) -> None:
    now = timezone.now()
    first = make_edition(notice, in_force_from=now - timedelta(days=9))
    make_correction(first, now - timedelta(days=8), change_note_en="A comma.")
    withdraw(first, now - timedelta(days=7))
    make_edition(notice)
    text = page(client)
    assert 'href="/en/notices/zoom/edition/1.1/">Correction 1.1</a>: A comma.' in text
    assert "Edition 1 withdrawn</a>: A sentence was wrong." in text
    assert 'href="/en/notices/zoom/edition/1.1/compare/1/"' in text


def test_it_names_roles_and_never_persons(client: Client, notice: Notice) -> None:
    make_edition(notice, approver_role="reviewer", four_eyes=True)
    assert "by a second person who reviews our texts" in page(client)
    make_edition(notice, approver_role="reviewer", four_eyes=False)
    assert "by the same person who wrote this text" in page(client)
    make_edition(notice, approver_role="")
    assert "No approval is recorded." in page(client)


def test_it_says_when_all_claimed_safeguards_are_on(client: Client, notice: Notice) -> None:
    make_edition(notice)
    for _number in range(2):
        safeguard = make_safeguard()
        record_state(safeguard)
        notice.safeguards.add(safeguard)
    record_state(make_safeguard(), "not_protected")
    assert "All 2 safeguards named here are on." in page(client)


@time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False)
@pytest.mark.parametrize(
    ("verdict", "word"), [("not_protected", "Protection off"), ("unknown", "Check due")]
)
def test_a_claimed_safeguard_that_is_not_on_is_spelled_out(
    client: Client, notice: Notice, verdict: str, word: str
) -> None:
    make_edition(notice)
    safeguard = make_safeguard("recording")
    record_state(safeguard, verdict)
    notice.safeguards.add(safeguard)
    text = page(client)
    assert word in text
    assert 'href="/en/safeguards/#recording"' in text
    assert "1 March 2026" in text
    assert "named here are on" not in text


def test_a_claimed_safeguard_without_any_record_never_counts_as_on(
    client: Client, notice: Notice
) -> None:
    make_edition(notice)
    recorded = make_safeguard()
    record_state(recorded)
    notice.safeguards.add(recorded, make_safeguard())
    text = page(client)
    assert "For 1 safeguard we have no record yet." in text
    assert "named here are on" not in text


def test_it_names_a_legal_basis_that_fell_after_the_text_was_written(
    client: Client, notice: Notice
) -> None:
    make_edition(notice, in_force_from=datetime(2026, 1, 1, tzinfo=UTC))
    make_fallen(notice, date(2026, 2, 1))
    text = page(client)
    assert "Parts have not been right since" in text
    assert "Old framework" in text
    assert "1 February 2026" in text


def test_a_basis_that_fell_before_the_text_was_written_is_no_news(
    client: Client, notice: Notice
) -> None:
    make_edition(notice, in_force_from=datetime(2026, 1, 1, tzinfo=UTC))
    make_fallen(notice, date(2025, 2, 1))
    assert "Old framework" not in page(client)


def test_a_text_that_still_names_the_sample_firm_says_so(client: Client, notice: Notice) -> None:
    make_edition(notice)
    assert "still contains sample data" not in page(client)
    make_edition(notice, text_de=f"Verantwortlich: {MARKS[0]} GmbH")
    assert "still contains sample data" in page(client)


def test_the_sample_firm_is_the_one_of_the_starter_content() -> None:
    files = [HERE / "organisation.toml", *(HERE / "notices" / "imprint").glob("*.md")]
    starter = "".join(file.read_text("utf-8") for file in files)
    assert [mark for mark in MARKS if mark not in starter] == []


def test_it_offers_the_four_rights_the_officer_and_the_authority(
    client: Client, notice: Notice
) -> None:
    make_edition(notice)
    text = page(client)
    assert text.count('href="mailto:datenschutz@muster.example?subject=') == 4
    assert "dsb@muster.example" in text
    assert "We answer within one month." in text
    assert "https://authority.example" in text


def test_a_missing_english_text_is_shown_in_german_and_says_so(
    client: Client, notice: Notice
) -> None:
    make_edition(notice, text_en="")
    text = page(client)
    assert "This part is only available in German so far." in text
    assert '<div class="text" lang="de"><h2 id="wozu">Wozu</h2>' in text
    assert "only available in German" not in page(client, "/de/hinweise/zoom-de/")


def test_without_an_edition_in_force_it_says_so_and_offers_the_officer(
    client: Client, notice: Notice
) -> None:
    withdraw(make_edition(notice), timezone.now())
    text = page(client)
    assert "No published edition is in force." in text
    assert "dsb@muster.example" in text
    assert "English text." not in text


def test_a_notice_that_was_never_public_does_not_exist_for_readers(
    client: Client, notice: Notice
) -> None:
    make_edition(notice, status="review")
    assert client.get(PAGE).status_code == 404
    assert client.get("/en/notices/zoom-de/").status_code == 404


def test_the_language_link_leads_to_the_same_notice(client: Client, notice: Notice) -> None:
    make_edition(notice)
    assert 'class="lang" href="/de/hinweise/zoom-de/"' in page(client)
    assert 'class="lang" href="/en/notices/zoom/"' in page(client, "/de/hinweise/zoom-de/")


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("/en/notices/zoom-de/", PAGE),
        ("/en/notices/former/", PAGE),
        ("/en/notices/frueher/", PAGE),
        ("/de/hinweise/zoom/", "/de/hinweise/zoom-de/"),
        ("/en/notices/former/edition/1/", "/en/notices/zoom/edition/1/"),
        ("/en/notices/former/edition/2/compare/1/", "/en/notices/zoom/edition/2/compare/1/"),
    ],
)
def test_every_address_it_ever_had_leads_to_the_current_one(
    client: Client, asked: str, leads_to: str
) -> None:
    notice = make_notice("zoom", slug_de="frueher", slug_en="former")
    make_edition(notice)
    make_edition(notice)
    notice.slug_de, notice.slug_en = "zoom-de", "zoom"
    notice.save()
    answer = client.get(asked)
    assert (answer.status_code, answer.headers["Location"]) == (301, leads_to)


def test_a_page_with_an_address_of_its_own_is_only_there(client: Client) -> None:
    make_edition(make_notice("our-imprint", Notice.Kind.IMPRINT))
    answer = client.get("/en/notices/our-imprint/")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/en/imprint/")


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_it_can_only_be_read(client: Client, notice: Notice, method: str) -> None:
    make_edition(notice)
    assert getattr(client, method)(PAGE).status_code == 405


def test_it_asks_no_more_questions_with_more_editions(
    client: Client, notice: Notice, django_assert_max_num_queries: Any
) -> None:
    for _number in range(12):
        make_edition(notice)
    with django_assert_max_num_queries(16):
        page(client)
