"""What happens to a meeting before it begins: entered, changed, moved, cancelled, copied.

Each act locks the meeting first, so that of two people neither undoes what the other did unseen,
and no two acts share a sequence number: calendars take a file they know only under a higher one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from notices.firm import audit
from notices.firm.audit import Act
from notices.firm.languages import column_values

from .handouts.calendar_file import IN_CALENDARS
from .models import Adjustment, Meeting

WAYS = ("browser", "phone", "app")


class PlanningError(Exception):
    """A meeting cannot take this step."""


class HasBegun(PlanningError):
    """What was said about a meeting is final once it has begun."""


class DoneAlready(PlanningError):
    """Somebody did the same before; doing it twice must not undo it."""


@transaction.atomic
def enter(meeting: Meeting) -> Meeting:
    """Store a new meeting; its type says how people join it."""
    ways = {way: getattr(meeting.type, way) for way in WAYS}
    if any(ways.values()):
        for way, offered in ways.items():
            setattr(meeting, way, offered)
    _of_its_community(meeting)
    meeting.save()
    return meeting


@transaction.atomic
def change(meeting: Meeting, changed: Collection[str]) -> Meeting:
    """Store what staff typed into the form of an upcoming meeting; `changed` names the fields."""
    stored = locked(meeting)
    # What the other acts decide is theirs, however old the form is.
    for name in ("starts_at", "ends_at", "moved_from", "cancelled_at", "sequence"):
        setattr(meeting, name, getattr(stored, name))
    if IN_CALENDARS & set(changed):
        meeting.sequence += 1
    _of_its_community(meeting)
    meeting.save()
    return meeting


@transaction.atomic
def move(meeting: Meeting, *, starts_at: datetime, ends_at: datetime, by: User) -> Meeting:
    """Give a meeting a new date and keep the old one visible."""
    meeting = locked(meeting)
    if (starts_at, ends_at) == (meeting.starts_at, meeting.ends_at):
        raise DoneAlready(meeting)
    if starts_at != meeting.starts_at:
        meeting.moved_from = meeting.starts_at
    meeting.starts_at, meeting.ends_at = starts_at, ends_at
    return _raised(meeting, by, Act.MEETING_MOVED)


@transaction.atomic
def cancel(meeting: Meeting, *, by: User) -> Meeting:
    """Say that a meeting does not take place; its page stays."""
    meeting = locked(meeting)
    if meeting.cancelled_at:
        raise DoneAlready(meeting)
    meeting.cancelled_at = timezone.now()
    return _raised(meeting, by, Act.MEETING_CANCELLED)


@transaction.atomic
def reinstate(meeting: Meeting, *, by: User) -> Meeting:
    """Take the cancellation of a meeting back."""
    meeting = locked(meeting)
    if not meeting.cancelled_at:
        raise DoneAlready(meeting)
    meeting.cancelled_at = None
    return _raised(meeting, by, Act.MEETING_REINSTATED)


@transaction.atomic
def copy(
    meeting: Meeting,
    *,
    starts_at: datetime,
    ends_at: datetime,
    adjustments: Iterable[Adjustment] = (),
    by: User,
) -> Meeting:
    """Enter a new meeting like `meeting`: own code, another date, nothing of its history."""
    new = Meeting(
        type=meeting.type,
        firm=meeting.firm,
        provider=meeting.provider,
        community=meeting.community,
        **column_values(meeting, "title", "place"),
        language=meeting.language,
        browser=meeting.browser,
        phone=meeting.phone,
        app=meeting.app,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    new.save()
    for one in adjustments:
        Adjustment.objects.create(
            meeting=new,
            safeguard=one.safeguard,
            value=one.value,
            **column_values(one, "reason"),
            recorded_by_id=by.pk,
        )
    audit.record(Act.CONTENT_ADDED, audit.name_of_row(new), by=by)
    return new


def lock(pk: int | str) -> None:
    """Let nobody else act on a meeting until this transaction ends."""
    list(Meeting.objects.select_for_update().filter(pk=pk).values_list("pk"))


def locked(meeting: Meeting) -> Meeting:
    """Read `meeting` again under its lock; one that has begun takes no step any more."""
    lock(meeting.pk)
    row = Meeting.objects.get(pk=meeting.pk)
    if row.has_begun():
        raise HasBegun(row)
    return row


def _of_its_community(meeting: Meeting) -> None:
    """Let the firm invite that manages the community."""
    if meeting.community:
        meeting.firm = meeting.community.firm


def _raised(meeting: Meeting, by: User, act: Act) -> Meeting:
    meeting.sequence += 1
    meeting.save(update_fields=["starts_at", "ends_at", "moved_from", "cancelled_at", "sequence"])
    audit.record(act, audit.name_of_row(meeting), by=by)
    return meeting
