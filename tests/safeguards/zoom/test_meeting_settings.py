"""One check run reads the account and the meetings whose private ID is kept."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from notices.firm import jobs
from notices.invitations.models import Meeting, MeetingFinding
from notices.safeguards.check_requests import request_reread
from notices.safeguards.models import Check
from portal.staff.zoom_check import ZOOM_CHECK
from tests.factories import make_meeting

from .answers import EXAMPLES, USER_DIFFERS, example
from .conftest import Fake

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
MEETING_DIFFERS = "98765432102"
PLAYED = {
    "bundle": f"../examples/{USER_DIFFERS}",
    "token": {"expires_in": 3600, "api_url": "self"},
    "faults": [],
}


def with_id(zoom_id: str = MEETING_DIFFERS) -> Meeting:
    meeting = make_meeting()
    meeting.set_zoom_id(zoom_id)
    meeting.save()
    return meeting


def check_zoom(*arguments: str) -> str:
    printed = StringIO()
    with pytest.raises(SystemExit):
        call_command("check_zoom", *arguments, stdout=printed, stderr=printed)
    return printed.getvalue()


def broken(status: int) -> dict[str, Any]:
    faults = [{"match": {"path": "/v2/meetings/*"}, "status": status}]
    return {**PLAYED, "faults": faults}


def test_the_job_reads_exactly_what_deviates(starter: None, fake: Fake) -> None:
    fake.play(PLAYED)
    meeting = with_id()
    assert jobs.run(ZOOM_CHECK) is jobs.Outcome.DONE
    expected = example(USER_DIFFERS)["expected_lower_levels"]["meetings"][MEETING_DIFFERS]
    assert MeetingFinding.objects.get().deviations == sorted(expected)
    assert fake.calls("/v2/meetings") == 1
    assert meeting.findings.get().seen_at == Check.objects.last().at  # type: ignore[union-attr]


def test_the_command_does_the_same_from_the_account_and_from_a_file(
    starter: None, fake: Fake
) -> None:
    fake.play(PLAYED)
    with_id()
    check_zoom()
    check_zoom("--from-file", str(EXAMPLES / USER_DIFFERS))
    live, filed = MeetingFinding.objects.all()
    assert live.deviations == filed.deviations
    assert len(live.deviations) == 6


def test_a_trial_records_nothing_about_meetings(starter: None) -> None:
    with_id()
    check_zoom("--from-file", str(EXAMPLES / USER_DIFFERS), "--dry-run")
    assert not MeetingFinding.objects.exists()


@pytest.mark.parametrize("status", [404, 500])
def test_a_meeting_that_cannot_be_read_changes_nothing_and_stops_no_check(
    starter: None, fake: Fake, waits: list[float], status: int
) -> None:
    fake.play(PLAYED)
    meetings = [with_id(f"9876543210{last}") for last in (2, 3, 4, 5)]
    jobs.run(ZOOM_CHECK)
    assert meetings[0].findings.count() == 1
    fake.play(broken(status))
    request_reread()
    assert jobs.run(ZOOM_CHECK) is jobs.Outcome.DONE
    newest = Check.objects.filter(source="account").last()
    assert newest is not None
    assert newest.outcome == "done"
    assert meetings[0].findings.count() == 1


def test_neither_id_nor_password_is_stored_or_printed(starter: None, fake: Fake) -> None:
    fake.play({**PLAYED, "bundle": "../examples/01-all-protected.json"})
    with_id("98765432101")
    jobs.run(ZOOM_CHECK)
    assert MeetingFinding.objects.count() == 1
    text = str([str(row.__dict__) for row in MeetingFinding.objects.all()])
    text += str([str(row.__dict__) for row in Check.objects.all()])
    assert "98765432101" not in text
    raw = json.loads(Path(EXAMPLES / "01-all-protected.json").read_text("utf-8"))
    password = raw["responses"]["GET /meetings/{meetingId}"]["98765432101"]["password"]
    assert password
    assert password not in text


def test_readers_see_the_deviation_after_one_run(starter: None, fake: Fake, client: Client) -> None:
    fake.play(PLAYED)
    meeting = with_id()
    jobs.run(ZOOM_CHECK)
    html = client.get(f"/de/treffen/{meeting.code.lower()}/").content.decode()
    assert "So ist dieses Treffen eingestellt." in html
    assert "Eine Aufzeichnung startet von selbst." in html
    assert MEETING_DIFFERS not in html
    assert timezone.localdate().isoformat() in html
