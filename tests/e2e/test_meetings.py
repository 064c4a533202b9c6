"""J1 and J3 on the page of a meeting: both languages, script on and off, whatever has happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from notices.firm.days import day_of
from notices.invitations.models import Adjustment, Meeting, MeetingFinding
from notices.invitations.retention import erase_due
from notices.safeguards.models import Safeguard
from tests.e2e.conftest import Visit
from tests.e2e.looking import violations
from tests.factories import make_meeting

pytestmark = pytest.mark.usefixtures("site")

Tab = Callable[..., Visit]
LANGUAGES = ["de", "en"]
SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)
WAYS = {
    "de": ["Mit dem Browser", "Mit dem Telefon", "Mit der Zoom-App"],
    "en": ["In the browser", "By telephone", "With the Zoom app"],
}
WORDS = {
    "de": {
        "recorded": "Wird aufgezeichnet?",
        "calendar": "Termin im Kalender speichern",
        "receives": "Zoom erhält:",
        "no video": "Sie möchten nicht per Video teilnehmen?",
        "proxy": "Vollmacht",
        "own": "So ist dieses Treffen eingestellt.",
        "weaker": "Eine Aufzeichnung startet von selbst.",
        "shut": "Sie lässt weder Browser noch Telefon zu.",
        "cancelled": "Das Treffen fällt aus.",
        "moved": "Das Treffen wurde verschoben auf den",
        "held": "hat stattgefunden",
        "unknown": "Dieses Treffen finden wir nicht.",
    },
    "en": {
        "recorded": "Is it recorded?",
        "calendar": "Save to my calendar",
        "receives": "Zoom receives:",
        "no video": "Would you rather not take part by video?",
        "proxy": "proxy",
        "own": "This is how this meeting is set.",
        "weaker": "A recording starts by itself.",
        "shut": "It admits neither the browser nor the telephone.",
        "cancelled": "The meeting is cancelled.",
        "moved": "The meeting has been moved to",
        "held": "took place",
        "unknown": "We cannot find this meeting.",
    },
}


def scan(open_tab: Tab, meeting: Meeting, language: str, *, script: bool = True) -> Visit:
    """Follow the QR code of a meeting with a phone in `language`."""
    locale = {"de": "de-DE", "en": "en-GB"}[language]
    visit = open_tab(locale=locale, java_script_enabled=script)
    visit.go(f"/T/{meeting.code}")
    return visit


def text(page: Page) -> str:
    return page.locator("main").inner_text().replace("\xad", "")


def found(meeting: Meeting, *deviations: str, end_to_end: bool | None = None) -> None:
    now = timezone.now()
    MeetingFinding.objects.create(
        meeting=meeting,
        seen_at=now - timedelta(hours=1),
        valid_until=now + timedelta(days=1),
        deviations=list(deviations),
        end_to_end=end_to_end,
    )


@SCRIPT
@LANGUAGE
def test_j1_from_the_scan_to_everything_in_one_step(
    open_tab: Tab, language: str, script: bool
) -> None:
    words = WORDS[language]
    visit = scan(open_tab, make_meeting(), language, script=script)
    page = visit.page
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("dl.qa > div").count() == 4
    # Before the question stands its state, for those who hear the page.
    assert page.locator("dl.qa dt").first.inner_text().strip().endswith(words["recorded"])
    assert page.get_by_role("link", name=words["calendar"]).is_visible()
    assert page.locator("form, dialog").count() == 0
    visit.assert_calm()


@SCRIPT
@LANGUAGE
def test_j3_ways_in_order_with_few_steps_and_without_video(
    open_tab: Tab, language: str, script: bool
) -> None:
    words = WORDS[language]
    page = scan(open_tab, make_meeting(), language, script=script).page
    ways = page.locator(".ways .card")
    assert ways.locator("h3").all_inner_texts() == WAYS[language]
    for way in ways.all():
        assert 1 <= way.locator("ol li").count() <= 4
        assert words["receives"] in way.inner_text()
    box = page.locator("section.box", has_text=words["no video"])
    assert words["proxy"] in box.inner_text()
    assert {"de": "Gemeindesaal", "en": "Community hall"}[language] in box.inner_text()
    assert box.locator('a[href^="tel:"]').is_visible()


@LANGUAGE
def test_j3_full_encryption_of_the_meeting_leaves_the_app_and_says_why(
    open_tab: Tab, language: str
) -> None:
    meeting = make_meeting()
    found(meeting, end_to_end=True)
    page = scan(open_tab, meeting, language, script=False).page
    assert page.locator(".ways h3").all_inner_texts() == WAYS[language][2:]
    assert WORDS[language]["shut"] in text(page)


@LANGUAGE
def test_its_own_settings_are_shown_with_what_deviates(open_tab: Tab, language: str) -> None:
    meeting = make_meeting()
    Adjustment.objects.create(
        meeting=meeting,
        safeguard=Safeguard.objects.get(key="waiting_room"),
        value="off",
        reason_de="Viele kommen zugleich.",
        reason_en="Many arrive at once.",
    )
    found(meeting, "auto_recording", "waiting_room")
    visit = scan(open_tab, meeting, language)
    assert WORDS[language]["own"] in text(visit.page)
    assert WORDS[language]["weaker"] in text(visit.page)
    assert {"de": "Viele kommen zugleich.", "en": "Many arrive at once."}[language] in text(
        visit.page
    )
    width = visit.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 360
    visit.assert_calm()


@LANGUAGE
def test_moved_cancelled_held_unknown_and_erased_each_lead_on(open_tab: Tab, language: str) -> None:
    words, now = WORDS[language], timezone.now()
    moved = make_meeting(moved_from=now + timedelta(days=3))
    cancelled = make_meeting(cancelled_at=now)
    held = make_meeting(now - timedelta(hours=3))
    long_ago = make_meeting(now - timedelta(days=900))
    assert erase_due() == 1
    assert words["moved"] in text(scan(open_tab, moved, language).page)
    page = scan(open_tab, cancelled, language).page
    assert words["cancelled"] in text(page)
    assert page.locator(".ways").count() == 0
    page = scan(open_tab, held, language).page
    assert words["held"] in page.locator("h1").inner_text().replace("\xad", "")
    assert page.locator(".ways").count() == 0
    page = scan(open_tab, long_ago, language).page
    assert day_of(long_ago.starts_at).isoformat() in page.url
    visit = scan(open_tab, Meeting(code="ZZZZZZZZZZ"), language)
    assert visit.status == 404
    assert words["unknown"] in text(visit.page)
    assert visit.page.locator('a[href^="tel:"]').first.is_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_where_a_meeting_deviates(open_tab: Tab, theme: str) -> None:
    ahead, past = make_meeting(language="de-en"), make_meeting(timezone.now() - timedelta(hours=5))
    for meeting in (ahead, past):
        MeetingFinding.objects.create(
            meeting=meeting,
            seen_at=meeting.starts_at - timedelta(days=8),
            valid_until=meeting.starts_at,
            deviations=["auto_recording", "join_before_host"],
        )
    for meeting in (ahead, past):
        visit = open_tab(color_scheme=theme, bypass_csp=True)
        visit.go(meeting.get_absolute_url())
        assert violations(visit.page) == []
