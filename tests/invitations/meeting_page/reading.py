"""Read the page of a meeting."""

from __future__ import annotations

import re
from datetime import timedelta

from django.test import Client
from django.utils import timezone, translation

from notices.invitations.models import Meeting
from tests.factories import (
    make_meeting,
)
from tests.pages import html_of

ACCESS = (
    "browser_join",
    "phone_join",
    "join_without_end_to_end",
    "account_not_required",
    "phone_masked",
)
DAYS = timedelta(days=1)


def path(meeting: Meeting, language: str = "en") -> str:
    with translation.override(language):
        return meeting.get_absolute_url()


def page(client: Client, meeting: Meeting, language: str = "en") -> str:
    response = client.get(path(meeting, language))
    assert response.status_code == 200
    return " ".join(html_of(response).replace("\xad", "").split())


def ways(html: str) -> list[str]:
    # A drawing stands before each name.
    without = re.sub(r"<svg .*?</svg>", "", html)
    return re.findall(r"<h3> ?(In the browser|By telephone|With the Zoom app)</h3>", without)


def held(**changes: object) -> Meeting:
    return make_meeting(timezone.now() - 7 * DAYS, **changes)
