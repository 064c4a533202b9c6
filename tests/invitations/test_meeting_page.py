"""The meeting's page: how to join before, what applied afterwards, and never a way into Zoom."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone, translation

from notices.firm.days import BERLIN, day_of
from notices.invitations.models import Adjustment, Meeting, MeetingType
from notices.safeguards.models import Safeguard
from portal.starter.loading import load
from tests.factories import (
    make_edition,
    make_meeting,
    make_notice,
    make_organisation,
    make_quick_answer,
    make_safeguard,
    record_state,
)
from tests.pages import html_of

pytestmark = pytest.mark.django_db
ACCESS = (
    "browser_join",
    "phone_join",
    "join_without_end_to_end",
    "account_not_required",
    "phone_masked",
)
DAYS = timedelta(days=1)


@pytest.fixture(autouse=True)
def firm() -> None:
    make_organisation()


@pytest.fixture
def recording() -> Safeguard:
    """Make a protection from recording with its quick answer, on for 100 days."""
    safeguard = make_safeguard("cloud_recording", max_age_days=366)
    make_quick_answer("recorded", safeguard)
    record_state(safeguard, at=timezone.now() - 100 * DAYS)
    return safeguard


@pytest.fixture
def access() -> dict[str, Safeguard]:
    """Make the safeguards about joining, all on."""
    made = {key: make_safeguard(key, listed=False, max_age_days=366) for key in ACCESS}
    for safeguard in made.values():
        record_state(safeguard, at=timezone.now() - 100 * DAYS)
    return made


def path(meeting: Meeting, language: str = "en") -> str:
    with translation.override(language):
        return meeting.get_absolute_url()


def page(client: Client, meeting: Meeting, language: str = "en") -> str:
    response = client.get(path(meeting, language))
    assert response.status_code == 200
    return " ".join(html_of(response).replace("\xad", "").split())


def ways(html: str) -> list[str]:
    # A drawing stands before each name.
    without = re.sub(r"<svg .*?</svg>", "", html)
    return re.findall(r"<h3> ?(In the browser|By telephone|With the Zoom app)</h3>", without)


def held(**changes: object) -> Meeting:
    return make_meeting(timezone.now() - 7 * DAYS, **changes)


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


class TestWays:
    @pytest.fixture(autouse=True)
    def settings_on(self, access: dict[str, Safeguard]) -> None:
        self.access = access

    def test_browser_phone_app_in_this_order_with_what_zoom_receives(self, client: Client) -> None:
        html = page(client, make_meeting())
        assert ways(html) == ["In the browser", "By telephone", "With the Zoom app"]
        assert html.count("Zoom receives:") == 3
        assert "We cannot confirm this right now." not in html

    def test_a_way_the_meeting_does_not_offer_is_missing(self, client: Client) -> None:
        assert ways(page(client, make_meeting(phone=False))) == [
            "In the browser",
            "With the Zoom app",
        ]

    def test_a_way_switched_off_in_the_account_is_missing(self, client: Client) -> None:
        record_state(self.access["browser_join"], "not_protected")
        assert ways(page(client, make_meeting())) == ["By telephone", "With the Zoom app"]

    def test_a_way_switched_off_for_this_meeting_is_missing(self, client: Client) -> None:
        meeting = make_meeting()
        Adjustment.objects.create(
            meeting=meeting, safeguard=self.access["phone_join"], value="off", reason_de="Grund"
        )
        assert "By telephone" not in ways(page(client, meeting))
        assert "By telephone" in ways(page(client, make_meeting()))

    def test_full_encryption_leaves_the_app_and_names_alternatives(self, client: Client) -> None:
        record_state(self.access["join_without_end_to_end"], "not_protected")
        html = page(client, make_meeting())
        assert ways(html) == ["With the Zoom app"]
        assert "It admits neither the browser nor the telephone." in html
        assert "You can use the Zoom app or take part without video." in html

    def test_with_no_way_left_it_asks_to_call(self, client: Client) -> None:
        record_state(self.access["phone_join"], "not_protected")
        html = page(client, make_meeting(browser=False, app=False))
        assert ways(html) == []
        assert "No way to join is open right now." in html

    def test_a_check_that_is_due_shows_the_way_without_vouching_for_it(
        self, client: Client
    ) -> None:
        record_state(self.access["phone_join"], "unknown")
        html = page(client, make_meeting(browser=False, app=False))
        assert ways(html) == ["By telephone"]
        assert "We cannot confirm this right now." in html

    def test_forced_sign_in_changes_the_steps(self, client: Client) -> None:
        record_state(self.access["account_not_required"], "not_protected")
        html = page(client, make_meeting())
        assert "Without an account" not in html
        # Nobody has read here whether a password is asked for.
        steps = "Sign in with your Zoom account. Enter the password if Zoom asks for it."
        assert html.count(steps) == 2

    def test_an_open_phone_number_is_said(self, client: Client) -> None:
        assert "The others see only part of it." in page(client, make_meeting())
        record_state(self.access["phone_masked"], "not_protected")
        html = page(client, make_meeting())
        assert "The others may see all of it." in html
        assert "only part of it" not in html


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
