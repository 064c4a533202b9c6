"""What is wrong with a page that is open: what axe finds, and where it is too wide."""

from __future__ import annotations

from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

Theme = Literal["light", "dark"]
# Only what is wrong comes back: the rest of the report is longer than the page.
RUN = "options => axe.run(document, options).then(({violations}) => violations)"
# No rule that runs reads the style sheets, which axe would fetch once more.
ONLY_VIOLATIONS = {"resultTypes": ["violations"], "preload": {"assets": ["media"]}}
# A theme changes colours and nothing else; the other rules would find the same again.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
WIDTHS = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
# Buttons and links fade from one theme into the other.
FADED = "document.getAnimations().forEach(one => one.finish())"


def unfold(page: Page) -> None:
    """Open everything that is folded."""
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")


def widths(page: Page) -> tuple[int, int]:
    """Return how wide the page is and how wide it is shown, once all of it is there."""
    page.wait_for_load_state()
    wide, shown = page.evaluate(WIDTHS)
    return wide, shown


def violations(page: Page) -> list[str]:
    """Return what axe finds: rule, target and its own words."""
    page.wait_for_load_state()
    return _run(page, ONLY_VIOLATIONS)


def violations_in_both_themes(page: Page) -> list[str]:
    """Return what axe finds in the light theme, and what is wrong with the colours of the dark."""
    page.emulate_media(color_scheme="light")
    page.evaluate(FADED)
    found = violations(page)
    return found + [f"dark: {fault}" for fault in colour_faults(page, color_scheme="dark")]


def faults_at(page: Page, shown: dict[Theme, int]) -> list[str]:
    """Return what axe finds in each theme at its width, and where the page is wider than that."""
    found = []
    for theme, width in shown.items():
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(FADED)
        found += [f"{theme} at {width}: {fault}" for fault in violations(page)]
        wide, _room = widths(page)
        if wide > width:
            found.append(f"{wide} wide at {width}")
    return found


def colour_faults(page: Page, **shown: Any) -> list[str]:
    """Return what axe finds about colours in another theme, or in colours that a reader forces."""
    page.emulate_media(**shown)
    page.evaluate(FADED)
    return _run(page, {**ONLY_VIOLATIONS, **COLOURS})


def _run(page: Page, options: dict[str, Any]) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in page.evaluate(RUN, options)
        for node in rule["nodes"]
    ]
