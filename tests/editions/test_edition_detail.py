"""One edition at its own address, for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from notices.editions.models import Notice, Redaction
from portal.starter.loading import load
from tests.editions.corrections import make_correction, withdraw
from tests.factories import make_edition, make_notice, make_organisation
from tests.pages import html_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def organisation() -> None:
    make_organisation()


@pytest.fixture
def notice() -> Notice:
    return make_notice("zoom")


def page(client: Client, label: str) -> str:
    answer = client.get(f"/en/notices/zoom/edition/{label}/")
    assert answer.status_code == 200
    return " ".join(html_of(answer).split())


def test_an_earlier_edition_stays_and_says_what_is_in_force_today(
    client: Client, notice: Notice
) -> None:
    make_edition(notice, text_en="Old words.")
    make_edition(notice, text_en="New words.")
    text = page(client, "1")
    assert "Old words." in text
    assert "This edition is no longer in force." in text
    assert '<a href="/en/notices/zoom/">Today edition 2 is in force.</a>' in text


def test_the_edition_in_force_carries_no_warning_and_is_its_own_canonical_address(
    client: Client, notice: Notice
) -> None:
    make_edition(notice)
    text = page(client, "1")
    assert "no longer in force" not in text
    assert '<link rel="canonical" href="http://testserver/en/notices/zoom/edition/1/">' in text


def test_a_plain_number_shows_the_newest_correction(client: Client, notice: Notice) -> None:
    now = timezone.now()
    first = make_edition(notice, text_en="Teh words.", in_force_from=now - timedelta(days=3))
    second = make_correction(first, now - timedelta(days=2), text_en="The wrods.")
    make_correction(second, now - timedelta(days=1), text_en="The words.")
    make_correction(first, now + timedelta(days=1), correction=3, text_en="Tomorrow.")
    assert "The words." in page(client, "1")
    assert "The wrods." in page(client, "1.1")
    assert "Correction 1.1" in page(client, "1.1")


@pytest.mark.parametrize("label", ["2", "1.1", "1.0", "01", "0", "-1", "9999999", "1.1.1", "x"])
def test_what_was_never_published_does_not_exist(
    client: Client, notice: Notice, label: str
) -> None:
    make_edition(notice)
    make_edition(notice, status="draft")
    assert client.get(f"/en/notices/zoom/edition/{label}/").status_code == 404


def test_an_edition_has_no_page_before_its_day(client: Client, notice: Notice) -> None:
    make_edition(notice)
    make_edition(
        notice, in_force_from=timezone.now() + timedelta(days=1), published_at=timezone.now()
    )
    assert client.get("/en/notices/zoom/edition/2/").status_code == 404
    assert client.get("/en/notices/zoom/edition/2/compare/1/").status_code == 404


def test_a_withdrawn_edition_stays_with_the_reason(client: Client, notice: Notice) -> None:
    withdraw(make_edition(notice), timezone.now())
    text = page(client, "1")
    assert "We withdrew this edition on" in text
    assert "The reason: A sentence was wrong." in text
    assert "No published edition is in force." in text
    assert "English text." in text


def test_a_withdrawal_to_come_is_not_told_yet(client: Client, notice: Notice) -> None:
    withdraw(make_edition(notice), timezone.now() + timedelta(days=1))
    assert "withdr" not in page(client, "1")


def test_a_redaction_is_told_with_its_day(client: Client, notice: Notice) -> None:
    edition = make_edition(notice)
    Redaction.objects.create(edition=edition, reason="A name", old_digest=edition.digest)
    assert "we removed personal data from this edition." in page(client, "1")


def test_the_language_link_leads_to_the_same_edition(client: Client, notice: Notice) -> None:
    make_edition(notice)
    make_edition(notice)
    assert 'class="lang" href="/de/hinweise/zoom-de/fassung/1/"' in page(client, "1")


def test_editions_of_the_imprint_have_pages_too(client: Client) -> None:
    make_edition(make_notice("zoom", Notice.Kind.IMPRINT), text_en="Who we were.")
    assert "Who we were." in page(client, "1")


def test_the_founding_letter_says_which_legal_bases_no_longer_hold(client: Client) -> None:
    load()
    address = "/de/hinweise/zoom-unter-der-lupe/fassung/{}/"
    letter = html_of(client.get(address.format(1)))
    today = html_of(client.get(address.format(2)))
    assert 'datetime="2020-07-16"' in letter
    assert 'datetime="2022-12-27"' in letter
    assert "Heute gilt Fassung 2." in letter
    assert 'datetime="2020-07-16"' not in today
