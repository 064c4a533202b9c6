"""The forms of meetings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from notices.invitations.models import Adjustment, Meeting, MeetingType
from tests.conftest import SignIn
from tests.factories import (
    make_meeting,
    make_safeguard,
)
from tests.turns import seen_date

pytestmark = pytest.mark.django_db


def meeting_fields(**changes: Any) -> dict[str, Any]:
    kind = MeetingType.objects.get_or_create(key="x", defaults={"name_de": "Versammlung"})[0]
    return {
        "type": kind.pk,
        "title_de": "Versammlung",
        "starts_at": "2030-01-10T18:00",
        "ends_at": "2030-01-10T20:00",
        "language": "de",
        "browser": "on",
        **changes,
    }


def test_a_meeting_is_entered_and_its_link_is_shown(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    client.post("/admin/invitations/meeting/add/", meeting_fields())
    meeting = Meeting.objects.get()
    page = client.get(f"/admin/invitations/meeting/{meeting.pk}/change/").content.decode()
    assert f"http://testserver/T/{meeting.code}" in page


@pytest.mark.parametrize(
    "text",
    [
        "https://us02web.zoom.us/j/85212345678?pwd=abc",
        "zoom.us/my/verwaltung",
        "Saal, sonst https://ZOOM.us/w/1",
        "zoommtg://zoom.us/join?confno=1",
    ],
)
def test_a_join_link_is_refused_in_what_readers_see(sign_in: SignIn, text: str) -> None:
    client, _ = sign_in("editor")
    response = client.post("/admin/invitations/meeting/add/", meeting_fields(place_de=text))
    assert "place_de" in response.context["adminform"].form.errors
    assert not Meeting.objects.exists()


def test_moving_keeps_the_old_date(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    meeting = make_meeting()
    before = meeting.starts_at
    sent = {"starts_at": "2031-02-01T18:00", "ends_at": "2031-02-01T20:00"}
    sent["seen"] = seen_date(meeting)
    client.post(f"/admin/invitations/meeting/{meeting.pk}/verschieben/", sent)
    meeting.refresh_from_db()
    assert (meeting.moved_from, meeting.sequence) == (before, 1)
    assert meeting.starts_at.year == 2031


def test_cancelling_can_be_taken_back(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    meeting = make_meeting()
    address = f"/admin/invitations/meeting/{meeting.pk}/absagen/"
    client.post(address)
    meeting.refresh_from_db()
    assert meeting.cancelled_at
    client.post(address)
    meeting.refresh_from_db()
    assert meeting.cancelled_at is None
    assert meeting.sequence == 2


def test_a_meeting_that_has_begun_is_neither_moved_nor_cancelled(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    meeting = make_meeting(timezone.now() - timedelta(hours=1))
    for act in ("verschieben", "absagen"):
        address = f"/admin/invitations/meeting/{meeting.pk}/{act}/"
        assert client.post(address).status_code == 403


def test_an_exception_of_a_meeting_that_has_begun_is_final(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    meeting = make_meeting(timezone.now() - timedelta(hours=1))
    row = Adjustment.objects.create(
        meeting=meeting, safeguard=make_safeguard(), value="off", reason_de="Beschluss."
    )
    prefix = "adjustments"
    sent = meeting_fields(type=meeting.type_id) | {
        f"{prefix}-TOTAL_FORMS": "1",
        f"{prefix}-INITIAL_FORMS": "1",
        f"{prefix}-0-id": row.pk,
        f"{prefix}-0-meeting": meeting.pk,
        f"{prefix}-0-safeguard": row.safeguard_id,
        f"{prefix}-0-value": "exception",
        f"{prefix}-0-reason_de": "Anders.",
        f"{prefix}-0-DELETE": "on",
    }
    client.post(f"/admin/invitations/meeting/{meeting.pk}/change/", sent)
    row.refresh_from_db()
    assert (row.value, row.reason_de) == ("off", "Beschluss.")


def test_no_meeting_is_deleted_for_its_code_may_be_on_paper(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    begun = make_meeting(timezone.now() - timedelta(minutes=5))
    ahead = make_meeting()
    for meeting in (begun, ahead):
        address = f"/admin/invitations/meeting/{meeting.pk}/delete/"
        assert client.post(address, {"post": "yes"}).status_code == 403
    assert Meeting.objects.count() == 2
