"""The page of a search: whole answers, and nothing that anybody typed is kept."""

from __future__ import annotations

import logging
import re

import pytest
from django.test import Client

from notices.editions.models import Withdrawal
from tests.factories import (
    make_edition,
    make_notice,
    make_question,
    make_safeguard,
    record_state,
)
from tests.faq.question_pages.reading import page
from tests.pages import html_of

pytestmark = pytest.mark.django_db


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
