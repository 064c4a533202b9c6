"""A setting changed at Zoom: what the form takes and refuses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from notices.safeguards.models import Promise, Safeguard
from tests.conftest import SignIn
from tests.pages import html_of
from tests.portal.staff.report.reporting import REPORT, answers

pytestmark = pytest.mark.django_db


def test_a_published_change_is_on_the_public_page_at_the_next_request(
    sign_in: SignIn, safeguard: Safeguard
) -> None:
    client, _ = sign_in("editor")
    assert "waiting_room sagt on." in html_of(client.get("/de/schutz/", follow=True))
    client.post(REPORT, {**answers(safeguard), "_publish": "1"})
    page = html_of(client.get("/de/schutz/", follow=True))
    assert "waiting_room sagt off." in page
    assert "waiting_room sagt on." not in page


def test_going_back_from_the_review_keeps_what_was_typed(
    sign_in: SignIn, safeguard: Safeguard
) -> None:
    client, _ = sign_in("editor")
    page = html_of(client.post(REPORT, {**answers(safeguard), "_back": "1"}))
    assert "Eine Panne bei Zoom." in page
    assert not Promise.objects.filter(value="off").exists()


def test_the_future_is_refused_at_its_field(sign_in: SignIn, safeguard: Safeguard) -> None:
    client, _ = sign_in("editor")
    tomorrow = timezone.localtime() + timedelta(days=1)
    sent = answers(safeguard, seen_at=f"{tomorrow:%Y-%m-%dT%H:%M}")
    form = client.post(REPORT, sent).context["form"]
    assert "seen_at" in form.errors
    assert form["reason_de"].value() == "Eine Panne bei Zoom."


def test_more_than_a_day_ago_needs_a_note(sign_in: SignIn, safeguard: Safeguard) -> None:
    client, _ = sign_in("editor")
    earlier = timezone.localtime() - timedelta(hours=30)
    sent = answers(safeguard, seen_at=f"{earlier:%Y-%m-%dT%H:%M}", _publish="1")
    assert "note" in client.post(REPORT, sent).context["form"].errors
    assert client.post(REPORT, {**sent, "note": "Im Protokoll von Zoom."}).status_code == 302


def test_a_public_reason_in_german_is_needed(sign_in: SignIn, safeguard: Safeguard) -> None:
    client, _ = sign_in("editor")
    response = client.post(REPORT, answers(safeguard, reason_de=""))
    assert "reason_de" in response.context["form"].errors


def test_a_join_link_never_becomes_a_reason(sign_in: SignIn, safeguard: Safeguard) -> None:
    client, _ = sign_in("editor")
    sent = answers(safeguard, reason_de="Siehe https://us02web.zoom.us/j/123456789")
    assert "reason_de" in client.post(REPORT, sent).context["form"].errors
