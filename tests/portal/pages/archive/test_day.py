"""What applied on a day: reproducible, in the past tense, and honest about gaps."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from notices.editions.models import Withdrawal
from notices.safeguards.models import Explanation
from tests.factories import (
    make_edition,
    make_notice,
    make_quick_answer,
    make_safeguard,
    record_state,
)
from tests.pages import html_of
from tests.portal.pages.archive.reading import LIST, berlin, day, text_of, words

pytestmark = pytest.mark.django_db


def test_it_speaks_of_the_past(client: Client) -> None:
    cdn = make_safeguard("cdn")
    make_quick_answer("open", cdn)
    record_state(cdn, at=berlin(2024, 1, 10))
    text = text_of(client, day("2024-03-12"))
    assert "What applied on 12 March 2024?" in text
    assert "Question then open? open then on." in text
    assert "It does not prove that nobody recorded with another device." in text


def test_a_row_shows_name_and_state_word_never_a_claim(client: Client) -> None:
    record_state(make_safeguard("cdn"), at=berlin(2024, 1, 10))
    text = text_of(client, day("2024-03-12"))
    assert "Protection cdn" in text
    assert "Protection on" in text
    assert "cdn says" not in text


def test_a_day_with_a_change_shows_the_worst_and_every_part(client: Client) -> None:
    cdn = make_safeguard("cdn")
    make_quick_answer("open", cdn)
    record_state(cdn, at=berlin(2024, 1, 10))
    record_state(cdn, "not_protected", at=berlin(2024, 3, 12, 10))
    record_state(cdn, at=berlin(2024, 3, 12, 18, 30))
    html = html_of(client.get(day("2024-03-12")))
    assert 'class="state off"' in html
    assert 'class="state on"' not in html
    text = words(html)
    assert "Until 10:00: open then on. From 10:00 until 18:30: open then off." in text
    assert "After that: open then on." in text
    assert "After that: Protection on." in text
    assert "Deviation: found on 12 March 2024, closed on 12 March 2024, lasted" in text


def test_a_later_change_leaves_the_day_as_it_was(client: Client) -> None:
    cdn = make_safeguard("cdn")
    record_state(cdn, at=berlin(2024, 1, 10))
    before = client.get(day("2024-03-12")).content
    record_state(cdn, "not_protected", at=berlin(2024, 3, 13))
    assert client.get(day("2024-03-12")).content == before


def test_what_was_entered_later_says_so(client: Client) -> None:
    record_state(make_safeguard("cdn"), at=berlin(2024, 1, 10))
    record_state(
        make_safeguard("chat"), at=berlin(2024, 3, 12, 10), recorded_at=berlin(2024, 3, 20)
    )
    assert "entered later, on 20 March 2024" in text_of(client, day("2024-03-12"))


def test_a_day_before_the_first_record_says_when_records_begin(client: Client) -> None:
    record_state(make_safeguard("cdn"), at=berlin(2024, 1, 10))
    for iso in ("2024-01-09", "0001-01-01"):
        html = html_of(client.get(day(iso)))
        assert "We have no record for that day." in html
        assert "Our records begin on 10 January 2024." in words(html)
        assert "<dl" not in html


def test_the_day_on_which_records_begin_says_at_what_time(client: Client) -> None:
    cdn = make_safeguard("cdn")
    make_quick_answer("open", cdn)
    record_state(cdn, at=berlin(2024, 1, 10))
    text = text_of(client, day("2024-01-10"))
    assert "Our records begin on this day, at 09:00." in text
    assert "From 09:00" not in text


def test_without_any_record_it_names_a_way_forward(client: Client) -> None:
    text = text_of(client, day("2024-01-10"))
    assert "We have no record for that day." in text
    assert "We are entering our settings." in text


def test_a_future_day_leads_to_today(client: Client) -> None:
    record_state(make_safeguard("cdn"), at=berlin(2024, 1, 10))
    for iso in ("2026-11-17", "9999-12-31"):
        html = html_of(client.get(day(iso)))
        assert "This day is in the future." in html
        assert '<a href="/en/safeguards/">What applies today</a>' in html
        assert "Protection cdn" not in html


def test_today_is_shown_until_now(client: Client) -> None:
    cdn = make_safeguard("cdn")
    make_quick_answer("open", cdn)
    record_state(cdn, at=berlin(2026, 11, 1))
    record_state(cdn, "not_protected", at=berlin(2026, 11, 16, 13))
    text = text_of(client, day("2026-11-16"))
    assert "What has applied today until 12:00" in text
    assert "open then on." in text
    assert "open then off." not in text


@pytest.mark.parametrize("iso", ["2024-02-30", "2024-13-01", "0000-01-01"])
def test_an_impossible_day_is_explained_and_kept(client: Client, iso: str) -> None:
    response = client.get(day(iso))
    assert response.status_code == 404
    html = html_of(response)
    assert "This date does not exist." in html
    assert "Example: 12 3 2024." in html
    assert f'value="{iso[:4]}"' in html
    assert '<link rel="alternate" hreflang="de" href="http://testserver/de/archiv/">' in html


def test_a_day_written_without_its_noughts_leads_to_its_page(client: Client) -> None:
    response = client.get(day("2024-3-12"))
    assert (response.status_code, response["Location"]) == (301, day("2024-03-12"))


# Texts


def test_it_shows_every_edition_in_force_at_any_time_of_the_day(client: Client) -> None:
    notice = make_notice("video")
    make_edition(notice, in_force_from=berlin(2024, 1, 1))
    make_edition(notice, in_force_from=berlin(2024, 3, 12, 15))
    make_edition(notice, in_force_from=berlin(2024, 3, 13, 0))
    html = html_of(client.get(day("2024-03-12")))
    assert re.findall(r'href="(/en/notices/video/edition/\d+/)"', html) == [
        "/en/notices/video/edition/2/",
        "/en/notices/video/edition/1/",
    ]
    assert "valid from 1 January 2024 to 12 March 2024" in words(html)


def test_a_withdrawn_edition_held_until_its_withdrawal(client: Client) -> None:
    edition = make_edition(make_notice("video"), in_force_from=berlin(2024, 1, 1))
    Withdrawal.objects.create(
        edition=edition, at=berlin(2024, 2, 1), reason_de="Grund", reason_en="Reason"
    )
    assert "valid from 1 January 2024 to 1 February 2024" in text_of(client, LIST)
    assert "The last edition had been withdrawn by then." in text_of(client, day("2024-03-12"))


def test_a_scheduled_edition_is_not_listed_yet(client: Client) -> None:
    make_edition(
        make_notice("video"), published_at=berlin(2026, 11, 1), in_force_from=berlin(2026, 12, 1)
    )
    assert "Edition 1" not in text_of(client, LIST)


def test_every_explanation_has_its_own_day(client: Client) -> None:
    cdn = make_safeguard("cdn")
    record_state(cdn, at=berlin(2024, 1, 10))
    finding = record_state(cdn, "not_protected", at=berlin(2024, 3, 12, 10))
    before = html_of(client.get(day("2024-03-12")))
    assert finding
    Explanation.objects.create(
        finding=finding, text_en="An update.", recorded_at=berlin(2024, 3, 20)
    )
    text = text_of(client, day("2024-03-12"))
    assert "We explained on 20 March 2024: An update." in text
    assert "We explained" not in before
    # A day without the deviation says nothing of it.
    assert "We explained" not in text_of(client, day("2024-03-11"))


def test_two_deviations_on_one_day_are_both_told(client: Client) -> None:
    cdn = make_safeguard("cdn")
    record_state(cdn, at=berlin(2024, 1, 10))
    for hour in (10, 14):
        record_state(cdn, "not_protected", at=berlin(2024, 3, 12, hour))
        record_state(cdn, at=berlin(2024, 3, 12, hour + 1))
    assert text_of(client, day("2024-03-12")).count("Deviation: found on 12 March 2024") == 2


def test_what_was_entered_later_says_so_on_every_day_it_was_not_known(client: Client) -> None:
    record_state(make_safeguard("cdn"), at=berlin(2024, 1, 10))
    record_state(make_safeguard("chat"), at=berlin(2024, 3, 1), recorded_at=berlin(2024, 3, 20))
    late = "entered later, on 20 March 2024"
    assert late in text_of(client, day("2024-03-12"))
    assert late not in text_of(client, day("2024-03-21"))


@pytest.mark.parametrize(
    ("iso", "first", "second"),
    [("2024-03-31", "00:30", "23:30"), ("2024-10-27", "00:30", "23:30")],
)
def test_a_day_with_a_clock_change_runs_from_midnight_to_midnight(
    client: Client, iso: str, first: str, second: str
) -> None:
    cdn = make_safeguard("cdn", max_age_days=366)
    make_quick_answer("open", cdn)
    record_state(cdn, at=berlin(2024, 1, 10))
    year, month, number = map(int, iso.split("-"))
    record_state(cdn, "not_protected", at=berlin(year, month, number, 0, 30))
    record_state(cdn, at=berlin(year, month, number, 23, 30))
    text = text_of(client, day(iso))
    assert f"From {first} until {second}: open then off." in text
    assert "After that: open then on." in text
    before, after = berlin(year, month, number - 1), berlin(year, month, number) + timedelta(1)
    for other in (before, after):
        assert "open then off." not in text_of(client, day(other.date().isoformat()))


def test_a_date_in_a_text_of_the_staff_does_not_part(client: Client, starter: None) -> None:
    assert "Der 1.\N{NO-BREAK SPACE}Mai 2020 ist" in client.get("/de/archiv/").content.decode()
