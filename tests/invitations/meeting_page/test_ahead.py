"""The meeting's page before it begins and while it runs: what is set, and how to join."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from notices.firm.days import BERLIN, day_of
from notices.invitations.models import Adjustment, MeetingType
from notices.safeguards.models import Safeguard
from tests.factories import (
    make_edition,
    make_meeting,
    make_notice,
    make_quick_answer,
    make_safeguard,
    record_state,
)
from tests.invitations.meeting_page.reading import DAYS, page, path, ways
from tests.pages import html_of

pytestmark = pytest.mark.django_db


class TestAhead:
    def test_it_names_meeting_day_and_time_in_both_languages(self, client: Client) -> None:
        year = timezone.now().year + 1
        start = datetime(year, 12, 10, 18, 0, tzinfo=BERLIN)
        meeting = make_meeting(start)
        english = page(client, meeting)
        assert f'Owners’ meeting on <time datetime="{year}-12-10"' in english
        assert "18:00 to about 20:00" in english
        german = page(client, meeting, "de")
        assert f'<time datetime="{year}-12-10" class="nw">10. Dezember {year}</time>' in german
        assert "18 bis etwa 20 Uhr" in german

    def test_long_german_words_may_be_parted(self, client: Client) -> None:
        html = html_of(client.get(path(make_meeting(), "de")))
        assert "Eigentümer\xadversammlung" in html
        assert "<title>Eigentümerversammlung" in html.replace("\n", "")

    def test_it_shows_the_answers_of_now(self, client: Client, recording: Safeguard) -> None:
        assert "recorded today on." in page(client, make_meeting())
        record_state(recording, "not_protected")
        html = page(client, make_meeting())
        assert "recorded today off." in html
        assert "recorded today on." not in html

    def test_it_says_that_the_account_is_shown_and_when_it_was_checked(
        self, client: Client, recording: Safeguard
    ) -> None:
        html = page(client, make_meeting())
        assert "This is how our Zoom account is set." in html
        checked = day_of(timezone.now() - 100 * DAYS).isoformat()
        assert f'Last checked on <time datetime="{checked}"' in html

    def test_a_weaker_setting_of_this_meeting_counts_with_its_reason(
        self, client: Client, recording: Safeguard
    ) -> None:
        meeting = make_meeting()
        Adjustment.objects.create(
            meeting=meeting,
            safeguard=recording,
            value="off",
            reason_de="Die Versammlung will es.",
            reason_en="The owners want it.",
        )
        html = page(client, meeting)
        assert "recorded today off." in html
        assert "The owners want it." in html
        assert "recorded today on." in page(client, make_meeting())

    def test_without_a_browser_it_does_not_say_that_one_is_enough(self, client: Client) -> None:
        browser = make_safeguard("browser_join", listed=False)
        make_quick_answer("account", browser)
        record_state(browser)
        assert "account today on." in page(client, make_meeting())
        html = page(client, make_meeting(browser=False))
        assert "account today off." in html
        assert "account today on." not in html

    def test_a_reason_without_english_is_marked_as_german(
        self, client: Client, recording: Safeguard
    ) -> None:
        meeting = make_meeting()
        Adjustment.objects.create(
            meeting=meeting, safeguard=recording, value="off", reason_de="Ein Grund."
        )
        assert '<span lang="de">Ein Grund.</span>' in page(client, meeting)

    def test_without_any_record_it_claims_nothing(self, client: Client) -> None:
        html = page(client, make_meeting())
        assert "We are entering our settings." in html
        assert 'class="qa"' not in html
        assert html.count("We cannot confirm this right now.") == 3

    def test_it_links_the_edition_in_force(self, client: Client) -> None:
        notice = make_notice("video", kind="privacy")
        make_edition(notice)
        html = page(client, make_meeting())
        assert "(edition 1)" in html
        assert 'href="/en/notices/video/"' in html

    def test_only_owners_meetings_mention_a_proxy(self, client: Client) -> None:
        viewing = MeetingType.objects.create(key="viewing", name_de="Besichtigung")
        assert "your proxy" in page(client, make_meeting())
        assert "your proxy" not in page(client, make_meeting(type=viewing))

    def test_a_meeting_without_place_offers_none(self, client: Client) -> None:
        html = page(client, make_meeting(place_de="", place_en=""))
        assert "come in person" not in html
        assert "030 111 111" in html


class TestOnTheDay:
    def test_it_says_today_and_from_when_people_are_let_in(self, client: Client) -> None:
        start = datetime(2026, 12, 10, 18, 0, tzinfo=BERLIN)
        meeting = make_meeting(start)
        said = {}
        for hours in (-19, -17, -1, 1):
            with time_machine.travel(start + timedelta(hours=hours), tick=False):
                html = page(client, meeting)
                said[hours] = ("The meeting is today." in html, "The meeting has begun." in html)
                assert ("<b>The meeting is today.</b> We let you in from 17:45." in html) is (
                    hours in (-17, -1)
                )
        assert said == {
            -19: (False, False),
            -17: (True, False),
            -1: (True, False),
            1: (False, True),
        }

    def test_a_cancelled_one_is_not_today(self, client: Client) -> None:
        start = datetime(2026, 12, 10, 18, 0, tzinfo=BERLIN)
        meeting = make_meeting(start, cancelled_at=start - 3 * DAYS)
        with time_machine.travel(start - timedelta(hours=1), tick=False):
            assert "The meeting is today." not in page(client, meeting)


class TestRunning:
    def test_it_says_so_first_and_names_no_time_that_is_past(
        self, client: Client, recording: Safeguard, access: dict[str, Safeguard]
    ) -> None:
        start = datetime(2026, 12, 10, 18, 0, tzinfo=BERLIN)
        meeting = make_meeting(start, moved_from=start - 7 * DAYS)
        with time_machine.travel(start + timedelta(minutes=20), tick=False):
            html = page(client, meeting)
        assert "<title>Going on now: " in html
        assert "<h1>Going on now: " in html
        assert 'href="#join">Join now: the link is in your invitation</a>' in html
        assert 'id="join"' in html
        assert re.findall(r"\b1[78]:\d\d", html.split("</h1>")[1].split("Learn more")[0]) == []
        assert "event.ics" not in html

    def test_it_still_says_how_to_join_and_what_is_set_now(
        self, client: Client, recording: Safeguard, access: dict[str, Safeguard]
    ) -> None:
        meeting = make_meeting(timezone.now() - timedelta(hours=1))
        html = page(client, meeting)
        assert ways(html) == ["In the browser", "By telephone", "With the Zoom app"]
        assert "recorded today on." in html
        assert "took place" not in html
        assert "If anything changes before the meeting" not in html
