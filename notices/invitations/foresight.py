"""What staff should know about a meeting before they invite to it. Computed, never stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from notices.editions.models import Edition, Notice

from .models import Meeting


@dataclass(frozen=True, slots=True)
class EditionAtStart:
    """The edition of one privacy notice at a meeting's start, and what starts until then."""

    notice: Notice
    edition: Edition | None
    starting: Sequence[Edition]


def editions_at_start(meeting: Meeting, now: datetime) -> list[EditionAtStart]:
    """Return for each privacy notice the edition that will be in force when `meeting` starts.

    Scheduled editions count; those that begin between now and then are named.
    """
    found = []
    for notice in Notice.objects.filter(kind=Notice.Kind.PRIVACY):
        starting = (
            Edition.objects.came_into_force_by(meeting.starts_at)
            .filter(notice=notice, in_force_from__gt=now)
            .order_by("in_force_from", "number", "correction")
        )
        edition = notice.in_force_at(meeting.starts_at)
        if edition or starting:
            found.append(EditionAtStart(notice, edition, list(starting)))
    return found


def copied(meeting: Meeting, starts_at: datetime, ends_at: datetime) -> Meeting:
    """Return a new meeting like `meeting`, not yet saved: own code, no history, no Zoom ID."""
    return Meeting(
        type=meeting.type,
        title_de=meeting.title_de,
        title_en=meeting.title_en,
        place_de=meeting.place_de,
        place_en=meeting.place_en,
        language=meeting.language,
        browser=meeting.browser,
        phone=meeting.phone,
        app=meeting.app,
        starts_at=starts_at,
        ends_at=ends_at,
    )
