"""An address that is almost right leads on in one redirect."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from django.test import Client

from tests.factories import (
    make_edition,
    make_meeting,
    make_notice,
    make_organisation,
    make_question,
    make_topic,
)

pytestmark = pytest.mark.django_db
CASES = Path(__file__).parent.parent / "lib" / "cases"
ENGLISH = {"accept-language": "en-GB"}
# What people and mail programs append.
SIGNS = [*".,);>\"'!:?", "“", "”", "»", "\xa0", "\u200b", "\ufeff", " "]


@pytest.fixture(autouse=True)
def rows() -> None:
    make_organisation()
    make_edition(make_notice("video", kind="privacy"))
    make_question("phone", make_topic("before"))
    make_meeting(code="K0M1Q9XW2P")


def lines(name: str) -> list[str]:
    text = (CASES / name).read_text(encoding="utf-8")
    return [line for line in text.split("-----\n", 1)[1].splitlines() if line]


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize(
    ("path", "end"),
    [
        ("/t/K0M1Q9XW2P", "/en/meetings/k0m1q9xw2p/"),
        ("/S", "/en/safeguards/"),
        ("/h", "/en/notices/video/"),
        ("/en/questions/phone/", "/en/questions/phone/"),
    ],
)
def test_a_sign_behind_an_address_is_forgiven(
    client: Client, sign: str, path: str, end: str
) -> None:
    response = client.get(path + quote(sign), headers=ENGLISH)
    assert (response.status_code, response.headers.get("Location")) == (302, end)
    assert client.get(end).status_code == 200


@pytest.mark.parametrize("path", lines("14-short-link-punctuation.txt"))
def test_the_ends_that_failed_once_lead_on(client: Client, path: str) -> None:
    response = client.get(path.replace("CODE", "K0M1Q9XW2P"), headers=ENGLISH)
    assert response.status_code == 302
    assert client.get(response.headers["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("path", "language", "end"),
    [
        ("/schutz/", "en-GB", "/en/safeguards/"),
        ("/schutz", "en-GB", "/en/safeguards/"),
        ("/Schutz.", "de", "/de/schutz/"),
        ("/fragen/", "en", "/en/questions/"),
        ("/hinweise/video-de/", "en-GB", "/en/notices/video/"),
        ("/notices/video/", "de", "/de/hinweise/video-de/"),
        ("/fragen/phone-de/", "en", "/en/questions/phone/"),
        ("/safeguards/", "tr", "/en/safeguards/"),
        ("/schutz/", "", "/de/schutz/"),
        ("/archiv/2026-03-12/", "en", "/en/archive/2026-03-12/"),
        ("/DE/schutz/", "en", "/de/schutz/"),
        ("/En/Safeguards", "de", "/en/safeguards/"),
        ("/schutz/?q=a", "en", "/en/safeguards/?q=a"),
    ],
)
def test_a_path_without_language_or_in_capitals_leads_there_at_once(
    client: Client, path: str, language: str, end: str
) -> None:
    response = client.get(path, headers={"accept-language": language})
    assert (response.status_code, response.headers.get("Location")) == (302, end)


@pytest.mark.parametrize("case", lines("19-path-without-language.txt")[:2])
def test_the_paths_that_failed_once_lead_on(client: Client, case: str) -> None:
    response = client.get(case.removeprefix("GET "), headers=ENGLISH)
    assert response.status_code == 302
    assert "Accept-Language" in response.headers["Vary"]
    assert client.get(response.headers["Location"]).status_code == 200


@pytest.mark.parametrize(
    "path", ["/nichts", "/fragen/nie-gestellt/", "/schutz//evil.example", "/en//evil.example/"]
)
def test_what_means_no_page_is_missing(client: Client, path: str) -> None:
    assert client.get(path, headers=ENGLISH).status_code == 404
