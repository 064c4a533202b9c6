"""Imprint, privacy of this website, accessibility, simply explained."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from notices.editions.models import Notice
from tests.editions.corrections import withdraw
from tests.factories import (
    make_edition,
    make_notice,
    make_organisation,
    make_quick_answer,
    make_safeguard,
    record_state,
)

pytestmark = pytest.mark.django_db

PAGES = {
    Notice.Kind.IMPRINT: "/en/imprint/",
    Notice.Kind.WEBSITE_PRIVACY: "/en/privacy/",
    Notice.Kind.ACCESSIBILITY: "/en/accessibility/",
    Notice.Kind.EASY: "/en/easy/",
}


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize(("kind", "address"), PAGES.items())
def test_it_shows_the_edition_in_force(client: Client, kind: str, address: str) -> None:
    make_organisation()
    notice = make_notice("single", kind)
    make_edition(notice, text_en="Old words.")
    make_edition(notice, text_en="New words.")
    text = page(client, address)
    assert "New words." in text
    assert "Old words." not in text
    assert "Edition 2, in force since" in text
    assert text.count("<h1") == 1


@pytest.mark.parametrize(("kind", "address"), PAGES.items())
def test_without_an_edition_in_force_it_says_so_and_offers_the_officer(
    client: Client, kind: str, address: str
) -> None:
    make_organisation()
    assert "No published edition is in force." in page(client, address)
    withdraw(make_edition(make_notice("single", kind)), timezone.now())
    text = page(client, address)
    assert "No published edition is in force." in text
    assert "dsb@muster.example" in text
    assert "English text." not in text


def test_the_imprint_comes_from_the_profile_even_without_a_text(client: Client) -> None:
    make_organisation(register_court="Amtsgericht Berlin", register_number="HRB 1", vat_id="DE1")
    text = page(client, PAGES[Notice.Kind.IMPRINT])
    for fact in (
        "Hausverwaltung Muster GmbH",
        "Testweg 1",
        "Managing directors",
        "030 111 111",
        "kontakt@muster.example",
        'Amtsgericht Berlin, <span class="nw">HRB 1</span>',
        "DE1",
    ):
        assert fact in text


def test_the_imprint_leaves_out_what_the_firm_does_not_have(client: Client) -> None:
    make_organisation()
    text = page(client, PAGES[Notice.Kind.IMPRINT])
    assert "Commercial register" not in text
    assert "VAT number" not in text


def test_simply_explained_starts_with_the_quick_answers_of_now(client: Client) -> None:
    make_organisation()
    make_edition(make_notice("easy", Notice.Kind.EASY))
    safeguard = make_safeguard()
    make_quick_answer("recorded", safeguard)
    record_state(safeguard, "not_protected")
    text = page(client, PAGES[Notice.Kind.EASY])
    assert "recorded today off." in text
    assert text.index("recorded today off.") < text.index("English text.")
