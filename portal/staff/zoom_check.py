"""One check run: the account, and in it the meetings whose private ID is kept."""

from __future__ import annotations

import logging

from django.utils import timezone

from notices.firm.jobs import Job
from notices.invitations import meeting_settings
from notices.invitations.models import MeetingFinding
from notices.safeguards.checking import LEASE, Judged, Recorded, check_account, is_due
from notices.safeguards.zoom.account import Progress
from notices.safeguards.zoom.errors import ZoomError

logger = logging.getLogger(__name__)


def check(progress: Progress | None = None) -> Recorded:
    """Read and record account and meetings; a failure is recorded and raised."""
    asked = meeting_settings.wanted(timezone.now())
    recorded, seen = check_account(progress, meetings=asked)
    record_meetings(recorded, seen)
    return recorded


def record_meetings(recorded: Recorded, seen: Judged) -> list[MeetingFinding]:
    """Append what the answers say about the meetings that are asked for."""
    at = recorded.check.at
    return meeting_settings.record(seen.reading, seen.meetings, meeting_settings.wanted(at), at)


def check_when_due() -> None:
    """Check as a recurring job; a failure is on record and tried again later."""
    try:
        check()
    except ZoomError as error:
        logger.warning("The Zoom account could not be read: %s", error.code)


ZOOM_CHECK = Job("zoom-check", "Check the Zoom account", check_when_due, is_due=is_due, lease=LEASE)
