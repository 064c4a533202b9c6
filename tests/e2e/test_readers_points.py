"""What readers can rely on, on real screens: widths, colours, links to proof, codes, phases.

One tab visits many pages; everything is done with script switched off where people do it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

import pytest
import vobject
from django.utils import timezone, translation

from notices.invitations.models import Meeting
from notices.safeguards.models import Safeguard
from tests.e2e.conftest import Visit
from tests.e2e.looking import unfold, widths
from tests.factories import make_meeting, record_state
from tests.pages import LANGUAGES, PAGES, page_path

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.browser]

Tab = Callable[..., Visit]
LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)
SCREENS = (320, 360, 768, 1280)
ATOM = "{http://www.w3.org/2005/Atom}"


@LANGUAGE
def test_every_page_fits_every_screen(open_tab: Tab, language: str) -> None:
    visit = open_tab(java_script_enabled=True)
    too_wide = []
    for name in sorted(PAGES):
        page = visit.go(page_path(name, language))
        unfold(page)
        for width in SCREENS:
            page.set_viewport_size({"width": width, "height": 640})
            scrolled, room = widths(page)
            if scrolled > room:
                too_wide.append((name, width, scrolled))
    assert too_wide == []
    visit.assert_calm()


@LANGUAGE
def test_answers_tally_and_what_is_off_lead_to_what_proves_them(
    open_tab: Tab, language: str
) -> None:
    off = Safeguard.objects.get(key="waiting_room")
    record_state(off, "not_protected")
    record_state(
        Safeguard.objects.get(key="camera_at_start"),
        lock="unlocked",
        users_read=9,
        users_differing=1,
    )
    visit = open_tab(java_script_enabled=False)
    for name in ("page-home", "safeguard-list", "meeting-detail"):
        path = page_path(name, language)
        page = visit.go(path)
        answers = page.locator("dl.qa a")
        assert answers.count() == 4, name
        pills = page.locator(".now a[href*='#'], .card a[href*='#']")
        named = [one.get_attribute("href") or "" for one in pills.all()]
        slug = off.slug_de if language == "de" else off.slug_en
        if name != "meeting-detail":
            # Named with a link, not only counted.
            assert any(one.endswith(f"#{slug}") for one in named), (name, named)
        for link in {*named, *(one.get_attribute("href") or "" for one in answers.all())}:
            _leads_to_its_place(visit, path, link)


def _leads_to_its_place(visit: Visit, path: str, link: str) -> None:
    parts = urlsplit(link)
    answer = visit.page.request.get(visit.site + (parts.path or path))
    assert answer.status == 200, link
    if parts.fragment:
        assert f'id="{parts.fragment}"' in answer.text(), link


@LANGUAGE
@pytest.mark.parametrize("name", ["page-home", "meeting-find"])
def test_a_code_typed_by_a_stranger_leads_to_the_meeting(
    open_tab: Tab, language: str, name: str
) -> None:
    path = page_path(name, language)
    meeting = make_meeting(code="K0M1Q9XW2P")
    visit = open_tab(java_script_enabled=False, locale="de-DE" if language == "de" else "en-GB")
    for typed in ("„komi q9xw 2p.“", "Code: K0Ml-Q9XW-2P"):
        page = visit.go(path)
        page.get_by_role("textbox", name=re.compile("Code")).fill(typed)
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(meeting.code.lower()))
        assert page.locator("html").get_attribute("lang") == language
    page = visit.go(path)
    page.get_by_role("textbox", name=re.compile("Code")).fill("ZZZZZZZZZZ")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    # The field stands there again, with what was typed.
    assert page.get_by_role("textbox", name=re.compile("Code")).input_value() == "ZZZZZZZZZZ"
    assert page.locator('main a[href^="tel:"]').first.is_visible()


PHASES = {
    "cancelled": {
        "de": ("fällt aus", "löschen"),
        "en": ("cancelled", "Delete the date from my calendar"),
    },
    "moved": {"de": ("verschoben", "ändern"), "en": ("moved", "Update my calendar")},
    "running": {"de": ("läuft", "steht in Ihrer Einladung"), "en": ("now", "in your invitation")},
}


@LANGUAGE
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_meeting_that_is_not_as_planned_says_so_first(
    open_tab: Tab, language: str, theme: str
) -> None:
    now = timezone.now()
    meetings = {
        "cancelled": make_meeting(cancelled_at=now),
        "moved": make_meeting(moved_from=now + timedelta(days=3)),
        "running": make_meeting(now - timedelta(minutes=5)),
    }
    visit = open_tab(color_scheme=theme, java_script_enabled=False)
    for phase, meeting in meetings.items():
        word, act = PHASES[phase][language]
        page = visit.go(_address(meeting, language))
        main = " ".join(page.locator("main").inner_text().replace("\xad", "").split())
        assert word.casefold() in main[:400].casefold(), (phase, main[:400])
        assert act in main, phase
        if phase != "running":
            assert word.casefold() in page.title().casefold(), phase
        else:
            # No time that is past: since when one is let in.
            assert not re.search(r"(?:ab|from) \d{1,2}:\d\d", main)


def _address(meeting: Meeting, language: str) -> str:
    with translation.override(language):
        return str(meeting.get_absolute_url())


@LANGUAGE
def test_changes_can_be_followed_with_any_program(open_tab: Tab, language: str) -> None:
    safeguard = Safeguard.objects.get(key="waiting_room")
    record_state(safeguard, "not_protected", at=timezone.now() - timedelta(days=2))
    visit = open_tab(java_script_enabled=False)
    page = visit.go(page_path("archive-list", language))
    feed = page.locator("main a[href$='.atom']").first.get_attribute("href") or ""
    # Our own file.
    tree = ElementTree.fromstring(  # noqa: S314
        page.request.get(visit.site + urlsplit(feed).path).text()
    )
    assert tree.tag == f"{ATOM}feed"
    for needed in ("id", "title", "updated"):
        assert tree.findtext(f"{ATOM}{needed}")
        assert all(entry.findtext(f"{ATOM}{needed}") for entry in tree.iter(f"{ATOM}entry"))
    calendar = page.locator("main a[href^='webcal:']").first.get_attribute("href") or ""
    answer = page.request.get(visit.site + urlsplit(calendar).path)
    assert answer.headers["content-type"].startswith("text/calendar")
    events = vobject.readOne(answer.text()).vevent_list
    assert len(events) >= 1
    assert all(one.uid.value and one.summary.value and one.dtstamp.value for one in events)


@LANGUAGE
def test_pages_are_passed_on_and_printed_without_script(open_tab: Tab, language: str) -> None:
    visit = open_tab(java_script_enabled=False)
    for name in ("safeguard-list", "question-detail", "notice-detail", "archive-day"):
        page = visit.go(page_path(name, language))
        share = page.locator('main a[href^="mailto:?"]').first
        assert share.is_visible(), name
        path = quote(page_path(name, language), safe="")
        assert path in (share.get_attribute("href") or ""), name
        assert re.search("Drucken|Print", page.locator("main").inner_text()), name


@LANGUAGE
def test_numbers_are_links_and_columns_stand_apart(open_tab: Tab, language: str) -> None:
    visit = open_tab(java_script_enabled=False)
    page = visit.go(page_path("page-contact", language))
    words = page.locator("main").inner_text()
    links = page.locator('main a[href^="tel:"]').all_inner_texts()
    for number in re.findall(r"\b0\d{2,4}[ /]\d[\d ]{4,}\d", words):
        assert number in links
    # The list of the archive: a date never touches what changed.
    record_state(Safeguard.objects.get(key="waiting_room"), "not_protected")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(visit.site + page_path("archive-list", language))
    gap = page.locator(".hist ul ul").first.evaluate("one => getComputedStyle(one).columnGap")
    assert float(gap.removesuffix("px")) >= 16


@LANGUAGE
def test_the_label_is_a_grid_of_links_on_any_screen(open_tab: Tab, language: str) -> None:
    visit = open_tab(java_script_enabled=False)
    page = visit.go(page_path("safeguard-label", language))
    for width, columns in ((280, 1), (360, 2), (1280, 4)):
        page.set_viewport_size({"width": width, "height": 640})
        boxes = [cell.bounding_box() for cell in page.locator(".cell").all()]
        assert len({round(box["x"]) for box in boxes if box}) == columns, width
        assert all(box["height"] >= 44 for box in boxes if box)
    # With all safeguards no longer than the prototype with fewer.
    page.set_viewport_size({"width": 360, "height": 640})
    last = page.locator(".cell").last.bounding_box()
    assert last
    assert last["y"] + last["height"] <= 3 * 640
    for link in page.locator(".cell a").all()[::5]:
        _leads_to_its_place(visit, page.url, link.get_attribute("href") or "")


@LANGUAGE
def test_every_state_has_a_word_and_a_shape_without_any_colour(
    open_tab: Tab, language: str
) -> None:
    listed = Safeguard.objects.filter(listed=True, provider=None)
    one, two, three, four = listed[:4]
    record_state(one, "not_protected")
    record_state(two, lock="unlocked", users_read=9, users_differing=1)
    record_state(three, "unknown", check=False)
    record_state(four)
    visit = open_tab(forced_colors="active", java_script_enabled=False)
    states = visit.go(page_path("safeguard-list", language)).locator(".rows .state")
    words = {one.strip() for one in states.all_inner_texts()}
    marks = states.locator("svg")
    shapes = {mark.inner_html() for mark in marks.all()}
    assert len(words) >= 4
    assert len(shapes) >= 4
    assert all(mark.get_attribute("aria-hidden") == "true" for mark in marks.all())
