"""Two editions compared, in words that need no colour."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from notices.editions.models import Notice
from tests.editions.corrections import make_correction
from tests.factories import make_edition, make_notice, make_organisation

pytestmark = pytest.mark.django_db

REMOVED = '<del><span class="vh">removed: </span>{}</del>'
ADDED = '<ins><span class="vh">new: </span>{}</ins>'


@pytest.fixture(autouse=True)
def organisation() -> None:
    make_organisation()


@pytest.fixture
def notice() -> Notice:
    notice = make_notice("zoom")
    now = timezone.now()
    make_edition(
        notice,
        in_force_from=now - timedelta(days=2),
        text_de="Wir löschen nach 30 Tagen.",
        text_en="We delete after 30 days.",
    )
    make_edition(
        notice,
        in_force_from=now - timedelta(days=1),
        text_de="Wir löschen nach 14 Tagen.",
        text_en="We delete after 14 days.",
    )
    return notice


def page(client: Client, labels: str, language: str = "en") -> str:
    address = {
        "en": "/en/notices/zoom/edition/{}/compare/{}/",
        "de": "/de/hinweise/zoom-de/fassung/{}/vergleich/{}/",
    }[language]
    answer = client.get(address.format(*labels.split()))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.mark.usefixtures("notice")
def test_it_shows_removed_and_new_words_in_words(client: Client) -> None:
    text = page(client, "2 1")
    assert f"We delete after {REMOVED.format('30')} {ADDED.format('14')} days." in text
    assert "1 paragraph differs." in text


@pytest.mark.usefixtures("notice")
def test_it_works_in_both_directions(client: Client) -> None:
    text = page(client, "1 2")
    assert f"{REMOVED.format('14')} {ADDED.format('30')}" in text
    assert "Edition 1 is older than edition 2." in text
    assert 'href="/en/notices/zoom/edition/2/compare/1/"' in text


@pytest.mark.usefixtures("notice")
def test_it_compares_the_texts_of_the_language_of_the_page(client: Client) -> None:
    text = page(client, "2 1", "de")
    assert "Wir löschen nach" in text
    assert "We delete" not in text
    assert 'class="lang" href="/en/notices/zoom/edition/2/compare/1/"' in text


def test_it_compares_the_german_texts_where_one_has_no_english(
    client: Client, notice: Notice
) -> None:
    make_edition(notice, text_de="Wir löschen nach 7 Tagen.", text_en="")
    text = page(client, "3 2")
    assert "This part is only available in German so far." in text
    assert '<div lang="de">' in text
    assert "Wir löschen nach" in text


def test_a_correction_is_compared_with_the_text_it_corrects(client: Client, notice: Notice) -> None:
    now = timezone.now()
    edition = make_edition(notice, in_force_from=now, text_en="Teh end.")
    make_correction(edition, now, text_en="The end.")
    assert f"{REMOVED.format('Teh')} {ADDED.format('The')} end." in page(client, "3.1 3")


def test_equal_texts_are_called_equal(client: Client) -> None:
    notice = make_notice("zoom")
    make_edition(notice)
    make_edition(notice)
    text = page(client, "2 1")
    assert "The two texts are the same." in text
    # The only marked words are those that explain the marks.
    assert (text.count("<ins>"), text.count("<del>")) == (1, 1)


def test_long_unchanged_stretches_are_folded(client: Client) -> None:
    notice = make_notice("zoom")
    same = "\n\n".join(f"Paragraph {number}." for number in range(5))
    make_edition(notice, text_en=f"{same}\n\nOld end of text.")
    make_edition(notice, text_en=f"{same}\n\nNew end of text.")
    assert "<summary>5 unchanged paragraphs</summary>" in page(client, "2 1")


def test_marks_of_the_source_are_not_shown(client: Client) -> None:
    notice = make_notice("zoom")
    table = "\n\n| What | How long |\n| --- | --- |\n| Chat | {} days |\n"
    make_edition(notice, text_en="## Heading\n\n**Bold** words." + table.format(30))
    make_edition(notice, text_en="## Heading\n\n**Bold** words." + table.format(14))
    text = page(client, "2 1")
    assert "Chat | <del>" in text
    assert "Bold words." in text
    assert not any(mark in text for mark in ("##", "**", "| ---", "<p>|"))


@pytest.mark.usefixtures("notice")
@pytest.mark.parametrize("labels", ["1 1", "2 3", "3 2", "2.1 2", "1 9999999"])
def test_what_cannot_be_compared_does_not_exist(client: Client, labels: str) -> None:
    label, other = labels.split()
    address = f"/en/notices/zoom/edition/{label}/compare/{other}/"
    assert client.get(address).status_code == 404


def test_hostile_words_stay_words(client: Client) -> None:
    notice = make_notice("zoom")
    make_edition(notice, text_en="Hello.")
    make_edition(notice, text_en="<script>alert(1)</script>")
    assert "<script" not in page(client, "2 1")
