"""The ways to join on the meeting's page."""

from __future__ import annotations

import pytest
from django.test import Client

from notices.invitations.models import Adjustment
from notices.safeguards.models import Safeguard
from tests.factories import (
    make_meeting,
    record_state,
)
from tests.invitations.meeting_page.reading import page, ways

pytestmark = pytest.mark.django_db


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
