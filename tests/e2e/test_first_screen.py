"""The answers stand on the first screen of a phone, in the worst case that is still ordinary.

Each answer has about sixty characters, one has an exception, one a check that is due, the others
a lock; letters are those of most phones, or wide ones. The fonts come with the tests: what is
installed on a machine plays no part.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserType, Page

from notices.firm.models import Organisation
from notices.invitations.models import Meeting
from notices.safeguards.models import QuickAnswer, Safeguard, Wording
from tests.factories import record_state
from tests.pages import page_path

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.browser]

FONTS = Path(__file__).parent / "fonts"
NAMES = ("page-home", "safeguard-list", "meeting-detail", "archive-day")
TITLES = {"de": "Außerordentliche Eigentümerversammlung", "en": "Extraordinary owners’ meeting"}
WORDS = {
    "de": "Nein, nur mit Ihrer Zustimmung. Die Leitung sagt es vorher.",
    "en": "No, only if you agree to it. Whoever hosts says so at first.",
}
# Browsers on phones offer larger letters in their settings: the root of every rem.
LARGER = "--blink-settings=defaultFontSize=20"


@pytest.fixture(scope="module")
def larger_letters(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any]
) -> Iterator[Browser]:
    """Open a browser whose user chose 125 % in its settings."""
    args = [*browser_type_launch_args.get("args", ()), LARGER]
    browser = browser_type.launch(**{**browser_type_launch_args, "args": args})
    yield browser
    browser.close()


@pytest.fixture
def worst_case() -> None:
    """Give every answer its longest text, and each a state that needs words of its own."""
    now = timezone.now()
    Organisation.objects.update(confirmed_at=now - timedelta(days=900))
    Meeting.objects.update(**{f"title_{language}": title for language, title in TITLES.items()})
    # The day in the archive lies between the two moments.
    for moment in (now - timedelta(days=20), now):
        for one in QuickAnswer.objects.all():
            for state in ("on", "exception", "off"):
                Wording.objects.create(
                    quick_answer=one, state=state, recorded_at=moment, **_texts("text", "past")
                )
        for safeguard in Safeguard.objects.all():
            record_state(safeguard, lock="locked", at=moment)
        # In the page's order: the camera has an exception, an account a check that is due.
        camera = Safeguard.objects.get(key="camera_at_start")
        record_state(camera, lock="unlocked", users_read=41, users_differing=3, at=moment)
        account = Safeguard.objects.get(key="account_not_required")
        record_state(account, "unknown", check=False, at=moment)


def _texts(*fields: str) -> dict[str, str]:
    return {f"{field}_{code}": text for field in fields for code, text in WORDS.items()}


def _faces(name: str) -> str:
    """Return the style that lets a page use the font called `name`, whatever it asks for."""
    faces = "".join(
        f"@font-face{{font-family:Pinned;font-weight:{weight};src:url(data:font/woff2;base64,"
        f"{base64.b64encode((FONTS / f'{name}-{weight}.woff2').read_bytes()).decode()})}}"
        for weight in (400, 700)
    )
    return faces + "*{font-family:Pinned!important}"


def _whole_answers(page: Page, height: int) -> int:
    answers = page.locator("dl.qa > div")
    boxes = [answers.nth(index).bounding_box() for index in range(answers.count())]
    assert len(boxes) == 4
    return sum(1 for box in boxes if box and box["y"] >= 0 and box["y"] + box["height"] <= height)


@pytest.mark.parametrize("font", ["phone", "wide"])
@pytest.mark.parametrize(
    ("width", "height", "whole"), [(360, 640, 3), (320, 568, 2)], ids=["360x640", "320x568"]
)
def test_the_answers_come_first_on_a_phone_with_larger_letters(
    site: str,
    worst_case: None,
    larger_letters: Browser,
    font: str,
    width: int,
    height: int,
    whole: int,
) -> None:
    context = larger_letters.new_context(
        viewport={"width": width, "height": height}, locale="de-DE", bypass_csp=True
    )
    page = context.new_page()
    short = {}
    for language in WORDS:
        for name in NAMES:
            page.goto(site + page_path(name, language))
            page.add_style_tag(content=_faces(font))
            page.evaluate("document.fonts.ready")
            if (count := _whole_answers(page, height)) < whole:
                short[name, language] = count
    context.close()
    assert short == {}


@pytest.mark.parametrize("font", ["phone", "wide"])
def test_the_fonts_of_the_tests_are_used_and_not_those_of_the_machine(
    site: str, larger_letters: Browser, font: str
) -> None:
    context = larger_letters.new_context(bypass_csp=True)
    page = context.new_page()
    page.goto(site + "/de/")
    page.add_style_tag(content=_faces(font))
    page.evaluate("document.fonts.ready")
    assert page.evaluate("[...document.fonts].filter(one => one.status == 'loaded').length") == 2
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "20px"
    context.close()
