"""The meeting's page afterwards: what applied."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from notices.firm.days import BERLIN, day_of
from notices.invitations.models import Adjustment
from notices.safeguards.models import Safeguard
from tests.factories import (
    make_edition,
    make_meeting,
    make_notice,
    record_state,
)
from tests.invitations.meeting_page.reading import DAYS, held, page, ways

pytestmark = pytest.mark.django_db


class TestHeld:
    def test_the_title_says_it_took_place_and_joining_is_gone(
        self, client: Client, recording: Safeguard
    ) -> None:
        html = page(client, held())
        assert "took place</h1>" in html
        assert ways(html) == []
        assert "event.ics" not in html
        assert "Zoom receives:" not in html

    def test_answers_are_those_of_its_time_in_the_past_tense(
        self, client: Client, recording: Safeguard
    ) -> None:
        record_state(recording, "not_protected", at=timezone.now() - DAYS)
        html = page(client, held())
        assert "recorded then on." in html
        assert "recorded then off." not in html
        assert "recorded today" not in html

    def test_the_worst_during_the_meeting_counts(
        self, client: Client, recording: Safeguard
    ) -> None:
        meeting = held()
        record_state(recording, "not_protected", at=meeting.starts_at + timedelta(minutes=10))
        record_state(recording, "protected", at=meeting.starts_at + timedelta(minutes=20))
        html = page(client, meeting)
        assert re.search(r"<dd>\s*recorded then off\.", html)

    def test_its_own_weaker_setting_still_counts(
        self, client: Client, recording: Safeguard
    ) -> None:
        meeting = held()
        Adjustment.objects.create(
            meeting=meeting, safeguard=recording, value="off", reason_de="Grund", reason_en="Why"
        )
        html = page(client, meeting)
        assert "recorded then off." in html
        assert "Entered later, on" in html

    def test_before_the_first_record_it_says_so(self, client: Client, recording: Safeguard) -> None:
        html = page(client, make_meeting(timezone.now() - 200 * DAYS))
        began = day_of(timezone.now() - 100 * DAYS).isoformat()
        assert "We have no record for that day." in html
        assert f'Our records begin on <time datetime="{began}"' in html
        assert 'class="qa"' not in html

    def test_it_links_the_edition_in_force_then_not_the_one_of_today(self, client: Client) -> None:
        notice = make_notice("video", kind="privacy")
        make_edition(notice, in_force_from=timezone.now() - 30 * DAYS)
        make_edition(notice, in_force_from=timezone.now() - DAYS)
        html = page(client, held())
        assert re.search(r"\(edition 1\)\s*</a>, valid from ", html)
        assert 'href="/en/notices/video/edition/1/"' in html
        assert "(edition 2)" not in html

    def test_without_an_edition_then_it_says_so(self, client: Client) -> None:
        make_edition(make_notice(kind="privacy"))
        html = page(client, held())
        assert "There was no edition in this portal yet at that time." in html

    def test_on_the_same_day_it_thinks_of_meetings_that_take_longer(self, client: Client) -> None:
        meeting = make_meeting(datetime(2026, 12, 10, 18, 0, tzinfo=BERLIN))
        told = {}
        for hour in (19, 21, 24):
            moment = datetime(2026, 12, 10, tzinfo=BERLIN) + timedelta(hours=hour)
            with time_machine.travel(moment, tick=False):
                told[hour] = "take longer than planned" in page(client, meeting)
        assert told == {19: False, 21: True, 24: False}
