"""A further tool by its facts: its meetings show its safeguards, and never an answer about Zoom."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from notices.invitations import meeting_settings
from notices.invitations.incidents.touched import meetings_of
from notices.invitations.minutes import recording
from notices.invitations.models import Meeting
from notices.safeguards.board import timelines
from notices.safeguards.deviations import deviations
from notices.safeguards.models import Provider, Safeguard
from tests.conftest import SignIn
from tests.factories import (
    make_meeting,
    make_organisation,
    make_quick_answer,
    make_safeguard,
    make_user,
    record_state,
)

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(days=9)


@pytest.fixture
def tool() -> Provider:
    """Zoom records nothing; in the further tool nobody can be sure."""
    make_organisation(confirmed_at=timezone.now() - LONG_AGO)
    zooms = make_safeguard("cloud_recording")
    make_quick_answer("recorded", zooms)
    record_state(zooms, at=timezone.now() - timedelta(days=2))
    provider = Provider.objects.create(
        name="Offenes Treffen", received_de="Der Betreiber erhält Ihre IP-Adresse."
    )
    own = make_safeguard("tool_recording", provider=provider)
    answer = make_quick_answer("recorded_tool", own)
    answer.provider = provider
    answer.save()
    record_state(own, at=timezone.now() - timedelta(days=2))
    return provider


def body(client: Client, meeting: Meeting) -> str:
    html = client.get(meeting.get_absolute_url()).content.decode()
    return " ".join(re.sub(r".*<main|</main>.*", "", html, flags=re.S).split())


def test_its_meeting_shows_its_own_safeguards_and_nothing_of_zoom(
    client: Client, tool: Provider
) -> None:
    page = body(client, make_meeting(provider=tool))
    assert "Zoom" not in page
    for words in (
        "recorded_tool heute on.",
        "tool_recording sagt on.",
        "So ist Offenes Treffen eingestellt.",
        "Dieses Treffen findet mit Offenes Treffen statt.",
        "Der Betreiber erhält Ihre IP-Adresse.",
    ):
        assert words in page
    assert "Frage recorded?" not in page


def test_of_a_password_of_the_tool_nothing_is_said_that_nobody_looked_at(
    client: Client, tool: Provider
) -> None:
    page = body(client, make_meeting(provider=tool))
    assert "Was Sie zum Teilnehmen brauchen, steht in Ihrer Einladung." in page
    assert "Passwort" not in page


def test_a_meeting_with_zoom_shows_nothing_of_the_other_tool(
    client: Client, tool: Provider
) -> None:
    page = body(client, make_meeting())
    assert "recorded heute on." in page
    assert "tool_recording" not in page
    assert "recorded_tool" not in page


def test_afterwards_its_page_speaks_of_the_tool(client: Client, tool: Provider) -> None:
    held = make_meeting(starts_at=timezone.now() - timedelta(days=1), provider=tool)
    page = body(client, held)
    assert "recorded_tool damals on." in page
    assert "Diese Seite zeigt, wie Offenes Treffen eingestellt war." in page
    assert "Zoom" not in page


@pytest.mark.parametrize(
    "address", ["/de/", "/api/safeguards.json", "/de/schutz/etikett/", "/de/archiv/{day}/"]
)
def test_pages_about_zoom_do_not_mix_it_in(client: Client, tool: Provider, address: str) -> None:
    day = timezone.localdate() - timedelta(days=1)
    page = client.get(address.format(day=day), follow=True)
    assert page.status_code == 200
    assert "tool_recording" not in page.content.decode()
    assert "recorded_tool" not in page.content.decode()


def test_the_safeguards_page_shows_it_under_its_own_heading(client: Client, tool: Provider) -> None:
    page = " ".join(client.get("/de/schutz/").content.decode().split())
    assert "Treffen mit Offenes Treffen" in page
    assert "tool_recording sagt on." in page
    Safeguard.objects.filter(provider=tool).update(provider=None)
    assert "Treffen mit Offenes" not in client.get("/de/schutz/").content.decode()


def test_the_invitation_says_what_is_known_of_the_tool(sign_in: SignIn, tool: Provider) -> None:
    staff, _ = sign_in("editor")
    meeting = make_meeting(provider=tool)
    page = staff.get(f"/admin/invitations/meeting/{meeting.pk}/einladung/").content.decode()
    assert "Satz recorded_tool on." in page
    assert "Satz recorded on." not in page


def test_a_deviation_of_zoom_does_not_touch_a_meeting_with_another_tool(tool: Provider) -> None:
    now = timezone.now()
    zooms = Safeguard.objects.get(key="cloud_recording")
    record_state(zooms, "not_protected", at=now - timedelta(hours=5))
    start = now - timedelta(hours=3)
    make_meeting(starts_at=start, provider=tool)
    with_zoom = make_meeting(starts_at=start)
    (one,) = deviations(timelines.load().timelines[zooms.pk], now)
    assert [each.meeting for each in meetings_of(zooms, one, now)] == [with_zoom]


def test_zoom_is_never_asked_about_such_a_meeting(tool: Provider) -> None:
    meeting = make_meeting(provider=tool)
    meeting.set_zoom_id("81234567890")
    meeting.save()
    assert meeting_settings.wanted(timezone.now()) == {}


def test_a_machine_may_write_only_where_somebody_attested_that_it_can(tool: Provider) -> None:
    record_state(make_safeguard("ai_features"), "not_protected")
    with pytest.raises(recording.MachineIsOff):
        recording.record(make_meeting(provider=tool), {"writer": "machine"}, by=make_user("editor"))


def test_its_safeguards_are_never_read_from_an_account(tool: Provider) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Safeguard.objects.filter(provider=tool).update(checked_by="account")


def test_staff_are_asked_for_the_tool_only_if_there_are_several(sign_in: SignIn) -> None:
    make_organisation()
    staff, _ = sign_in("editor")
    pages = [
        f"/admin/invitations/meeting/{make_meeting().pk}/change/",
        "/admin/safeguards/safeguard/add/",
        "/admin/safeguards/quickanswer/add/",
    ]
    for page in pages:
        assert 'name="provider"' not in staff.get(page).content.decode()
    Provider.objects.create(name="Offenes Treffen")
    for page in pages:
        assert 'name="provider"' in staff.get(page).content.decode()
