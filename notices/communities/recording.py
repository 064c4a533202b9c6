"""The one way a statement about a community comes in: recorded, then confirmed or turned down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256
from itertools import chain
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from notices.firm import audit
from notices.firm.audit import Act
from notices.firm.languages import columns

from .models import TAKEN_BACK, Community, CommunityDetails, Decided, PhysicalMeeting, Resolution

DETAILS = (
    *("name", "street", "postal_code", "city", "controller"),
    *columns("joint_terms"),
    *("contact", "phone", "email"),
)
RESOLVED = ("kind", "resolved_on", "since", "until", "physical_waived")


class RecordingError(Exception):
    """A statement about a community cannot take this step."""


class NotRead(RecordingError):
    """What is decided about is not what was read."""


class NeedsAReason(RecordingError):
    """Whoever entered it must learn why it was turned down."""


class NothingToDecide(RecordingError):
    """Nothing waits that another person wrote."""


@transaction.atomic
def record_details(community: Community, values: Mapping[str, Any], *, by: User | None) -> bool:
    """Append what is new about `community`; say whether anything is."""
    newest = community.details.exclude(TAKEN_BACK).last()
    new = CommunityDetails(community=community, **values)
    if newest and _values(newest, DETAILS) == _values(new, DETAILS):
        return False
    _record(new, by)
    return True


@transaction.atomic
def record_resolution(community: Community, values: Mapping[str, Any], *, by: User | None) -> bool:
    """Append a resolution that differs from the newest one of its kind; say whether it does."""
    new = Resolution(community=community, **values)
    newest = community.resolutions.exclude(TAKEN_BACK).filter(kind=new.kind).last()
    if newest and _values(newest, RESOLVED) == _values(new, RESOLVED):
        return False
    _record(new, by, only_warns=newest is not None and _only_warns(newest, new))
    return True


@transaction.atomic
def record_physical_meeting(community: Community, held_on: date, *, by: User | None) -> bool:
    """Append that owners met in a room; say whether that is new."""
    if community.physical_meetings.filter(held_on=held_on).exists():
        return False
    row = PhysicalMeeting(community=community, held_on=held_on, recorded_by_id=_pk(by))
    row.full_clean(exclude=["recorded_by"])
    row.save()
    return True


def waiting() -> list[CommunityDetails | Resolution]:
    """Return what nobody has decided about, community by community."""
    models: tuple[type[CommunityDetails] | type[Resolution], ...] = (CommunityDetails, Resolution)
    rows: Iterable[CommunityDetails | Resolution] = chain.from_iterable(
        model._default_manager.filter(decided_at=None).select_related("community", "recorded_by")
        for model in models
    )
    return sorted(rows, key=lambda row: (row.community.number, type(row).__name__, row.pk))


def decidable(rows: Iterable[Decided], by: User) -> list[Decided]:
    """Return those of `rows` that another person wrote."""
    return [row for row in rows if row.recorded_by_id != by.pk or not settings.FOUR_EYES]


def digest(rows: Iterable[Decided]) -> str:
    """Return the SHA-256 (hex) of what a second person has to read."""
    read = [(type(row).__name__, row.pk) for row in rows]
    return sha256(repr(read).encode()).hexdigest()


@transaction.atomic
def decide(*, by: User, accepted: bool, as_read: str, reason: str = "") -> int:
    """Confirm what waits and another person wrote, or turn it down; return how many rows.

    Why it was turned down stands in the audit; the rows stay as they were written.
    """
    # Locked, so that two people cannot both decide.
    list(Community.objects.select_for_update().values_list("pk"))
    rows = decidable(waiting(), by)
    if not rows:
        raise NothingToDecide
    if as_read != digest(rows):
        raise NotRead
    if not accepted and not reason.strip():
        raise NeedsAReason
    for row in rows:
        _decide(row, by, accepted=accepted)
    if accepted:
        audit.record(Act.COMMUNITIES_CONFIRMED, str(len(rows)), by=by)
    else:
        entered_by = sorted({row.recorded_by_id for row in rows if row.recorded_by_id})
        detail = {"reason": reason.strip(), "entered_by": entered_by}
        audit.record(Act.COMMUNITIES_TURNED_DOWN, str(len(rows)), by=by, **detail)
    return len(rows)


def own(rows: Iterable[Decided], by: User) -> list[Decided]:
    """Return those of `rows` that `by` entered."""
    return [row for row in rows if row.recorded_by_id == by.pk]


@transaction.atomic
def take_back(*, by: User) -> int:
    """Decide, as the one who entered it, that what waits does not hold; return how many rows."""
    list(Community.objects.select_for_update().values_list("pk"))
    rows = own(waiting(), by)
    if not rows:
        raise NothingToDecide
    for row in rows:
        _decide(row, by, accepted=False)
    audit.record(Act.COMMUNITIES_TAKEN_BACK, str(len(rows)), by=by)
    return len(rows)


def _record(row: Decided, by: User | None, *, only_warns: bool = False) -> None:
    row.recorded_by_id = _pk(by)
    row.full_clean(exclude=["recorded_by", "decided_by"])
    row.save()
    # What only makes a claim smaller goes at once; all else waits for a second person.
    if only_warns or not settings.FOUR_EYES:
        _decide(row, by, accepted=True)


def _decide(row: Decided, by: User | None, *, accepted: bool) -> None:
    row.decided_by_id = _pk(by)
    row.decided_at, row.accepted = timezone.now(), accepted
    row.four_eyes = row.recorded_by_id != row.decided_by_id
    row.save(update_fields=["decided_at", "decided_by", "accepted", "four_eyes"])


def _only_warns(old: Resolution, new: Resolution) -> bool:
    """Say whether `new` is the confirmed `old` one with an earlier end and nothing else."""
    same = ("kind", "resolved_on", "since")
    earlier = new.until is not None and (old.until is None or new.until < old.until)
    waived_more = new.physical_waived and not old.physical_waived
    return (
        bool(old.accepted)
        and earlier
        and not waived_more
        and _values(old, same) == _values(new, same)
    )


def _values(row: Decided, names: Iterable[str]) -> list[Any]:
    return [getattr(row, name) or None for name in names]


def _pk(user: User | None) -> int | None:
    return user.pk if user else None
