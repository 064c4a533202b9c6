"""What is seen beside the words: months below a strip, the width of a screen, a firm's logo."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from playwright.sync_api import Page

from notices.firm.models import Organisation
from notices.lib.logo import clean
from tests.e2e.conftest import Visit
from tests.e2e.looking import unfold
from tests.lib.test_logo import svg

BOXES = """(selector) => [...document.querySelectorAll(selector)]
  .map((one) => one.getBoundingClientRect())
  .filter((box) => box.width > 0)
  .map((box) => [box.left, box.right])"""
MONTHS = """() => {
  const group = document.querySelector("#months");
  const strip = document.querySelector("main svg.strip:not(.vh)");
  const shown = [...group.children].filter((one) => getComputedStyle(one).display !== "none");
  const context = document.createElement("canvas").getContext("2d");
  const own = getComputedStyle(shown[0]);
  context.font = `${own.fontSize} ${own.fontFamily}`;
  const width = strip.getBoundingClientRect().width;
  return shown.map((one) => {
    const place = (parseFloat(one.getAttribute("x")) / 100) * width;
    const own = context.measureText(one.textContent).width;
    const left = one.getAttribute("text-anchor") === "end" ? place - own : place;
    return [left / width, (left + own) / width];
  });
}"""
COPY_INSTEAD_OF_USE = """() => {
  const copy = document.querySelector("#months").cloneNode(true);
  document.querySelector("main svg.strip:not(.vh) use").replaceWith(copy);
}"""
PAGES = {
    "label": {"de": "/de/schutz/etikett/", "en": "/en/safeguards/label/"},
    "rows": {"de": "/de/schutz/", "en": "/en/safeguards/"},
}


def colour_of(page: Page, selector: str, name: str) -> str:
    script = "([selector, name]) => getComputedStyle(document.querySelector(selector))[name]"
    return str(page.evaluate(script, [selector, name]))


@pytest.mark.parametrize(
    ("where", "width", "language", "scheme"),
    [
        ("label", 280, "de", "dark"),
        ("label", 320, "en", "light"),
        ("label", 360, "de", "light"),
        ("label", 768, "en", "dark"),
        ("label", 1280, "de", "dark"),
        ("rows", 280, "en", "light"),
        ("rows", 1280, "de", "light"),
    ],
)
def test_the_months_below_a_strip_stand_apart_and_can_be_read(
    open_tab: Callable[..., Visit], where: str, width: int, language: str, scheme: str
) -> None:
    visit = open_tab(viewport={"width": width, "height": 640}, color_scheme=scheme)
    page = visit.go(PAGES[where][language])
    # The strip of a row stands in what opens below it.
    unfold(page)
    names = page.evaluate(MONTHS)
    assert all(one[1] < following[0] for one, following in pairwise(names))
    # None leaves the picture; where there is room each month is named that has begun.
    assert names[-1][1] <= 1
    assert len(names) >= (11 if where == "label" and width >= 640 else 3)
    # The drawing that is used knows no rule about what is around it: its own ink is the page's.
    assert colour_of(page, "#months text", "fill") == colour_of(page, "main .meta", "color")
    strip = page.locator("main svg.strip:not(.vh)").first
    painted = strip.screenshot()
    page.evaluate(COPY_INSTEAD_OF_USE)
    assert strip.screenshot() == painted


@pytest.mark.parametrize("path", ["/de/kontakt/", "/en/archive/", "/de/einfach/"])
def test_a_wide_screen_is_used_and_a_narrow_one_keeps_the_order(
    open_tab: Callable[..., Visit], path: str
) -> None:
    visit = open_tab(viewport={"width": 1280, "height": 800}, java_script_enabled=True)
    page = visit.go(path)
    ((left, _right),) = page.evaluate(BOXES, ".side")
    assert left > max(right for _left, right in page.evaluate(BOXES, ".cols > .text"))
    page.set_viewport_size({"width": 360, "height": 640})
    ((left, right),) = page.evaluate(BOXES, ".side")
    assert 0 <= left < 24
    assert right <= 360
    visit.assert_calm()


@pytest.mark.parametrize(("width", "scheme"), [(280, "light"), (360, "dark"), (1280, "light")])
def test_a_logo_stands_in_the_bar_and_leaves_room_for_the_name(
    open_tab: Callable[..., Visit], width: int, scheme: str
) -> None:
    # As wide as a logo may be.
    logo = clean(svg(size='viewBox="0 0 800 100"')).stored()
    Organisation.objects.update(logo=logo)
    options = {"viewport": {"width": width, "height": 640}, "color_scheme": scheme}
    visit = open_tab(**options, forced_colors="active", java_script_enabled=True)
    page = visit.go("/de/")
    ((left, right),) = page.evaluate(BOXES, ".mark .logo")
    assert 0 < right - left <= 0.4 * width
    assert page.evaluate("document.querySelector('.logo').complete")
    assert page.evaluate("document.querySelector('.logo').naturalWidth") > 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".mark b").bounding_box()["width"] > 60  # type: ignore[index]
    visit.assert_calm()
