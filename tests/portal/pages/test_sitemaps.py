"""sitemap.xml lists every public page in both languages, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from notices.editions.models import Withdrawal
from tests.factories import make_edition, make_meeting, make_notice, make_question

pytestmark = pytest.mark.django_db

NAMES = {
    "map": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "xhtml": "http://www.w3.org/1999/xhtml",
}
PAGES = {
    "",
    "schutz/",
    "schutz/etikett/",
    "hinweise/",
    "fragen/",
    "treffen/",
    "archiv/",
    "kontakt/",
}


def entries(client: Client) -> dict[str, ElementTree.Element]:
    response = client.get("/sitemap.xml")
    assert response.status_code == 200
    root = ElementTree.fromstring(response.content)  # noqa: S314 - our own answer
    found = root.findall("map:url", NAMES)
    return {one.findtext("map:loc", "", NAMES): one for one in found}


def test_an_empty_portal_lists_its_fixed_pages(client: Client) -> None:
    found = entries(client)
    assert {path for path in found if "/de/" in path} == {
        f"http://testserver/de/{page}" for page in PAGES
    }
    assert len(found) == 2 * len(PAGES)


def test_every_entry_names_both_languages_and_pairs_are_mutual(client: Client) -> None:
    make_question("ohne-konto")
    make_edition(make_notice("videotreffen"))
    pairs = {}
    for path, entry in entries(client).items():
        links = entry.findall("xhtml:link", NAMES)
        pairs[path] = {link.get("hreflang"): link.get("href") for link in links}
    question = {
        "de": "http://testserver/de/fragen/ohne-konto-de/",
        "en": "http://testserver/en/questions/ohne-konto/",
    }
    assert pairs[question["de"]] == pairs[question["en"]] == question
    for path, pair in pairs.items():
        assert set(pair) == {"de", "en"}
        assert path in pair.values()
        assert all(pairs[str(other)] == pair for other in pair.values())


def test_every_listed_address_answers(client: Client) -> None:
    make_question("ohne-konto")
    for kind in ("privacy", "imprint", "easy"):
        make_edition(make_notice(kind, kind=kind))
    for address in entries(client):
        assert client.get(address.removeprefix("http://testserver")).status_code == 200, address


def test_only_notices_in_force_are_listed(client: Client) -> None:
    now = timezone.now()
    day = timedelta(days=1)
    make_edition(make_notice("current"), published_at=now - day)
    make_edition(make_notice("written"), status="draft")
    make_edition(make_notice("coming"), published_at=now, in_force_from=now + day)
    withdrawn = make_edition(make_notice("withdrawn"), published_at=now - day)
    Withdrawal.objects.create(edition=withdrawn, reason_de="Fehler")
    found = " ".join(entries(client))
    assert "/en/notices/current/" in found
    for missing in ("written", "coming", "withdrawn"):
        assert missing not in found


def test_a_notice_tells_since_when_its_text_stands(client: Client) -> None:
    long_ago = timezone.now().replace(hour=12) - timedelta(days=40)
    notice = make_notice("current")
    make_edition(notice, published_at=long_ago - timedelta(days=40))
    make_edition(notice, published_at=long_ago)
    entry = entries(client)["http://testserver/en/notices/current/"]
    assert entry.findtext("map:lastmod", "", NAMES) == f"{long_ago:%Y-%m-%d}"


def test_pages_with_live_states_claim_no_last_change(client: Client) -> None:
    make_question("ohne-konto")
    found = entries(client)
    for path in ("/de/", "/de/schutz/", "/de/fragen/ohne-konto-de/"):
        assert found[f"http://testserver{path}"].find("map:lastmod", NAMES) is None


def test_meetings_and_past_days_stay_out(client: Client) -> None:
    meeting = make_meeting()
    text = client.get("/sitemap.xml").content.decode()
    assert meeting.code not in text
    assert "/archiv/2" not in text


def test_the_firms_own_address_is_used(client: Client, settings: Settings) -> None:
    settings.BASE_URL = "https://portal.example.de"
    assert all(path.startswith("https://portal.example.de/") for path in entries(client))


def test_it_costs_the_same_for_many_notices(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(5):
        make_edition()
        make_question()
    with django_assert_max_num_queries(8):
        entries(client)


def test_it_is_only_read(client: Client) -> None:
    assert client.head("/sitemap.xml").status_code == 200
    assert client.post("/sitemap.xml").status_code == 405
