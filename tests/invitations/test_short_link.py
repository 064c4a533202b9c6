"""The printed link: any spelling, one redirect, the reader's language."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import translation

from notices.invitations.models import Meeting
from tests.factories import make_meeting
from tests.pages import html_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting() -> Meeting:
    return make_meeting(code="K0M1Q9XW2P")


@pytest.mark.parametrize("letter", ["t", "T"])
@pytest.mark.parametrize("typed", ["K0M1Q9XW2P", "k0m1q9xw2p", "KOMLQ9XW2P", "komiq9xw2p"])
@pytest.mark.parametrize("end", ["", "/"])
def test_one_step_leads_to_the_page(
    client: Client, meeting: Meeting, letter: str, typed: str, end: str
) -> None:
    response = client.get(f"/{letter}/{typed}{end}", headers={"accept-language": "en-GB"})
    assert response.status_code == 302
    assert response.headers["Location"] == "/en/meetings/k0m1q9xw2p/"
    assert client.get(response.headers["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("en-US,en;q=0.9,de;q=0.8", "en"), ("de-AT", "de"), ("tr,fr;q=0.5", "de"), ("", "de")],
)
def test_it_follows_the_language_of_the_browser_and_says_so_to_caches(
    client: Client, meeting: Meeting, accepted: str, language: str
) -> None:
    response = client.get(meeting.get_short_url(), headers={"accept-language": accepted})
    with translation.override(language):
        assert response.headers["Location"] == meeting.get_absolute_url()
    assert "Accept-Language" in response.headers["Vary"]
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert not response.cookies


def test_an_unknown_code_gets_the_page_with_answers_at_once(client: Client) -> None:
    response = client.get("/T/K7M4Q9XW2P", headers={"accept-language": "en"})
    html = html_of(response)
    assert response.status_code == 404
    assert "We cannot find this meeting." in html
    assert '/K7M4Q9XW2P/" lang="de"' in html


def test_it_answers_only_get_and_head(client: Client, meeting: Meeting) -> None:
    assert client.post(meeting.get_short_url()).status_code == 405
