"""Which meetings a deviation touched."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.test import Client

from notices.firm.days import BERLIN
from notices.invitations.incidents.touched import meetings_of
from notices.invitations.models import Meeting
from notices.safeguards.board import timelines
from notices.safeguards.deviations import deviations
from notices.safeguards.models import Finding, Safeguard

HOUR = timedelta(hours=1)
START = datetime(2027, 3, 1, 18, tzinfo=BERLIN)
NOW = START + timedelta(days=2)


def opened(safeguard: Safeguard) -> Finding:
    return Finding.objects.get(safeguard=safeguard, verdict="not_protected")


def touched(safeguard: Safeguard, now: datetime = NOW) -> list[Meeting]:
    (one,) = deviations(timelines.load().timelines[safeguard.pk], now)
    found = meetings_of(safeguard, one, now)
    return [each.meeting for each in found if not each.is_announced]


def text(client: Client, meeting: Meeting) -> str:
    return " ".join(client.get(meeting.get_absolute_url()).content.decode().split())
