"""What stands beside the words on how to join: a drawing for each way, and two pictures."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import make_meeting, make_organisation
from tests.pages import html_of

pytestmark = pytest.mark.django_db
PICTURE = re.compile(r'<svg class="drawn"[^>]*role="img" aria-label="([^"]*)".*?</svg>')


def page(client: Client, language: str, days: int = 7, **changes: object) -> str:
    make_organisation()
    meeting = make_meeting(timezone.now() + timedelta(days=days), **changes)
    meetings = {"de": "treffen", "en": "meetings"}[language]
    return html_of(client.get(f"/{language}/{meetings}/{meeting.code.lower()}/"))


def test_each_way_has_a_drawing_that_says_nothing_to_who_cannot_see_it(client: Client) -> None:
    drawn = re.findall(r'<h3><svg class="pic"[^>]*aria-hidden="true"', page(client, "en"))
    assert len(drawn) == 3


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ("Im Browser teilnehmen", "Aufzeichnung")),
        ("en", ("Join from your browser", "Recording")),
    ],
)
def test_pictures_show_the_line_for_the_browser_and_the_sign_of_a_recording(
    client: Client, language: str, words: tuple[str, str]
) -> None:
    described = PICTURE.findall(page(client, language))
    assert len(described) == 2
    for word, text in zip(words, described, strict=True):
        assert word in text


def test_the_step_and_its_picture_use_the_same_words(client: Client) -> None:
    html = page(client, "de")
    assert "Wählen Sie „Im Browser teilnehmen“." in html
    assert ">Im Browser teilnehmen</text>" in html


def test_without_the_browser_its_picture_is_left_out(client: Client) -> None:
    assert len(PICTURE.findall(page(client, "en", browser=False))) == 1


def test_after_the_meeting_there_is_nothing_to_join(client: Client) -> None:
    assert not PICTURE.findall(page(client, "en", days=-7))
