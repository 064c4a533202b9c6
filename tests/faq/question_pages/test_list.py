"""The list of questions: permanent addresses, live states, data for search engines."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from notices.faq.models import Question
from notices.firm.templatetags.lupe import day_words
from notices.safeguards.models import Safeguard
from tests.factories import (
    make_question,
    make_topic,
    record_state,
)
from tests.faq.question_pages.reading import page, structured

pytestmark = pytest.mark.django_db


class TestList:
    def test_groups_come_in_order_and_only_the_first_question_is_open(self, client: Client) -> None:
        later, first = make_topic("later", position=2), make_topic("first", position=1)
        make_question("b", later)
        make_question("a", first, position=2)
        make_question("c", first, position=1)
        html = page(client, "/en/questions/")
        assert re.findall(r"Question (\w)\?</span></summary>", html) == ["c", "a", "b"]
        assert html.count("<details") == 3
        assert html.count("<details open ") == 1
        assert html.index("<details open ") < html.index("Question c?")

    def test_the_address_of_a_question_sits_inside_its_details(self, client: Client) -> None:
        make_question("no-account")
        html = page(client, "/en/questions/")
        assert re.search(r'</summary><div class="in" id="no-account">', html)
        assert not re.search(r"<summary>(?:(?!</summary>).)*<h\d", html)

    def test_a_group_leaves_its_anchor_to_a_question_of_the_same_name(self, client: Client) -> None:
        make_question("recording", make_topic("recording"))
        make_question("camera", make_topic("seeing"))
        html = page(client, "/en/questions/")
        assert html.count('id="recording"') == 1
        assert '<h2 id="seeing">' in html

    def test_each_answer_has_its_date_and_its_own_page(self, client: Client) -> None:
        make_question("phone")
        html = page(client, "/en/questions/")
        assert 'Text last reviewed on <time datetime="2026-11-01"' in html
        assert 'href="/en/questions/phone/"' in html

    def test_no_answer_is_needed_twice_per_question(
        self, client: Client, django_assert_max_num_queries: object
    ) -> None:
        topic = make_topic()
        for number in range(12):
            make_question(f"q{number}", topic)
        with django_assert_max_num_queries(20):  # type: ignore[operator]
            page(client, "/en/questions/")

    def test_links_of_the_other_language_and_old_ones_lead_to_the_answer_too(
        self, client: Client
    ) -> None:
        question = make_question("phone")
        question.slug_en = "telephone"
        question.save()
        make_question("phone-2", slug_de="browser", slug_en="phone-de")
        html = page(client, "/en/questions/")
        (answer,) = re.findall(r'<div class="in" id="telephone">(.*?)</details>', html)
        assert 'id="phone"' in answer
        # Taken by a question of its own: it must not stand twice.
        assert html.count('id="phone-de"') == 1
        assert 'id="phone-de"' not in answer
        german = page(client, "/de/fragen/")
        (answer,) = re.findall(r'<div class="in" id="phone-de">(.*?)</details>', german)
        assert 'id="telephone"' in answer


class TestStructuredData:
    """The visible elements carry the data themselves, so the two cannot differ."""

    def test_each_question_has_its_name_and_the_whole_answer(
        self, client: Client, led: Question, safeguard: Safeguard
    ) -> None:
        record_state(safeguard)
        make_question("phone", led.topic)
        for path, number in (("/en/questions/", 2), ("/en/questions/no-account/", 1)):
            found = structured(page(client, path))
            assert len(found) == number
            name, text = found[0]
            assert name == "Question no-account?"
            assert text == (
                "account today on. Answer no-account. browser_join says on. Possible "
                f"checked on {day_words(timezone.now())}"
            )

    def test_it_changes_with_the_state(
        self, client: Client, led: Question, safeguard: Safeguard
    ) -> None:
        record_state(safeguard, "not_protected")
        ((_name, text),) = structured(page(client, "/en/questions/"))
        assert text.startswith("account today off.")
        assert "Not possible" in text

    def test_results_of_a_search_are_no_list_of_questions(self, client: Client) -> None:
        make_question("phone")
        assert "itemprop" not in page(client, "/en/questions/?q=phone")
