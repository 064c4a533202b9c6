"""The page of a meeting of each kind: its own words, readable on a phone and on a desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import translation

from notices.invitations.models import MeetingType
from tests.e2e.conftest import Visit
from tests.e2e.looking import Theme, faults_at
from tests.factories import make_community, make_meeting, make_resolution

pytestmark = pytest.mark.usefixtures("site")

KINDS = ("owners_meeting", "advisory_board", "receipts", "tenant_consultation", "viewing")


@pytest.mark.parametrize(
    ("language", "phone", "desk"), [("de", "light", "dark"), ("en", "dark", "light")]
)
def test_it_shows_the_answers_of_its_kind(
    open_tab: Callable[..., Visit], language: str, phone: Theme, desk: Theme
) -> None:
    community = make_community()
    make_resolution(community)
    visit = open_tab(java_script_enabled=True)
    for key in KINDS:
        kind = MeetingType.objects.get(key=key)
        ways = {way: getattr(kind, way) for way in ("browser", "phone", "app")}
        meeting = make_meeting(type=kind, community=community, place_de="", place_en="", **ways)
        with translation.override(language):
            page = visit.go(meeting.get_absolute_url())
        box = page.locator("section:has(#kind)")
        answers = [one.strip() for one in box.locator("dl dd").all_inner_texts()]
        assert 2 <= len(answers) <= 3, key
        assert all(len(one) > 3 for one in answers), key
        assert page.locator(".ways .card").count() == sum(ways.values()), key
        assert faults_at(page, {phone: 360, desk: 1280}) == [], key
    visit.assert_calm()
