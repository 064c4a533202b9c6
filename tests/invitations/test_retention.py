"""When the firm's period is over a meeting's own data go; the code still leads to its day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from notices.firm import jobs
from notices.firm.days import BERLIN, day_of
from notices.firm.models import AuditEntry, Organisation
from notices.firm.storage.append_only import FrozenRow
from notices.invitations.models import Adjustment, Meeting, MeetingErasure, MeetingFinding
from notices.invitations.retention import due_at, erase_due
from portal.jobs import JOBS
from tests.factories import make_meeting, make_organisation, make_safeguard, make_user

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def old(months: int = 25, **changes: object) -> Meeting:
    return make_meeting(timezone.now() - timedelta(days=31 * months), **changes)


def with_all(meeting: Meeting) -> Meeting:
    """Give a meeting everything that it can have of its own."""
    Adjustment.objects.create(
        meeting=meeting,
        safeguard=make_safeguard(),
        value="off",
        reason_de="Frau Muster wünscht es.",
        reason_en="Ms Muster wants it.",
    )
    MeetingFinding.objects.create(
        meeting=meeting,
        seen_at=meeting.starts_at,
        valid_until=meeting.ends_at,
        deviations=["waiting_room"],
    )
    return meeting


def everything_stored() -> str:
    """Return all rows of all tables as text."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [str(row) for row in cursor.fetchall()]
    return "\n".join(found)


@pytest.fixture(autouse=True)
def firm() -> None:
    make_organisation(meeting_retention_months=24)


def test_after_the_period_nothing_of_its_own_is_stored_anywhere() -> None:
    begins = timezone.now() + HOUR
    client = Client()
    client.force_login(make_user("editor"))
    meeting = make_meeting(
        begins, title_de="Gespräch mit Frau Muster", place_de="Büro Muster", moved_from=begins
    )
    meeting.set_zoom_id("85212345678")
    meeting.save()
    sent = {"starts_at": "2031-02-01T18:00", "ends_at": "2031-02-01T20:00"}
    client.post(f"/admin/invitations/meeting/{meeting.pk}/verschieben/", sent)
    long_ago = timezone.now() - timedelta(days=900)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=long_ago, ends_at=long_ago + HOUR)
    meeting.refresh_from_db()
    with_all(meeting)
    secret = meeting.zoom_meeting_id_encrypted
    assert "Muster" in everything_stored().replace("Hausverwaltung Muster", "")
    assert erase_due() == 1
    text = everything_stored()
    for word in ("Frau Muster", "Ms Muster", "Büro Muster", secret):
        assert word not in text
    row = Meeting.objects.get()
    assert (row.code, row.starts_at) == (meeting.code, long_ago)
    assert (row.title_de, row.title_en, row.place_de, row.moved_from) == ("", "", "", None)
    assert not MeetingFinding.objects.exists()


def test_the_erasure_is_on_record_without_a_word_of_the_meeting() -> None:
    meeting = old()
    erase_due()
    entry = AuditEntry.objects.get(act="meeting-erased")
    assert (entry.subject, entry.by, entry.detail) == (meeting.code, None, {})
    assert MeetingErasure.objects.get().meeting == meeting


def test_before_the_period_is_over_nothing_goes() -> None:
    meeting = with_all(old(months=22))
    assert erase_due() == 0
    meeting.refresh_from_db()
    assert meeting.title_de
    assert meeting.adjustments.exists()


def test_once_is_enough() -> None:
    old()
    assert (erase_due(), erase_due()) == (1, 0)
    assert MeetingErasure.objects.count() == 1


def test_the_recurring_jobs_erase() -> None:
    [job] = [job for job in JOBS if job.name == "erase-meetings"]
    meeting = old()
    assert jobs.run(job) is jobs.Outcome.DONE
    meeting.refresh_from_db()
    assert meeting.title_de == ""


def test_the_firm_chooses_the_period() -> None:

    Organisation.objects.update(meeting_retention_months=6)
    old(months=7)
    assert erase_due() == 1


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_door_leads_to_the_day_in_one_step(client: Client, language: str) -> None:
    meeting = old()
    erase_due()
    day = day_of(meeting.starts_at)
    page = f"/de/archiv/{day}/" if language == "de" else f"/en/archive/{day}/"
    folder = "/de/treffen" if language == "de" else "/en/meetings"
    file = "termin.ics" if language == "de" else "event.ics"
    for path, status in {
        f"{folder}/{meeting.code.lower()}/": 301,
        f"{folder}/{meeting.code}/": 301,
        f"{folder}/{meeting.code.lower()}/{file}": 301,
        f"/T/{meeting.code}": 302,
        f"/t/{meeting.code.lower()}/": 302,
    }.items():
        response = client.get(path, headers={"accept-language": language})
        assert (response.status_code, response.headers["Location"]) == (status, page), path
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert client.get(page).status_code == 200


def test_staff_no_longer_find_it(client: Client) -> None:
    meeting = old()
    erase_due()
    client.force_login(make_user("editor"))
    assert meeting.code not in client.get("/admin/invitations/meeting/").content.decode()
    for act in ("change", "kopieren", "verschieben", "absagen"):
        response = client.get(f"/admin/invitations/meeting/{meeting.pk}/{act}/")
        assert response.status_code in (302, 404), act


# What is final can be erased on this one path and on no other.
FORBIDDEN: dict[str, Callable[[Meeting], object]] = {
    "delete an exception": lambda meeting: Adjustment.objects.filter(meeting=meeting).delete(),
    "change an exception": lambda meeting: Adjustment.objects.update(reason_de="anders"),
    "delete a finding": lambda meeting: MeetingFinding.objects.all().delete(),
    "change a finding": lambda meeting: MeetingFinding.objects.update(deviations=[]),
    "change its title": lambda meeting: Meeting.objects.update(title_de="anders"),
    "put it into the future": lambda meeting: Meeting.objects.update(
        starts_at=timezone.now() + HOUR, ends_at=timezone.now() + 2 * HOUR
    ),
    "call it a sample": lambda meeting: Meeting.objects.update(is_sample=True),
    "delete it": lambda meeting: Meeting.objects.filter(pk=meeting.pk).delete(),
}


@pytest.mark.parametrize("act", FORBIDDEN)
def test_a_meeting_that_has_begun_is_final_in_the_database(act: str) -> None:
    meeting = with_all(old())
    with pytest.raises(IntegrityError), transaction.atomic():
        FORBIDDEN[act](meeting)
    with pytest.raises(FrozenRow):
        meeting.save()


def test_what_remains_of_an_erased_meeting_is_final_too() -> None:
    meeting = with_all(old())
    erase_due()
    for act in ("change its title", "put it into the future"):
        with pytest.raises(IntegrityError), transaction.atomic():
            FORBIDDEN[act](meeting)
    with pytest.raises(IntegrityError), transaction.atomic():
        MeetingErasure.objects.all().delete()


def test_no_erasure_is_recorded_before_it_is_due() -> None:
    meeting, now = old(), timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        MeetingErasure.objects.create(meeting=meeting, due_at=now + HOUR, at=now)


def test_sample_meetings_go_with_the_samples() -> None:
    sample = with_all(old(is_sample=True))
    sample.delete()
    assert not Meeting.objects.exists()


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),
    st.integers(0, 120),
)
def test_the_period_counts_in_months_of_the_calendar(end: datetime, months: int) -> None:
    local, due = end.astimezone(BERLIN), due_at(end, months)
    assert (due.year * 12 + due.month) - (local.year * 12 + local.month) == months
    assert due.day == local.day or (due.day < local.day and (due + timedelta(days=1)).day == 1)
    assert (due.hour, due.minute) == (local.hour, local.minute)


def test_the_command_for_cron_names_the_job(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("run_due_jobs")
    assert "Alte Treffen löschen: erledigt." in capsys.readouterr().out
