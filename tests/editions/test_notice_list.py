"""The list of notices."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from notices.editions.models import Notice
from tests.editions.corrections import withdraw
from tests.factories import make_edition, make_notice, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def organisation() -> None:
    make_organisation()


def page(client: Client, language: str = "en") -> str:
    address = {"en": "/en/notices/", "de": "/de/hinweise/"}[language]
    return client.get(address).content.decode()


def test_it_names_the_edition_in_force_and_its_summary(client: Client) -> None:
    notice = make_notice("zoom")
    make_edition(notice)
    make_edition(notice, summary_en="What we do with data.", title_en="New title")
    text = page(client)
    assert "New title" in text
    assert "Edition 2, in force since" in text
    assert "What we do with data." in text


def test_it_shows_nothing_before_its_day(client: Client) -> None:
    soon = timezone.now() + timedelta(days=1)
    make_edition(make_notice("later"), in_force_from=soon, published_at=timezone.now())
    make_edition(make_notice("draft"), status="draft")
    text = page(client)
    assert "Notice later" not in text
    assert "Notice draft" not in text
    assert "No published edition is in force." in text


def test_without_any_notice_it_offers_the_officer(client: Client) -> None:
    text = page(client)
    assert "No published edition is in force." in text
    assert "dsb@muster.example" in text


def test_a_withdrawn_notice_says_that_nothing_is_in_force(client: Client) -> None:
    withdraw(make_edition(make_notice("zoom")), timezone.now())
    text = page(client)
    assert "Notice zoom" in text
    assert "No published edition is in force." in text


def test_pages_with_an_address_of_their_own_are_not_listed(client: Client) -> None:
    make_edition(make_notice("our-imprint", Notice.Kind.IMPRINT))
    assert "our-imprint" not in page(client)


def test_a_missing_english_title_is_shown_in_german_and_says_so(client: Client) -> None:
    make_edition(make_notice("zoom"), title_en="", summary_en="")
    assert '<span lang="de">Hinweis zoom</span>' in page(client)


def test_it_asks_as_few_questions_for_many_notices_as_for_one(
    client: Client, django_assert_num_queries: Any
) -> None:
    make_edition(make_notice("one"))
    page(client)
    with django_assert_num_queries(4):
        page(client)
    for key in ("two", "three", "four"):
        make_edition(make_notice(key))
    with django_assert_num_queries(4):
        page(client)
