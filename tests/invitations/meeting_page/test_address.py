"""The address of a meeting's page: kept to itself, and never a way into Zoom."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from notices.safeguards.models import Safeguard
from portal.starter.loading import load
from tests.factories import (
    make_meeting,
)
from tests.invitations.meeting_page.reading import held, page, path
from tests.pages import html_of

pytestmark = pytest.mark.django_db


class TestAddress:
    @pytest.mark.parametrize("language", ["de", "en"])
    def test_it_is_kept_from_search_engines_and_other_sites(
        self, client: Client, language: str
    ) -> None:
        response = client.get(path(make_meeting(), language))
        assert response.headers["X-Robots-Tag"] == "noindex"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert '<meta name="robots" content="noindex">' in html_of(response)
        assert not response.cookies

    def test_it_never_carries_a_way_into_zoom(self, client: Client) -> None:
        load()
        for meeting in (make_meeting(zoom_meeting_id_encrypted="81234567890"), held()):
            html = page(client, meeting)
            assert "zoom.us" not in html
            assert "81234567890" not in html
            assert not re.search(r'href="https?://(?!testserver)', html)

    def test_other_spellings_lead_to_the_canonical_one(self, client: Client) -> None:
        meeting = make_meeting(code="K0M1Q9XW2P")
        for typed in ("K0M1Q9XW2P", "kom1q9xw2p", "kOmlq9xw2p", "k0mi-q9xw-2p"):
            response = client.get(f"/en/meetings/{typed}/")
            assert response.status_code == 301
            assert response.headers["Location"] == path(meeting)
            assert response.headers["Referrer-Policy"] == "no-referrer"

    @pytest.mark.parametrize("code", ["k7m4q9xw2p", "kurz", "k7m4q9xw2u", "🙂" * 10])
    def test_an_unknown_code_says_what_applies_in_general(
        self, client: Client, recording: Safeguard, code: str
    ) -> None:
        response = client.get(f"/en/meetings/{code}/")
        html = html_of(response)
        assert response.status_code == 404
        assert "We cannot find this meeting." in html
        assert "recorded today on." in html
        assert "030 111 111" in html
        assert response.headers["X-Robots-Tag"] == "noindex"

    def test_it_answers_only_get_and_head(self, client: Client) -> None:
        address = path(make_meeting())
        assert client.head(address).status_code == 200
        assert client.post(address).status_code == 405
