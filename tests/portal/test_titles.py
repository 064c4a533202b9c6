"""Every public page says in its own words and language what it is, and search engines read that."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone, translation

from notices.editions.models import Edition, Notice
from notices.faq.models import Question
from notices.firm.days import day_of
from tests.factories import make_question

from ..pages import LANGUAGES, PAGES, html_of, page_path

TITLE = re.compile(r"<title>(.+?)</title>")
DESCRIPTION = re.compile(r'<meta name="description" content="([^"]*)"')
# Words that one language uses all the time and the other never.
ONLY = {
    "de": re.compile(r"\b(?:und|der|die|das|nicht|ist|sind|wie|auf|wir|sie)\b", re.I),
    "en": re.compile(r"\b(?:and|the|of|is|are|not|how|on|we|you)\b", re.I),
}


pytestmark = pytest.mark.usefixtures("starter")


def paths(language: str) -> set[str]:
    """Return the addresses of all pages, of each question and of each published edition."""
    with translation.override(language):
        rows = [
            *Question.objects.all(),
            *Notice.objects.all(),
            *Edition.objects.shown_at(timezone.now()),
        ]
        return {row.get_absolute_url() for row in rows} | {
            page_path(name, language) for name in PAGES
        }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_has_a_title_and_a_description_of_its_own_in_its_language(
    client: Client, language: str
) -> None:
    found = {}
    for path in sorted(paths(language)):
        response = client.get(path)
        if response.status_code == 200:
            html = html_of(response)
            found[path] = (TITLE.findall(html), DESCRIPTION.findall(html))
    assert len(found) > 60
    assert {path: one for path, one in found.items() if [len(part) for part in one] != [1, 1]} == {}
    for part in (0, 1):
        counted = Counter(one[part][0] for one in found.values())
        assert {words for words, number in counted.items() if number > 1} == set()
    other = next(code for code in LANGUAGES if code != language)
    descriptions = [unescape(one[1][0]) for one in found.values()]
    assert [words for words in descriptions if len(ONLY[other].findall(words)) > 1] == []
    assert [words for words in descriptions if not 20 < len(words) <= 160] == []


def test_pages_of_one_list_have_titles_of_their_own(client: Client) -> None:
    title = TITLE.findall(html_of(client.get(f"/de/archiv/?jahr={day_of(timezone.now()).year}")))
    assert title != TITLE.findall(html_of(client.get("/de/archiv/")))


def test_what_exists_only_in_german_is_described_in_english_nevertheless(client: Client) -> None:
    question = make_question("rare", question_de="Was ist selten?", answer_de="Das und das.")
    question.answer_en = ""
    question.save()
    with translation.override("en"):
        html = html_of(client.get(question.get_absolute_url()))
    assert "only answered in German so far." in DESCRIPTION.findall(html)[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_structured_questions_say_exactly_what_the_page_says(client: Client, language: str) -> None:
    html = html_of(client.get(page_path("question-detail", language)))
    assert html.count("application/ld+json") == 0
    heading = re.findall(r'<h1 itemprop="name">(.+?)</h1>', html)
    assert len(heading) == 1
    assert TITLE.findall(html)[0].startswith(heading[0])
    answer = html.split('itemprop="text"')[1].split('<p class="meta">')[0]
    assert DESCRIPTION.findall(html)[0].split("…")[0][:40] in re.sub(r"<[^>]+>", "", answer)
