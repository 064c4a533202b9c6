"""Readers meet a community on the pages of its meetings and nowhere else."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from notices.invitations.models import Meeting
from tests.factories import make_community, make_meeting, make_resolution
from tests.pages import LANGUAGES, PAGES, page_path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter"), pytest.mark.thorough]

NAME, STREET = "Xylophonhof", "Zitherweg"
MACHINES = (
    *("/sitemap.xml", "/de/aenderungen.atom", "/en/changes.atom", "/api/safeguards.json"),
    *("/robots.txt", "/.well-known/security.txt", "/de/aenderungen.ics", "/en/changes.ics"),
    *("/api/openapi.json", "/healthz", "/readyz", "/metrics", "/T/0123456789", "/gibt-es-nicht/"),
    *(f"/de/fragen/?q={NAME}", f"/en/questions/?q={NAME}", f"/de/treffen/?code={NAME}"),
)


@pytest.fixture
def community() -> None:
    one = make_community(name=f"GdWE {NAME} 1", street=f"{STREET} 1")
    make_resolution(one)
    ends = timezone.now() - timedelta(days=3)
    coming = Meeting.objects.upcoming().get()
    coming.community = one
    coming.save()
    make_meeting(starts_at=ends, community=one)


@pytest.mark.usefixtures("community")
def test_no_page_feed_sitemap_search_or_api_names_a_community(client: Client) -> None:
    pages = [page_path(name, code) for name in PAGES - {"meeting-detail"} for code in LANGUAGES]
    for address in (*pages, *MACHINES):
        content = client.get(address, follow=True).content.decode()
        # What was searched for stands in the field again.
        said = content.replace(f'value="{NAME}"', "").replace(f"„{NAME}“", "")
        said = said.replace(f"“{NAME}”", "").replace(f"q={NAME}", "")
        assert NAME not in said, address
        assert STREET not in content, address


@pytest.mark.usefixtures("community")
def test_no_block_for_other_sites_and_no_error_page_names_a_community(settings: Any) -> None:
    said = StringIO()
    call_command("embed", "--address", "https://portal.example", stdout=said)
    call_command("embed", "--label", "--address", "https://portal.example", stdout=said)
    call_command("write_error_pages", stdout=said)
    pages = list(Path(settings.ERROR_PAGES_DIR).glob("*.html"))
    assert pages
    for text in (said.getvalue(), *(page.read_text("utf-8") for page in pages)):
        assert NAME not in text
        assert STREET not in text
