"""The edition in force is computed from dates when it is read; no job has to run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from notices.editions.models import Notice
from notices.editions.pages.history import history_of
from tests.editions.corrections import make_correction, withdraw
from tests.factories import make_edition, make_notice, make_organisation

pytestmark = pytest.mark.django_db

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
APRIL = datetime(2026, 4, 1, tzinfo=UTC)
MAY = datetime(2026, 5, 1, tzinfo=UTC)
MOMENT = timedelta(seconds=1)


@pytest.fixture
def notice() -> Notice:
    return make_notice("zoom")


def label_at(notice: Notice, moment: datetime) -> str | None:
    edition = notice.in_force_at(moment)
    return edition.label if edition else None


def test_tomorrows_edition_appears_at_its_minute_without_any_job(
    client: Client, notice: Notice
) -> None:
    make_organisation()
    make_edition(notice, in_force_from=MARCH, text_en="Old words.")
    make_edition(notice, in_force_from=APRIL, published_at=MARCH, text_en="New words.")
    with time_machine.travel(APRIL - MOMENT, tick=False):
        before = client.get("/en/notices/zoom/").content.decode()
    with time_machine.travel(APRIL, tick=False):
        after = client.get("/en/notices/zoom/").content.decode()
    assert "Old words." in before
    assert "New words." not in before
    assert "New words." in after


def test_nothing_is_in_force_before_the_first_edition(notice: Notice) -> None:
    make_edition(notice, in_force_from=APRIL)
    assert label_at(notice, APRIL - MOMENT) is None
    assert label_at(notice, APRIL) == "1"


def test_drafts_and_editions_in_review_are_never_in_force(notice: Notice) -> None:
    make_edition(notice, in_force_from=MARCH)
    make_edition(notice, status="review", in_force_from=APRIL)
    assert label_at(notice, MAY) == "1"


def test_withdrawing_the_edition_in_force_revives_no_earlier_one(notice: Notice) -> None:
    make_edition(notice, in_force_from=MARCH)
    second = make_edition(notice, in_force_from=APRIL)
    withdraw(second, MAY)
    assert label_at(notice, MAY - MOMENT) == "2"
    assert label_at(notice, MAY) is None


def test_a_new_edition_is_in_force_after_a_withdrawal(notice: Notice) -> None:
    withdraw(make_edition(notice, in_force_from=MARCH), APRIL)
    make_edition(notice, in_force_from=MAY)
    assert label_at(notice, MAY - MOMENT) is None
    assert label_at(notice, MAY) == "2"


def test_withdrawing_an_earlier_edition_leaves_the_one_in_force(notice: Notice) -> None:
    first = make_edition(notice, in_force_from=MARCH)
    make_edition(notice, in_force_from=APRIL)
    withdraw(first, MAY)
    assert label_at(notice, MAY) == "2"


def test_an_edition_withdrawn_before_its_first_day_replaces_nothing(notice: Notice) -> None:
    first = make_edition(notice, in_force_from=MARCH)
    second = make_edition(notice, in_force_from=MAY, published_at=MARCH)
    withdraw(second, APRIL)
    assert label_at(notice, MAY) == "1"
    assert history_of(notice, MAY).ended(first) is None


def test_a_correction_goes_before_the_edition_it_corrects(notice: Notice) -> None:
    first = make_edition(notice, in_force_from=MARCH)
    corrected = make_correction(first, MARCH)
    make_correction(corrected, APRIL)
    assert label_at(notice, MARCH) == "1.1"
    assert label_at(notice, APRIL) == "1.2"


def test_the_later_start_counts_more_than_the_higher_number(notice: Notice) -> None:
    first = make_edition(notice, in_force_from=MARCH)
    make_edition(notice, in_force_from=APRIL)
    make_correction(first, MAY)
    assert label_at(notice, APRIL) == "2"
    assert label_at(notice, MAY) == "1.1"


def test_a_historical_edition_held_before_it_was_entered(notice: Notice) -> None:
    make_edition(notice, historical=True, in_force_from=MARCH, published_at=MAY)
    assert label_at(notice, APRIL) == "1"


def test_an_edition_ends_when_the_next_one_starts(notice: Notice) -> None:
    first = make_edition(notice, in_force_from=MARCH)
    second = make_edition(notice, in_force_from=APRIL)
    withdraw(second, MAY)
    history = history_of(notice, MAY)
    assert history.ended(first) == APRIL
    assert history.ended(second) == MAY


def test_the_history_tells_editions_corrections_and_withdrawals_newest_first(
    notice: Notice,
) -> None:
    first = make_edition(notice, in_force_from=MARCH)
    make_correction(first, APRIL)
    withdraw(first, MAY)
    events = history_of(notice, MAY).events
    told = [(event.edition.label, bool(event.withdrawal), event.moment) for event in events]
    assert told == [("1", True, MAY), ("1.1", False, APRIL), ("1", False, MARCH)]


def test_the_history_leaves_out_what_is_still_to_come(notice: Notice) -> None:
    first = make_edition(notice, in_force_from=MARCH)
    make_edition(notice, in_force_from=MAY, published_at=MARCH)
    withdraw(first, MAY)
    assert [event.edition.label for event in history_of(notice, APRIL).events] == ["1"]


def test_the_history_reads_no_long_text(notice: Notice) -> None:
    make_edition(notice, in_force_from=MARCH)
    with CaptureQueriesContext(connection) as asked:
        edition = history_of(notice, MAY).editions[0]
    assert edition.get_deferred_fields() >= {"text_de", "text_en"}
    assert "editions_editionhtml" not in str(asked.captured_queries)
