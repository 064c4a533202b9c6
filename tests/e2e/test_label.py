"""The label on a phone: the whole board within two screens, with every sign of every cell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from notices.safeguards.derived import intervals, runs
from notices.safeguards.models import Check, CheckCoverage, Safeguard
from tests.e2e.conftest import Visit
from tests.e2e.looking import violations, widths
from tests.factories import record_state

pytestmark = [pytest.mark.usefixtures("mixed"), pytest.mark.browser]

PAGES = {"de": "/de/schutz/etikett/", "en": "/en/safeguards/label/"}
PHONE = {"width": 360, "height": 640}
BY_HAND = ("recording_bots", "screen_sharing")
CELLS = """() => [...document.querySelectorAll(".cell a")].map((one) => {
  const box = one.getBoundingClientRect();
  return [box.top + scrollY, box.bottom + scrollY, box.width];
})"""


@pytest.fixture
def mixed(site: str) -> None:
    """Record what is ordinary: most by the account today, two by hand, one of each other state."""
    now = timezone.now()
    states: dict[str, dict[str, Any]] = {
        "camera_at_start": {"users_read": 41, "users_differing": 3},
        "feedback_to_zoom": {"verdict": "not_protected"},
    }
    made = Check.objects.create(at=now, recorded_at=now, source="account", outcome="done")
    hand = Check.objects.create(at=now, recorded_at=now, source="hand", outcome="done", role="x")
    for safeguard in Safeguard.objects.all():
        record_state(safeguard, check=False, **states.get(safeguard.key, {}))
        if safeguard.key == "cdn":
            record_state(safeguard, "unknown", check=False)
            continue
        CheckCoverage.objects.create(
            check_made=hand if safeguard.key in BY_HAND else made,
            safeguard=safeguard,
            valid_until=now + timedelta(days=30),
        )
    intervals.rebuild()
    runs.rebuild()


@pytest.mark.parametrize("language", sorted(PAGES))
def test_all_cells_stand_on_the_first_two_screens_of_a_phone_and_are_easy_to_hit(
    open_tab: Callable[..., Visit], language: str
) -> None:
    page = open_tab(viewport=PHONE).go(PAGES[language])
    assert widths(page) == (360, 360)
    cells = page.evaluate(CELLS)
    assert len(cells) == Safeguard.objects.filter(listed=True).count()
    # From the top of the page, its head included.
    assert max(bottom for _, bottom, _ in cells) <= 2 * PHONE["height"]
    assert min(bottom - top for top, bottom, _ in cells) >= 44
    assert min(width for *_, width in cells) >= 44
    assert page.locator(".cell .pic").count() == page.locator(".cell .st").count() == len(cells)
    # Each says its day, and shows it where it differs from that of its line.
    assert page.locator(".cell time").count() == len(cells)
    assert page.locator(".cell .wh").count() == len(BY_HAND)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", sorted(PAGES))
def test_no_cell_is_wider_than_a_narrow_phone_with_larger_letters(
    open_tab: Callable[..., Visit], language: str, theme: str
) -> None:
    visit = open_tab(viewport=PHONE, color_scheme=theme, bypass_csp=True)
    page = visit.go(PAGES[language])
    for size in ("100%", "125%"):
        page.evaluate("size => document.documentElement.style.fontSize = size", size)
        wide, shown = widths(page)
        assert wide <= shown, size
    assert violations(page) == []
