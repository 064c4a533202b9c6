"""The page of one question: computed first sentence, permanent addresses."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from notices.faq.models import Question
from notices.safeguards.models import Safeguard
from tests.factories import (
    make_question,
    record_state,
)
from tests.faq.question_pages.reading import page

pytestmark = pytest.mark.django_db


class TestComputedSentence:
    def test_the_answer_begins_with_what_is_set_now(
        self, client: Client, led: Question, safeguard: Safeguard
    ) -> None:
        record_state(safeguard)
        html = page(client, "/en/questions/no-account/").split("<body")[1]
        assert "<p><b>account today on.</b></p>" in html
        assert html.index("account today on.") < html.index("Answer no-account.")
        record_state(safeguard, "not_protected")
        html = page(client, "/en/questions/no-account/")
        assert "<p><b>account today off.</b></p>" in html
        assert "account today on." not in html

    def test_it_adds_the_lock(self, client: Client, led: Question, safeguard: Safeguard) -> None:
        record_state(safeguard, lock="locked")
        html = page(client, "/en/questions/")
        assert "<b>account today on.</b>" in html
        assert "This is fixed for all meetings." in html

    def test_a_check_that_is_due_is_said(
        self, client: Client, led: Question, safeguard: Safeguard
    ) -> None:
        record_state(safeguard, at=timezone.now() - timedelta(days=11))
        html = page(client, "/en/questions/no-account/")
        assert "<b>Check due. We cannot confirm this right now.</b>" in html
        assert re.search(r"As of <time [^>]*>[^<]*</time>: account today on\.", html)
        assert 'class="state due"' in html

    def test_without_a_record_it_claims_nothing(self, client: Client, led: Question) -> None:
        html = page(client, "/en/questions/no-account/")
        assert "<b>We are entering our settings.</b>" in html
        assert "account today" not in html

    def test_the_states_it_depends_on_stand_below_with_word_and_date(
        self, client: Client, led: Question, safeguard: Safeguard
    ) -> None:
        record_state(safeguard, "not_protected")
        html = page(client, "/en/questions/no-account/")
        live = html[html.index('class="live"') :]
        assert "browser_join says off." in live
        assert "Not possible</span>" in live
        assert "checked on <time" in live


class TestOwnPage:
    def test_related_questions_are_linked(self, client: Client) -> None:
        question, other = make_question("phone"), make_question("browser")
        question.related.add(other)
        html = page(client, "/en/questions/phone/")
        assert '<a href="/en/questions/browser/">Question browser?</a>' in html

    def test_a_former_address_leads_on_for_ever(self, client: Client) -> None:
        question = make_question("phone")
        question.slug_en = "telephone"
        question.save()
        response = client.get("/en/questions/phone/")
        assert (response.status_code, response.headers["Location"]) == (
            301,
            "/en/questions/telephone/",
        )

    def test_the_address_in_the_other_language_leads_to_this_one(self, client: Client) -> None:
        question = make_question("phone")
        question.slug_de = "per-telefon"
        question.save()
        for old in ("per-telefon", "phone-de"):
            response = client.get(f"/en/questions/{old}/")
            assert response.status_code == 301
            assert response.headers["Location"] == "/en/questions/phone/"

    def test_the_language_link_leads_to_the_same_question(self, client: Client) -> None:
        make_question("phone")
        html = page(client, "/en/questions/phone/")
        assert re.search(r'class="lang" href="/de/\w+/phone-de/"', html)

    def test_an_unknown_address_is_not_found(self, client: Client) -> None:
        assert client.get("/en/questions/nothing/").status_code == 404

    def test_a_missing_english_answer_is_said_and_shown_in_german(self, client: Client) -> None:
        make_question("phone", answer_en="")
        html = page(client, "/en/questions/phone/")
        assert "This part is only available in German so far." in html
        assert '<div lang="de"><p>Antwort phone.</p>' in html

    def test_it_answers_only_get_and_head(self, client: Client) -> None:
        make_question("phone")
        for path in ("/en/questions/phone/", "/en/questions/"):
            assert client.head(path).status_code == 200
            assert client.post(path).status_code == 405


def test_it_can_be_passed_on_without_any_script(client: Client) -> None:
    make_question("phone", question_en="By phone & more?")
    html = page(client, "/en/questions/phone/")
    link = re.findall(r'href="(mailto:\?subject=[^"]+)"', html)
    assert link
    assert "By%20phone%20%26%20more%3F" in link[0]
    assert "&amp;body=http%3A%2F%2Ftestserver%2Fen%2Fquestions%2F" in link[0]


def test_it_names_no_day_before_somebody_reviewed_the_text(client: Client) -> None:
    question = make_question("asked", reviewed_on=None)
    html = client.get(question.get_absolute_url()).content.decode()
    assert "durchgesehen" not in html
    question.reviewed_on = date(2026, 11, 3)
    question.save()
    html = client.get(question.get_absolute_url()).content.decode()
    assert "Text zuletzt durchgesehen am" in html
    assert '<time datetime="2026-11-03"' in html
