"""Every public page in a real browser: both languages, both themes, narrow, without script."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from notices.faq.models import Question
from tests.e2e.conftest import Visit
from tests.e2e.looking import colour_faults, unfold, violations_in_both_themes, widths
from tests.pages import LANGUAGES, PAGES, page_path

TEXT_SPACING = """
* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-bottom: 2em !important }
"""


@pytest.mark.parametrize(("language", "forced_over"), [("de", "light"), ("en", "dark")])
def test_axe_finds_nothing_on_any_page_in_any_colours(
    open_tab: Callable[..., Visit], language: str, forced_over: str
) -> None:
    # bypass_csp lets axe itself run; what the pages do under their policy is tested below.
    visit = open_tab(bypass_csp=True)
    found = {}
    for name in sorted(PAGES):
        page = visit.go(page_path(name, language))
        unfold(page)
        found[name] = violations_in_both_themes(page)
        found[name] += colour_faults(page, forced_colors="active", color_scheme=forced_over)
        # The page that is open is marked by more than a colour.
        current = page.locator("nav [aria-current]").first
        if current.count():
            line = current.evaluate("one => getComputedStyle(one, null).borderBottomStyle")
            weight = current.evaluate("one => getComputedStyle(one, null).fontWeight")
            assert line == "solid" or int(weight) >= 600, name
        page.emulate_media(forced_colors="none")
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_calm_and_fits_a_narrow_screen_without_script(
    open_tab: Callable[..., Visit], language: str
) -> None:
    narrow = {"width": 280, "height": 640}
    visit = open_tab(viewport=narrow)
    spaced = open_tab(viewport=narrow, bypass_csp=True)
    plain = open_tab(java_script_enabled=False)
    for name in sorted(PAGES):
        path = page_path(name, language)
        page = visit.go(path)
        assert visit.status == 200, path
        width, room = widths(page)
        assert width <= room, path
        visit.assert_calm()

        spaced.go(path).add_style_tag(content=TEXT_SPACING)
        width, room = widths(spaced.page)
        assert width <= room, path

        bare = plain.go(path)
        assert bare.locator("h1").is_visible()
        assert text_without_clock(bare) == text_without_clock(page)


def text_without_clock(page: Page) -> str:
    """Return what stands on a page, but for the minute at which it was read."""
    return re.sub(r"\d{1,2}:\d\d", "", page.locator("main").inner_text())


def test_inline_code_and_long_words_wrap_on_a_narrow_phone(open_tab: Callable[..., Visit]) -> None:
    question = Question.objects.get(key="no-account")
    question.answer_de = f"Code: `{'x1' * 60}` und {'Donaudampfschiff' * 8}."
    question.save()
    page = open_tab(viewport={"width": 320, "height": 568}).go(page_path("question-detail", "de"))
    code = page.locator("main code")
    assert code.is_visible()
    assert code.evaluate("one => one.getClientRects().length") > 1
    width, room = widths(page)
    assert width <= room
