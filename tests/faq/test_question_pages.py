"""Questions: computed first sentence, live states, permanent addresses, a search that forgets."""

from __future__ import annotations

import logging
import re
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.utils import timezone

from notices.editions.models import Withdrawal
from notices.faq.models import Question
from notices.firm.templatetags.lupe import day_words
from notices.safeguards.models import Safeguard
from tests.factories import (
    make_edition,
    make_notice,
    make_organisation,
    make_question,
    make_quick_answer,
    make_safeguard,
    make_topic,
    record_state,
)
from tests.pages import html_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def firm() -> None:
    make_organisation()


@pytest.fixture
def safeguard() -> Safeguard:
    return make_safeguard("browser_join", listed=False, max_age_days=10)


@pytest.fixture
def led(safeguard: Safeguard) -> Question:
    """Make a question whose first sentence is computed from one safeguard."""
    question = make_question("no-account", lead=make_quick_answer("account", safeguard))
    question.safeguards.add(safeguard)
    return question


class Structured(HTMLParser):
    """Read microdata as a machine does: the text inside each `name` and `text`."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.types: list[str] = []
        self.found: dict[str, list[str]] = {"name": [], "text": []}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if "itemtype" in values:
            self.types.append(str(values["itemtype"]))
        if tag not in {"meta", "link", "input", "br", "path", "use", "circle"}:
            self.open.append(values.get("itemprop") or "")
        if values.get("itemprop") in self.found:
            self.found[str(values["itemprop"])].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag not in {"path", "use", "circle"}:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        for prop, texts in self.found.items():
            if prop in self.open:
                texts[-1] += data + " "


def structured(html: str) -> list[tuple[str, str]]:
    """Return the questions and answers that a machine finds in the page."""
    read = Structured(html)
    assert read.types[0] == "https://schema.org/FAQPage"
    assert set(read.types[1:]) == {"https://schema.org/Question", "https://schema.org/Answer"}
    squeezed = [[" ".join(text.split()) for text in texts] for texts in read.found.values()]
    return list(zip(*squeezed, strict=True))


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return " ".join(html_of(response).split())


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


class TestSearchPage:
    def test_up_to_three_hits_show_whole_answers(self, client: Client) -> None:
        for number in range(3):
            make_question(f"camera-{number}", question_en=f"Camera {number}?")
        html = page(client, "/en/questions/?q=camera")
        assert "3 answers to “camera”" in html
        assert html.count("Answer camera-") == 3

    def test_more_hits_are_links(self, client: Client) -> None:
        for number in range(4):
            make_question(f"camera-{number}", question_en=f"Camera {number}?")
        html = page(client, "/en/questions/?q=camera")
        assert 'class="live"' not in html
        assert html.count('href="/en/questions/camera-') == 4
        assert html.count("<mark>Camera</mark>") == 4

    def test_a_hit_in_the_other_language_is_marked(self, client: Client) -> None:
        make_question("camera", question_de="Ist das Bild an?", answer_de="Nur das Bildchen.")
        html = page(client, "/en/questions/?q=bildchen")
        assert '<span lang="de">Ist das Bild an?</span>' in html
        assert "Found in the German text." in html
        assert '<div lang="de"><p>Nur das Bildchen.</p>' in html
        assert "only available in German" not in html

    def test_notices_in_force_and_safeguards_are_found_with_their_state_and_edition(
        self, client: Client
    ) -> None:
        safeguard = make_safeguard("lock", slug_en="lock", name_en="Zebra lock")
        record_state(safeguard)
        edition = make_edition(make_notice("stripes"), text_en="All about the zebra & <b>.")
        html = page(client, "/en/questions/?q=zebra")
        assert 'href="/en/safeguards/#lock"' in html
        assert "lock says on." in html
        assert "Protection on" in html
        assert 'href="/en/notices/stripes/"' in html
        assert "All about the <mark>zebra</mark> &amp;" in html
        assert "<b>." not in html
        assert "Edition 1, in force since" in html
        record_state(safeguard, "not_protected")
        html = page(client, "/en/questions/?q=zebra")
        assert "lock says off." in html
        assert "lock says on." not in html
        Withdrawal.objects.create(edition=edition, reason_de="Falsch", reason_en="Wrong")
        assert "/en/notices/stripes/" not in page(client, "/en/questions/?q=zebra")

    def test_an_index_that_is_behind_never_shows_what_no_longer_holds(self, client: Client) -> None:
        edition = make_edition(make_notice("stripes"), text_en="All about the zebra.")
        Withdrawal.objects.bulk_create(  # past the index
            [Withdrawal(edition=edition, reason_de="Falsch", reason_en="Wrong")]
        )
        assert "/en/notices/stripes/" not in page(client, "/en/questions/?q=zebra")

    def test_without_a_hit_it_offers_the_phone_and_all_groups(self, client: Client) -> None:
        make_question("phone")
        html = page(client, "/en/questions/?q=zebra")
        assert "We have no answer on that." in html
        assert "030 111 111" in html
        assert "<details " not in html
        anchors = re.findall(r'href="/en/questions/#([\w-]+)"', html)
        assert len(anchors) == 1
        assert f'id="{anchors[0]}"' in page(client, "/en/questions/")

    def test_an_empty_search_shows_the_questions(self, client: Client) -> None:
        make_question("phone")
        html = page(client, "/en/questions/?q=+")
        assert "We have no answer on that." not in html
        assert "noindex" not in html

    def test_results_stay_out_of_search_engines_and_the_query_out_of_referrers(
        self, client: Client
    ) -> None:
        response = client.get("/en/questions/?q=zebra")
        assert response.headers["X-Robots-Tag"] == "noindex"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert '<meta name="robots" content="noindex">' in html_of(response)
        assert "canonical" not in html_of(response)

    def test_the_query_is_shown_as_text_and_cut(self, client: Client) -> None:
        response = client.get("/en/questions/", {"q": "<script>alert(1)</script>" + "z" * 300})
        html = html_of(response)
        assert "<script>alert" not in html
        assert "z" * 201 not in html

    def test_the_language_link_searches_again(self, client: Client) -> None:
        html = page(client, "/en/questions/?q=zebra+%26+co")
        assert re.search(r'class="lang" href="/de/\w+/\?q=zebra\+%26\+co"', html)

    def test_the_query_is_not_logged_or_kept(
        self, client: Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.DEBUG):
            response = client.get("/en/questions/?q=zebra")
        mentions = [record for record in caplog.records if "zebra" in record.getMessage()]
        assert mentions == []
        assert not response.cookies


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
