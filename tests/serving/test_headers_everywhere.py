"""The headers of every door, public or of staff, page or file, right or wrong: one table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.doors import Door, doors, give_session, session_of, without_words
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter"), pytest.mark.thorough]

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
DIRECTIVES = ("default-src 'none'", "frame-ancestors 'none'")
OF_PAGES = (
    *("script-src 'self'", "style-src 'self'", "img-src 'self'", "form-action 'self'"),
    *("base-uri 'none'", "object-src 'none'"),
)
# Files that staff take away, by the names of their doors.
TAKEN_AWAY = {
    *("evidence", "short-link-sheet-pdf", "short-link-qr", "translations-file"),
    *("communities_community_sample", "invitations_meeting_sheet_pdf", "firm_auditentry_export"),
    *("invitations_meeting_qr_svg", "invitations_meeting_qr_png", "invitations_meeting_ics"),
    *("mfa_download_recovery_codes", "meeting-ics", "export"),
}
# Their addresses are secrets, or say where somebody was invited.
NO_REFERRER = {"edition-preview", "meeting-detail", "short-meeting"}


METHODS = ("get", "post", "head", "options")


class Undone(Exception):
    """What was sent is taken back."""


def answers(
    client: Client, which: list[Door], methods: tuple[str, ...]
) -> Iterator[tuple[Door, Any]]:
    """Yield what each door answers to looking and to sending nothing."""
    session = session_of(client)
    for door in which:
        for method in methods:
            give_session(client, session)
            try:
                with transaction.atomic():
                    yield door, getattr(client, method)(door.address())
                    raise Undone
            except Undone:
                pass


def hold(answer: Any) -> None:
    """Check what holds for whatever is answered."""
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    policy = answer.headers["Content-Security-Policy"]
    assert all(directive in policy for directive in DIRECTIVES)
    assert not re.search(r"unsafe|\*|https?:|data:|blob:", policy)
    assert "sandbox" in policy or all(directive in policy for directive in OF_PAGES)
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert answer.headers["Referrer-Policy"] in ("same-origin", "no-referrer")
    assert not {"Server", "X-Powered-By", "Access-Control-Allow-Origin"} & set(answer.headers)
    kind = answer.headers.get("Content-Type", "")
    if kind.startswith("text/"):
        assert "utf-8" in kind.lower()


def test_every_public_door_and_it_sets_no_cookie() -> None:
    client = Client(raise_request_exception=False)
    which = [one for one in doors() if not one.is_staff]
    for door, answer in answers(client, which, METHODS):
        hold(answer)
        assert not answer.cookies, door
        if door.name in NO_REFERRER and answer.status_code == 200:
            assert answer.headers["Referrer-Policy"] == "no-referrer", door
        if answer.status_code == 200 and door.name in NO_REFERRER:
            assert "public" not in answer.headers.get("Cache-Control", ""), door


@pytest.mark.parametrize("role", ["reviewer", None])
def test_every_door_of_staff_and_nothing_of_it_is_kept_on_the_way(
    role: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_words(monkeypatch)
    client = Client(raise_request_exception=False)
    if role:
        client.force_login(make_user(role))
    taken_away = set()
    which = [one for one in doors() if one.is_staff]
    for door, answer in answers(client, which, METHODS[:2]):
        hold(answer)
        kept = answer.headers.get("Cache-Control", "")
        assert "public" not in kept, door
        if answer.status_code == 200 and role and door.name != "jsi18n":
            assert "no-store" in kept or "private" in kept or "no-cache" in kept, (door, kept)
        if answer.status_code == 200 and door.name in TAKEN_AWAY:
            disposition = answer.headers.get("Content-Disposition", "")
            if "html" not in answer.headers["Content-Type"]:
                taken_away.add(door.name)
                assert disposition.startswith("attachment"), door
    if role == "reviewer":
        assert {"short-link-qr", "firm_auditentry_export", "translations-file"} <= taken_away


@pytest.mark.parametrize(
    ("path", "status"),
    [("/de/fehlt/", 404), ("/static/fehlt.css", 404), ("/admin/fehlt/", 302), ("/metrics", 404)],
)
def test_what_is_not_there(path: str, status: int) -> None:
    answer = Client().get(path, REMOTE_ADDR="203.0.113.9")
    assert answer.status_code == status
    hold(answer)


def test_what_is_wrong() -> None:
    """A host that is none of ours, a form without its mark, a fault of the portal."""
    hold(Client().get("/de/", headers={"host": "evil.example"}))
    hold(Client(enforce_csrf_checks=True).post("/admin/login/", {"login": "anna"}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("portal.pages.home.render", None)
        broken = Client(raise_request_exception=False).get("/de/kontakt/")
    assert broken.status_code == 500
    hold(broken)
