"""Every page of staff as the resolver knows it: no fault of access, nothing wider than a phone.

Nobody lists pages here: a new one is walked by itself, with the first row of its kind.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Page, ViewportSize

from tests.accounts.signing_in import attempt, give_app
from tests.doors import Door, give_session, session_of, staff_doors
from tests.e2e.conftest import Visit
from tests.e2e.looking import unfold, violations_in_both_themes, widths
from tests.every_row import make_every_row
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("site")

PARTS = 4
# A part with fewer pages has lost its doors.
FEWEST = 20
NARROW: ViewportSize = {"width": 280, "height": 640}
WIDE: ViewportSize = {"width": 1280, "height": 900}
# Whoever comes first walks all they may see; the others what is left.
ROLES = ("reviewer", "operator")
PAGE, REFUSED, TAKES_ONLY = 200, 403, 405
# Rows that nobody adds or deletes; who may do what is told by the tables of SECURITY.
FOR_NOBODY = ("_add", "_delete")
# What is no page here, and why.
NO_PAGE = {
    "autocomplete": "answers a script, for kinds of rows that ask for it; none of ours does",
    "view_on_site": "Django's; no row of ours has such an address there",
    "evidence": "a file, which has to lie there",
    "first-link": "needs a link from a mail; tests of the sign-in walk it",
    "unsent": "what was typed before a sign-in; tests of that walk it",
    "mfa_remove_webauthn": "needs a passkey; tests of the sign-in walk it",
}
LEADS_ON = (301, 302)


def part_of(number: int) -> list[Door]:
    """Return every `PARTS`-th door; what has no name is Django's own answer to any address."""
    named = [door for door in staff_doors() if door.name]
    return named[number::PARTS]


def people() -> list[Client]:
    """Return somebody of each role who has just signed in, as every page asks for."""
    make_every_row()
    found = [Client() for _role in ROLES]
    for role, client in zip(ROLES, found, strict=True):
        make_user(role, name=role)
        attempt(role, client=client)
        assert client.get("/admin/").status_code == PAGE
        if role == "operator":
            give_app(User.objects.get(username=role))
    return found


def sort(doors: list[Door], clients: list[Client]) -> tuple[dict[str, str], list[Any]]:
    """Return the address of each page with the session of who may see it, and what is broken.

    No pages are files, doors that lead on to a page of its own, and those that are only sent to.
    """
    pages, broken = {}, []
    for door in doors:
        answers = {}
        for client in clients:
            key = session_of(client)
            answers[key] = client.get(door.address())
            give_session(client, key)
        shown = [key for key, answer in answers.items() if is_page(answer)]
        if shown:
            pages[door.address()] = shown[0]
        elif not any(is_known(door, answer) for answer in answers.values()):
            broken.append((door.name, door.route, [one.status_code for one in answers.values()]))
    return pages, broken


def is_page(answer: Any) -> bool:
    kind: str = answer.headers.get("Content-Type", "")
    return int(answer.status_code) == PAGE and kind.startswith("text/html")


def is_known(door: Door, answer: Any) -> bool:
    """Say whether it is known why `door` answers without a page."""
    if answer.status_code == REFUSED and door.name.endswith(FOR_NOBODY):
        return True
    return answer.status_code in (PAGE, TAKES_ONLY, *LEADS_ON) or door.name in NO_PAGE


def faults_of(page: Page) -> list[str]:
    """Return what axe finds with everything unfolded, and each width that does not suffice."""
    page.set_viewport_size(WIDE)
    unfold(page)
    found = violations_in_both_themes(page)
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        wide, shown = widths(page)
        if wide > shown or shown > size["width"]:
            found.append(f"{wide} wide at {size['width']}")
    return found


@pytest.mark.parametrize("part", range(PARTS))
def test_no_page_of_staff_has_a_fault_of_access_or_is_wider_than_a_phone(
    open_tab: Callable[..., Visit], part: int
) -> None:
    pages, broken = sort(part_of(part), people())
    assert broken == []
    assert len(pages) >= FEWEST
    visit = open_tab(bypass_csp=True, viewport=WIDE)
    found = {}
    for path, key in pages.items():
        visit.page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": visit.site}]
        )
        page = visit.go(path)
        assert visit.status == PAGE, path
        assert page.url == visit.site + path, "somebody has to sign in first"
        found[path] = faults_of(page)
    assert {path: faults for path, faults in found.items() if faults} == {}
