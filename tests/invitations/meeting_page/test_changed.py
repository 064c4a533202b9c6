"""The page of a moved or cancelled meeting."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone

from notices.firm.days import BERLIN
from notices.safeguards.models import Safeguard
from tests.factories import (
    make_meeting,
)
from tests.invitations.meeting_page.reading import DAYS, held, page, ways

pytestmark = pytest.mark.django_db


class TestChanged:
    def test_a_moved_meeting_names_the_new_and_the_old_date(self, client: Client) -> None:
        start = datetime(timezone.now().year + 1, 6, 1, 18, 0, tzinfo=BERLIN)
        html = page(client, make_meeting(start, moved_from=start - 7 * DAYS))
        assert "The meeting has been moved to" in html
        assert "The old date was" in html
        assert f"25 May {start.year}" in html
        assert html.index("has been moved") < html.index("This applies to this meeting")
        assert "<title>Moved: " in html
        assert "<h1>Moved: " in html
        assert html.count("event.ics") == html.count("Update my calendar") == 1

    def test_a_cancelled_meeting_says_so_first_and_offers_no_way_to_join(
        self, client: Client, recording: Safeguard
    ) -> None:
        html = page(client, make_meeting(cancelled_at=timezone.now()))
        assert "The meeting is cancelled." in html
        assert re.search(r"<title>Cancelled: .* on .*</title>", html)
        assert "<h1>Cancelled: " in html
        assert re.search(r'<a class="btn" href="[^"]+ics">Delete the date from my calendar', html)
        assert "Save to my calendar" not in html
        assert ways(html) == []
        assert "030 111 111" in html

    def test_a_cancelled_meeting_never_took_place(
        self, client: Client, recording: Safeguard
    ) -> None:
        html = page(client, held(cancelled_at=timezone.now() - 8 * DAYS))
        assert "The meeting was cancelled." in html
        assert "took place" not in html
        assert "recorded then" not in html
