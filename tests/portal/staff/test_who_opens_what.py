"""The tables of SECURITY, door by door: who may open it, and who may send something to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as conf
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.utils import timezone

from portal.accounts.guard import WITHOUT_FACTOR
from tests.accounts.signing_in import PASSWORD
from tests.doors import STAFF, Door, give_session, session_of, staff_doors, without_words
from tests.every_row import make_every_row
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter"), pytest.mark.thorough]

ROLES = {"editor": 0, "reviewer": 1, "operator": 2}
# Pages of Django's own for each kind of rows, and what has to be allowed to look and to send.
OF_ROWS = {
    "": ("reads", "reads"),
    "add/": ("adds", "adds"),
    "<path:object_id>/change/": ("reads", "changes"),
    "<path:object_id>/delete/": ("deletes", "deletes"),
    "<path:object_id>/history/": ("reads", "reads"),
}
# Rows that only grow, and editions, of which a published one stays as it is.
NEVER_BACK = {"safeguards.explanation", "editions.edition"}
WAYS_IN = {"account_login", "mfa_authenticate", "mfa_login_webauthn", "first-link"}
# About one's own sign-in, or the same for everybody.
FOR_EACH = {
    *("account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "mfa_index"),
    *("mfa_list_webauthn", "sign-out-all", "mfa_activate_totp", "mfa_deactivate_totp"),
    *("mfa_add_webauthn", "mfa_remove_webauthn", "mfa_view_recovery_codes"),
    *("mfa_generate_recovery_codes", "mfa_download_recovery_codes", "password_change"),
    *("password_change_done", "logout", "login", "jsi18n", "index", "notifications", "unsent"),
    "communities_community_sample",  # an empty file to fill in
    "view_on_site",  # Django's; no row of ours has such an address there
    "autocomplete",  # asks for the right to the rows that are looked for; none of ours use it
    "app_list",  # shows of an app what one may open
}
REFUSED = {403, 404, 405}
Cell = set[str]


class Undone(Exception):
    """What was sent is taken back."""


def table(head: str) -> Iterator[tuple[list[str], list[Cell]]]:
    """Yield what each row of a table of SECURITY is about, and what each role may do."""
    text = (Path(conf.BASE_DIR) / "SECURITY.md").read_text("utf-8")
    for line in text.split(f"| {head} | Office |")[1].split("\n\n")[0].splitlines()[2:]:
        about, *cells = (cell.strip() for cell in line.strip("| ").split(" | "))
        assert len(cells) == len(ROLES)
        yield re.findall(r"`([^`]+)`", about), [set(cell.split(", ")) - {"–"} for cell in cells]


def rights() -> dict[str, list[tuple[bool, bool]]]:
    """Return for each route whether each role may look and may send, as SECURITY has it."""
    found = {}
    for kinds, cells in table("Rows of"):
        for kind in kinds:
            for page, (to_look, to_send) in OF_ROWS.items():
                is_back = page.endswith("history/") and kind in NEVER_BACK
                may = [(to_look in cell, to_send in cell and not is_back) for cell in cells]
                found[f"{STAFF}{kind.replace('.', '/')}/{page}"] = may
    for routes, cells in table("Page"):
        for route in routes:
            assert f"{STAFF}{route}" not in found, route
            found[STAFF + route] = [("reads" in cell, "sends" in cell) for cell in cells]
    return found


RIGHTS = rights()


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> None:
    without_words(monkeypatch)
    make_every_row()


def statuses(client: Client, door: Door) -> tuple[int, int, str]:
    """Return the answers to looking and to sending nothing, and where the first one leads."""
    address = door.address()
    found, led_to = [], ""
    session = session_of(client)
    for method in ("get", "post"):
        give_session(client, session)  # signing out takes them away
        try:
            with transaction.atomic():
                answer = getattr(client, method)(address)
                found.append(answer.status_code)
                led_to = led_to or answer.headers.get("Location", "")
                raise Undone
        except Undone:
            pass
    give_session(client, session)
    return found[0], found[1], led_to


def test_every_door_stands_in_the_table_and_no_other_does() -> None:
    named = {door.route for door in staff_doors() if door.name and door.name not in FOR_EACH}
    assert named - {STAFF + "login/" + rest for rest in ("", "code/", "passkey/")} - {
        door.route for door in staff_doors() if door.name in WAYS_IN
    } == set(RIGHTS)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_what_the_table_says(role: str, rows: None) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(make_user(role))
    wrong = []
    for door in staff_doors():
        if door.route not in RIGHTS:
            continue
        may_look, may_send = RIGHTS[door.route][ROLES[role]]
        look, send, led_to = statuses(client, door)
        if led_to.startswith(door.address()):
            continue  # a list of one row, which only leads to it
        for may, status in ((may_look, look), (may_send, send)):
            # What may be done gets no refusal; what may not gets nothing else.
            is_right = status not in (403, 500) if may else status in REFUSED
            if not is_right:
                wrong.append((door.route, may, look, send))
    assert wrong == []


def test_an_account_without_a_role_opens_its_own_sign_in_only(rows: None) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_user("nobody", password=PASSWORD, is_staff=True))
    for door in staff_doors():
        look, send, led_to = statuses(client, door)
        leads_on = led_to.startswith(door.address())  # to the one row there is
        if door.name and not leads_on and door.name not in FOR_EACH | WAYS_IN:
            assert {look, send} <= REFUSED, door
        assert "bestaetigen" not in led_to or door.name in FOR_EACH


def test_an_overdue_second_factor_opens_the_page_to_set_one_up_only(rows: None) -> None:
    user = make_user("reviewer")
    client = Client(raise_request_exception=False)
    client.force_login(user)
    user.standing.first_signed_in_at = timezone.now() - timedelta(days=8)
    user.standing.save()
    for door in staff_doors():
        if door.name in WITHOUT_FACTOR | WAYS_IN | {"mfa_list_webauthn", "login"}:
            continue
        look, send, led_to = statuses(client, door)
        assert (look, send, led_to) == (302, 302, "/admin/anmeldung/"), door


def test_nobody_who_is_not_signed_in_gets_further_than_the_sign_in(rows: None) -> None:
    client = Client(raise_request_exception=False)
    for door in staff_doors():
        if door.name in WAYS_IN | {"login", "logout"}:
            continue
        look, send, led_to = statuses(client, door)
        assert look == send == 302, door
        assert led_to.startswith("/admin/login/"), door
