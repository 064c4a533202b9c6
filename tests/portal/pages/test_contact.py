"""Contact: a person, a number, and a ready sentence for each right (J4)."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from notices.firm.words.rights import mail_link
from tests.factories import make_organisation

pytestmark = pytest.mark.django_db


def page(client: Client, address: str = "/en/contact/") -> str:
    make_organisation()
    return " ".join(client.get(address).content.decode().split())


def test_it_names_every_way_to_reach_the_firm(client: Client) -> None:
    text = page(client)
    for way in (
        'href="tel:+4930111111"',
        "Monday to Friday, 9:00 to 16:00",
        "mailto:kontakt@muster.example",
        "Testweg 1",
        "mailto:dsb@muster.example",
        "We answer within one month.",
        'href="https://authority.example"',
    ):
        assert way in text


@pytest.mark.parametrize(
    "sentence",
    [
        "I object to the processing of my data in video meetings.",
        "Please tell me which data about me from video meetings you have.",
        "Please delete my data from video meetings.",
        "Please correct my data from video meetings.",
    ],
)
def test_each_right_has_a_sentence_to_copy_and_a_mail_that_is_ready(
    client: Client, sentence: str
) -> None:
    text = page(client)
    assert f"You can write: “{sentence}" in text
    links = [part.split('"')[0] for part in text.split('href="')[1:]]
    mails = [parse_qs(urlsplit(link.replace("&amp;", "&")).query) for link in links]
    assert any(sentence in mail.get("body", [""])[0] and mail["subject"] for mail in mails)


def test_it_needs_no_form_and_no_account(client: Client) -> None:
    assert "<form" not in page(client)


def test_it_speaks_german_too(client: Client) -> None:
    text = page(client, "/de/kontakt/")
    assert "Wir antworten innerhalb eines Monats." in text
    assert "Montag bis Freitag, 9 bis 16 Uhr" in text


def test_a_mail_address_is_written_so_that_nothing_can_be_slipped_in() -> None:
    link = mail_link("a&bcc=b@muster.example", "Access & more", "One? Two!")
    assert link.startswith("mailto:a%26bcc%3Db@muster.example?subject=Access%20%26%20more&body=")
    assert "%0D%0A%0D%0AOne%3F%20Two%21%0D%0A" in link


def test_every_number_on_the_page_can_be_called(client: Client) -> None:
    make_organisation(dpo_phone="030 222 222")
    html = client.get("/de/kontakt/").content.decode()
    for number in ("tel:+4930111111", "tel:+4930222222"):
        assert f'href="{number}"' in html
