"""Each answer, each count and each open point leads to what proves it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from notices.firm.days import day_of
from notices.invitations.models import Adjustment
from notices.safeguards.models import Safeguard
from tests.factories import make_meeting, make_organisation, make_quick_answer, make_safeguard
from tests.factories import record_state as record
from tests.pages import html_of

pytestmark = pytest.mark.django_db
ANSWER = re.compile(r'<dt>(?:(?!</dt>).)*<span class="vh">([^<]*): </span>\s*<a href="([^"]*)">')


@pytest.fixture
def two() -> tuple[Safeguard, Safeguard]:
    first, second = make_safeguard("cdn"), make_safeguard("password")
    make_quick_answer("open", first, second)
    record(first, at=timezone.now() - timedelta(days=9))
    record(second, at=timezone.now() - timedelta(days=9))
    return first, second


@pytest.mark.parametrize("path", ["/en/", "/en/safeguards/", "/en/meetings/0000000000/"])
def test_an_answer_leads_to_the_safeguard_that_decides_it(
    client: Client, two: tuple[Safeguard, Safeguard], path: str
) -> None:
    assert ANSWER.findall(html_of(client.get(path))) == [("Protection on", "/en/safeguards/#cdn")]
    record(two[1], "not_protected")
    found = ANSWER.findall(html_of(client.get(path)))
    assert found == [("Protection off", "/en/safeguards/#password")]


def test_an_answer_about_the_past_leads_to_the_row_of_its_day(
    client: Client, two: tuple[Safeguard, Safeguard]
) -> None:
    day = day_of(timezone.now() - timedelta(days=3))
    html = html_of(client.get(f"/en/archive/{day}/"))
    assert ANSWER.findall(html) == [("Protection on", f"/en/archive/{day}/#cdn")]
    assert '<li id="cdn">' in html


def test_what_one_meeting_weakens_leads_to_what_is_different_there(
    client: Client, two: tuple[Safeguard, Safeguard]
) -> None:
    meeting = make_meeting(timezone.now() + timedelta(days=2))
    Adjustment.objects.create(
        meeting=meeting, safeguard=two[0], value="off", reason_de="Grund", reason_en="Reason"
    )
    html = html_of(client.get(f"/en/meetings/{meeting.code.lower()}/"))
    assert ANSWER.findall(html) == [("Protection off", "#different")]
    assert 'id="different"' in html


@pytest.mark.parametrize("path", ["/en/", "/en/safeguards/"])
def test_what_is_off_or_an_exception_is_named_with_a_link_and_not_only_counted(
    client: Client, two: tuple[Safeguard, Safeguard], path: str
) -> None:
    make_organisation()
    record(two[0], "protected", users_read=9, users_differing=1)
    record(two[1], "not_protected")
    html = html_of(client.get(path))
    named = html.split('<ul class="open">')[1].split("</ul>")[0]
    assert re.findall(r'href="([^"]*)"', named) == [
        "/en/safeguards/#password",
        "/en/safeguards/#cdn",
    ]
    assert "<b>Protection off:</b>" in named
    assert "password says off." in named
    for state, link in (("exception", "#cdn"), ("off", "#password")):
        assert f'class="state {state}" href="/en/safeguards/{link}">' in html


def test_while_all_is_as_promised_nothing_is_named_as_open(
    client: Client, two: tuple[Safeguard, Safeguard]
) -> None:
    assert 'class="open"' not in html_of(client.get("/en/"))
