"""Every public page says in its own words and language what it is, and search engines read that."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from notices.editions.models import Edition, Notice, Withdrawal
from notices.faq.models import Question
from notices.firm.days import day_of
from notices.invitations.models import Meeting
from tests.factories import make_edition, make_meeting, make_question

from ..pages import LANGUAGES, PAGES, html_of, page_path

TITLE = re.compile(r"<title>(.+?)</title>")
DESCRIPTION = re.compile(r'<meta name="description" content="([^"]*)"')
# Words that one language uses all the time and the other never.
ONLY = {
    "de": re.compile(r"\b(?:und|der|die|das|nicht|ist|sind|wie|auf|wir|sie)\b", re.I),
    "en": re.compile(r"\b(?:and|the|of|is|are|not|how|on|we|you)\b", re.I),
}


pytestmark = [pytest.mark.usefixtures("starter"), pytest.mark.thorough]


LINK = re.compile(r'<a\b[^>]*? href="(/[^"#?]*)')
LISTED = re.compile(r"<loc>https?://[^/]+(/[^<]*)</loc>")


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


def add_what_looks_alike() -> None:
    """Add what makes pages alike: meetings of one day, editions of one day, a withdrawn one."""
    now = timezone.now()
    noon = now.replace(hour=12, minute=0) + timedelta(days=3)
    make_meeting(noon)
    make_meeting(noon + timedelta(hours=3))
    make_meeting(noon + timedelta(hours=5), cancelled_at=now)
    make_meeting(noon + timedelta(days=4))
    notice = Notice.objects.get(key="zoom-letter")
    summary = {"summary_de": "Wir filmen niemanden.", "summary_en": "Nobody is ever filmed."}
    old = make_edition(notice, published_at=now - timedelta(seconds=50), **summary)
    make_edition(notice, published_at=now - timedelta(seconds=40), **summary)
    Withdrawal.objects.create(edition=old, reason_de="Fehler", reason_en="Error")


def past_days() -> list[datetime]:
    return [timezone.now() - timedelta(days=ago) for ago in (1, 2, 7, 20, 21)]


def crawl(client: Client, language: str, known: set[str]) -> dict[str, str]:
    """Return every page of a language that rows, the sitemap or a link of a page lead to."""
    start = f"/{language}/"
    listed = set(LISTED.findall(client.get("/sitemap.xml").content.decode()))
    todo = {path for path in listed if path.startswith(start)} | known
    with translation.override(language):
        todo |= {reverse("archive-day", kwargs={"day": day_of(past)}) for past in past_days()}
        todo |= {meeting.get_absolute_url() for meeting in Meeting.objects.all()}
    found: dict[str, str] = {}
    seen: set[str] = set()
    while todo:
        seen.add(path := todo.pop())
        response = client.get(path)
        is_page = response.headers["Content-Type"].startswith("text/html")
        if response.status_code == 200 and is_page:
            found[path] = html_of(response)
            todo |= {link for link in LINK.findall(found[path]) if link.startswith(start)} - seen
        else:
            assert path not in listed, path
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_has_a_title_and_a_description_of_its_own_in_its_language(
    client: Client, language: str
) -> None:
    known = paths(language)
    add_what_looks_alike()
    pages = crawl(client, language, known)
    found = {path: (TITLE.findall(html), DESCRIPTION.findall(html)) for path, html in pages.items()}
    assert len(found) > 90
    assert {path: one for path, one in found.items() if [len(part) for part in one] != [1, 1]} == {}
    for part in (0, 1):
        alike = defaultdict(list)
        for path, one in found.items():
            alike[one[part][0]].append(path)
        assert {words: where for words, where in alike.items() if len(where) > 1} == {}
    other = next(code for code in LANGUAGES if code != language)
    titles = [unescape(one[0][0]) for one in found.values()]
    descriptions = [unescape(one[1][0]) for one in found.values()]
    assert [
        words for words in (*titles, *descriptions) if len(ONLY[other].findall(words)) > 1
    ] == []
    assert [words for words in descriptions if not 20 < len(words) <= 160] == []
    # What search engines read is the text that people see, not a second copy of it.
    assert [path for path, html in pages.items() if "application/ld+json" in html] == []
    hidden = re.compile(r"<meta[^>]* itemprop|itemprop[^>]* (?:hidden|content=)")
    assert [path for path, html in pages.items() if hidden.search(html)] == []


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
