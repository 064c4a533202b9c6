"""Every public page in a real browser: both languages, both themes, narrow, without script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e.conftest import Visit
from tests.pages import LANGUAGES, PAGES, page_path

TEXT_SPACING = """
* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-bottom: 2em !important }
"""
WIDTHS = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"


def violations(page: Page) -> list[str]:
    """Return what axe finds: rule, target and its own words."""
    results = Axe().run(page, options={"resultTypes": ["violations"]})
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in results.response["violations"]
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(PAGES))
def test_axe_finds_nothing(
    open_tab: Callable[..., Visit], name: str, language: str, theme: str
) -> None:
    # bypass_csp lets axe itself run; what the page does under its policy is tested below.
    visit = open_tab(color_scheme=theme, bypass_csp=True)
    page = visit.go(page_path(name, language))
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert violations(page) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(PAGES))
def test_it_is_calm_and_fits_a_narrow_screen_without_script(
    open_tab: Callable[..., Visit], name: str, language: str
) -> None:
    path = page_path(name, language)
    visit = open_tab(viewport={"width": 280, "height": 640})
    page = visit.go(path)
    assert visit.status == 200
    width, room = page.evaluate(WIDTHS)
    assert width <= room
    visit.assert_calm()

    spaced = open_tab(viewport={"width": 280, "height": 640}, bypass_csp=True).go(path)
    spaced.add_style_tag(content=TEXT_SPACING)
    width, room = spaced.evaluate(WIDTHS)
    assert width <= room

    plain = open_tab(java_script_enabled=False).go(path)
    assert plain.locator("h1").is_visible()
    assert plain.locator("main").inner_text() == page.locator("main").inner_text()
