"""Years that nobody means, in every day that a form of its own takes: a sentence, never a fault."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from notices.invitations.models import MeetingType
from tests.conftest import SignIn
from tests.factories import (
    make_community,
    make_edition,
    make_meeting,
    make_organisation,
    make_question,
    make_safeguard,
)
from tests.portal.staff.test_turns import opened, path_of

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

YEARS = ["0001", "0026", "1492", "9999", "10000", "00000", "-2026", "2026٠"]


def _of_a_row(make: Callable[[], Any], name: str, time: str = "") -> Callable[[Client, str], Any]:
    def sent(client: Client, year: str) -> tuple[str, dict[str, Any]]:
        row = make()
        path = path_of(row)
        return path, {**opened(client, path), name: f"{year}-01-01{time}"}

    return sent


def _meeting(door: str) -> Callable[[Client, str], Any]:
    def sent(client: Client, year: str) -> tuple[str, dict[str, Any]]:
        day = {"starts_at": f"{year}-01-01T18:00", "ends_at": f"{year}-01-01T20:00"}
        return f"/admin/invitations/meeting/{make_meeting().pk}/{door}/", day

    return sent


def _new_meeting(client: Client, year: str) -> tuple[str, dict[str, Any]]:
    kind = MeetingType.objects.create(key="kind", name_de="Art", app=True)
    day = {"starts_at": f"{year}-01-01T18:00", "ends_at": f"{year}-01-01T20:00"}
    none = {f"adjustments-{part}_FORMS": 0 for part in ("TOTAL", "INITIAL")}
    return "/admin/invitations/meeting/add/", {"type": kind.pk, "title_de": "X", **none, **day}


FORMS: dict[str, Callable[[Client, str], Any]] = {
    "a question": _of_a_row(make_question, "reviewed_on"),
    "a draft": _of_a_row(lambda: make_edition(status="draft"), "in_force_from", "T10:00"),
    "a community": _of_a_row(make_community, "left_on"),
    "a report": lambda _client, year: (
        "/admin/einstellung-geaendert/",
        {"safeguard": make_safeguard().pk, "value": "off", "seen_at": f"{year}-01-01T10:00"},
    ),
    "evidence": lambda _client, year: (
        "/admin/nachweis/",
        {"first": f"{year}-01-01", "last": f"{year}-12-31", "known_at": f"{year}-12-31T10:00"},
    ),
    "an approval": lambda _client, year: (
        f"/admin/editions/edition/{make_edition(status='review').pk}/entscheiden/",
        {"in_force_from": f"{year}-01-01T10:00", "_publish": "1"},
    ),
    "a meeting": _new_meeting,
    "a meeting that is moved": _meeting("verschieben"),
    "a meeting that is copied": _meeting("kopieren"),
}


@pytest.mark.parametrize("form", FORMS)
def test_no_year_makes_a_form_fail_or_is_stored(sign_in: SignIn, form: str) -> None:
    make_organisation()
    client, _user = sign_in("reviewer")
    client.raise_request_exception = False
    failed, stored = [], []
    path, sent = FORMS[form](client, YEARS[0])
    for year in YEARS:
        answer = client.post(path, with_year(sent, year))
        assert answer.status_code != 403
        if answer.status_code >= 500:
            failed.append(year)
        elif answer.status_code == 302 and form != "an approval":
            stored.append(year)
    assert (failed, stored) == ([], [])


def with_year(sent: dict[str, Any], year: str) -> dict[str, Any]:
    """Return what is sent with another year in it."""
    return {
        name: value.replace(f"{YEARS[0]}-", f"{year}-", 1) if isinstance(value, str) else value
        for name, value in sent.items()
    }


def test_the_wrong_year_is_told_in_a_sentence(sign_in: SignIn) -> None:
    make_organisation()
    client, _user = sign_in("reviewer")
    page = unescape(client.post("/admin/nachweis/", {"first": "0026-01-01"}).content.decode())
    assert "Bitte prüfen Sie das Jahr" in page
