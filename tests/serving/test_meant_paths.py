"""An address that is almost right leads on in one redirect."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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


CODE = "/t/K0M1Q9XW2P"
MEETING = "/en/meetings/k0m1q9xw2p/"


@pytest.mark.parametrize(
    ("path", "end"),
    [
        # What mail programs and word processors leave of markup and encodings.
        *[(CODE + end, MEETING) for end in ["&gt;", "&quot;", "=20", "=0D", "%C2", ".html", "_"]],
        *[(CODE + end, MEETING) for end in ["%3C/a%3E", "%3Cbr%3E", "./", "/.", "/)/", "**", "…"]],
        # A code typed apart, run together, with its door in the wrong place or none.
        *[(f"/t/{code}", MEETING) for code in ["k0m1-q9xw-2p", "K0M1%20Q9XW%202P", "KOMIQ9XW2P."]],
        *[(path, MEETING) for path in ["/t//K0M1Q9XW2P", "//t/K0M1Q9XW2P", "/t/K0M1/Q9XW2P"]],
        *[(path, MEETING) for path in ["/tK0M1Q9XW2P", "/t-K0M1Q9XW2P", "/K0M1Q9XW2P"]],
        ("/%20T/K0M1Q9XW2P", MEETING),
        ("/EN/T/K0M1Q9XW2P.", MEETING),
        ("/de/t/KOM1Q9XW2P", "/de/treffen/k0m1q9xw2p/"),
        ("/treffen/KOMIQ9XW2P.", MEETING),
        ("/de/treffen/K0M1-Q9XW2P", "/de/treffen/k0m1q9xw2p/"),
        ("/DE/TREFFEN/K0M1Q9XW2P/", "/de/treffen/k0m1q9xw2p/"),
        # The other doors.
        *[(path, "/en/safeguards/") for path in ["/s_", "/s./", "/s//", "/s&gt;", "/%20s", "/S/)"]],
        ("/de/s", "/de/schutz/"),
        ("/EN/H.", "/en/notices/video/"),
        # Pages: blanks, invisible signs and slashes anywhere, regions, the name of a file.
        *[(f"/schutz{end}", "/en/safeguards/") for end in ["//", "/%20", "&gt;", ".html", "_"]],
        *[(path, "/en/safeguards/") for path in ["/sch%C2%ADutz/", "/%E2%80%8Bschutz"]],
        ("/SCHUTZ/ETIKETT", "/en/safeguards/label/"),
        ("/de//schutz/", "/de/schutz/"),
        ("/de-DE/schutz/", "/de/schutz/"),
        ("/en_gb/schutz", "/en/safeguards/"),
        ("/index.html", "/en/"),
        ("/de/index.html", "/de/"),
        ("/DE", "/de/"),
        ("/archiv/2026-3-12", "/en/archive/2026-03-12/"),
        ("/hinweise/video-de/fassung/1.", "/en/notices/video/edition/1/"),
        ("/aenderungen.ics.", "/en/changes.ics"),
        # Words and slug of another language than the one that is named.
        ("/en/hinweise/video-de/", "/en/notices/video/"),
        ("/de/fragen/phone/", "/de/fragen/phone-de/"),
        ("/EN/Schutz", "/en/safeguards/"),
    ],
)
def test_others_of_the_kind_lead_to_the_page_in_exactly_one_redirect(
    client: Client, path: str, end: str
) -> None:
    response = client.get(path, headers=ENGLISH)
    assert response.status_code in (301, 302)
    assert response.headers["Location"] == end
    assert client.get(end).status_code == 200


ADDED = st.lists(
    st.sampled_from([*SIGNS, "/", "_", "*", "…", "&gt;", "=20", "</a>", "\xad", "\u2060"]),
    max_size=4,
).map("".join)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(
        [
            ("t/K0M1Q9XW2P", MEETING),
            ("s", "/en/safeguards/"),
            ("h", "/en/notices/video/"),
            ("schutz", "/en/safeguards/"),
            ("en/fragen/phone-de", "/en/questions/phone/"),
            ("treffen/k0m1q9xw2p", MEETING),
        ]
    ),
    st.sampled_from(["", " ", "\u200b", "„", "("]),
    ADDED,
    st.sampled_from([str.lower, str.upper, str.title]),
)
def test_whatever_is_added_around_an_address_it_leads_there_at_once(
    meant: tuple[str, str], before: str, after: str, case: Callable[[str], str]
) -> None:
    path, end = meant
    typed = "/" + quote(before + case(path) + after)
    response = Client().get(typed, headers=ENGLISH)
    assert response.headers.get("Location") == end, typed


@pytest.mark.parametrize("case", lines("19-path-without-language.txt")[:2])
def test_the_paths_that_failed_once_lead_on(client: Client, case: str) -> None:
    response = client.get(case.removeprefix("GET "), headers=ENGLISH)
    assert response.status_code == 302
    assert "Accept-Language" in response.headers["Vary"]
    assert client.get(response.headers["Location"]).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/nichts",
        "/fragen/nie-gestellt/",
        "/schutz//evil.example",
        "/en//evil.example/",
        "/K0M1Q9XW2Q",
    ],
)
def test_what_means_no_page_is_missing(client: Client, path: str) -> None:
    assert client.get(path, headers=ENGLISH).status_code == 404
