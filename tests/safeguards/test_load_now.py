"""A page about now reads the end of every history, and says what the whole would say."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notices.safeguards.board import timelines
from notices.safeguards.models import Finding, Safeguard
from notices.safeguards.recording import record_check
from tests.factories import make_organisation, make_safeguard, write_finding

pytestmark = pytest.mark.django_db

ZERO = timedelta()


def add(safeguard: Safeguard, verdict: str, at: datetime, late: timedelta, users: int) -> None:
    write_finding(
        safeguard=safeguard,
        verdict=verdict,
        seen_at=at,
        recorded_at=min(at + late, timezone.now()),
        users_read=9,
        users_total=9,
        users_differing=users,
        source="account",
    )


def test_as_many_rows_are_read_after_many_findings_as_after_few() -> None:
    now, safeguards = timezone.now(), [make_safeguard() for _ in range(3)]
    record_check(safeguards, at=now - timedelta(days=1), source="account")

    def read(count: int) -> tuple[int, int]:
        for number in range(count):
            at = now - timedelta(hours=2 * (count - number), seconds=count)
            verdict = Finding.Verdict.values[number % 2]
            for safeguard in safeguards:
                add(safeguard, verdict, at, ZERO, 0)
        with CaptureQueriesContext(connection) as queries:
            known = timelines.load_now()
        return len(queries), sum(len(line.findings) for line in known.timelines.values())

    assert read(30) == read(90)


def test_a_long_history_leads_to_the_archive_and_a_short_one_does_not(client: Client) -> None:
    make_organisation()
    long, short = make_safeguard("chat"), make_safeguard("waiting_room")
    now = timezone.now()
    for days in range(30, 0, -5):
        record_check([long, short], at=now - timedelta(days=days), source="account")
    for number in range(20):
        add(long, Finding.Verdict.values[number % 2], now - timedelta(days=25 - number), ZERO, 0)
    add(short, Finding.Verdict.PROTECTED, now - timedelta(days=25), ZERO, 0)
    page = client.get("/en/safeguards/").content.decode()
    assert page.count("Older changes are in the archive") == 1
