"""Which meetings a deviation touched, and which deviations touched a meeting.

A meeting's own settings count: what was announced for it beforehand is no surprise in it, and a
way that it did not offer harmed nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q

from notices.firm.languages import Localised, localised
from notices.safeguards.board.timelines import Board
from notices.safeguards.board.words import name_of
from notices.safeguards.deviations import Deviation
from notices.safeguards.models import DeviationSpan, Safeguard
from notices.safeguards.states import State, state_found, worst

from .. import joining, meeting_settings
from ..models import Adjustment, Meeting

# Safeguards that are about one way of taking part.
PHONE = (joining.PHONE_OFFERED, joining.NUMBER_MASKED)
BROWSER = (joining.BROWSER_OFFERED,)


@dataclass(frozen=True, slots=True)
class Touched:
    """One meeting during which a deviation lasted, and from when to when it did."""

    meeting: Meeting
    start: datetime
    end: datetime
    is_announced: bool


@dataclass(frozen=True, slots=True)
class During:
    """One deviation during a meeting, as its page tells it."""

    name: Localised
    start: datetime
    end: datetime | None
    explanations: Sequence[Localised]
    entered_later_at: datetime | None


def overlap(
    deviation: Deviation, starts_at: datetime, ends_at: datetime, now: datetime
) -> tuple[datetime, datetime] | None:
    """Return the common time of a deviation and a meeting as far as it has passed."""
    start = max(deviation.start, starts_at)
    end = min(deviation.end or now, ends_at, now)
    return (start, end) if start < end else None


def meetings_of(safeguard: Safeguard, deviation: Deviation, now: datetime) -> list[Touched]:
    """Return the meetings that `deviation` touched, in their order."""
    rows = (
        Meeting.objects.filter(
            starts_at__lt=min(deviation.end or now, now),
            ends_at__gt=deviation.start,
            cancelled_at=None,
        )
        .select_related("firm", "community")
        .prefetch_related(Prefetch("adjustments", Adjustment.objects.filter(safeguard=safeguard)))
        .order_by("starts_at", "pk")
    )
    if safeguard.key == joining.NO_FULL_ENCRYPTION:
        rows = rows.prefetch_related("findings")
    found = []
    for meeting in rows:
        common = overlap(deviation, meeting.starts_at, meeting.ends_at, now)
        if common and concerns(meeting, safeguard):
            announced = was_announced(meeting.adjustments.all(), safeguard, deviation, meeting)
            found.append(Touched(meeting, *common, announced))
    return found


def deviations_during(
    meeting: Meeting, read: Board, adjustments: Iterable[Adjustment], now: datetime
) -> list[During]:
    """Return what was less than promised during `meeting` and was not announced for it."""
    if meeting.cancelled_at or now <= meeting.starts_at:
        return []
    rows = list(adjustments)
    # Not from `read`: a board of that time does not know when a deviation ended later.
    spans = (
        DeviationSpan.objects.failures()
        .filter(Q(end=None) | Q(end__gt=meeting.starts_at), start__lt=min(meeting.ends_at, now))
        .select_related("safeguard", "finding")
        .prefetch_related("finding__explanations")
        .order_by("start", "safeguard__position")
    )
    found = []
    for span in spans:
        one = Deviation(span.finding, span.start, span.end)
        if concerns(meeting, span.safeguard) and not was_announced(
            rows, span.safeguard, one, meeting
        ):
            found.append(_told(read, span, meeting))
    return found


def concerns(meeting: Meeting, safeguard: Safeguard) -> bool:
    """Say whether a safeguard means anything for the ways in which people join this meeting."""
    if safeguard.provider_id != meeting.provider_id:
        return False
    if safeguard.key in PHONE and not meeting.phone:
        return False
    if safeguard.key in BROWSER and not meeting.browser:
        return False
    if safeguard.key == joining.NO_FULL_ENCRYPTION:
        own = meeting_settings.during(
            list(meeting.findings.all()), meeting.starts_at, meeting.ends_at
        )
        # The account prefers full encryption; this meeting itself had the usual one.
        return own.end_to_end is not False
    return True


def was_announced(
    adjustments: Iterable[Adjustment], safeguard: Safeguard, deviation: Deviation, meeting: Meeting
) -> bool:
    """Say whether the meeting's page had said by its start that this would be as weak."""
    state = state_found(deviation.finding, State.ON)
    return any(
        one.safeguard_id == safeguard.pk
        and one.recorded_at <= meeting.starts_at
        and worst([State(one.value), state]) is State(one.value)
        for one in adjustments
    )


def _told(read: Board, span: DeviationSpan, meeting: Meeting) -> During:
    recorded_at = span.finding.recorded_at
    return During(
        name=name_of(read, span.safeguard, meeting.ends_at),
        start=span.start,
        end=span.end,
        explanations=[localised(one, "text") for one in span.finding.explanations.all()],
        entered_later_at=recorded_at if recorded_at > meeting.ends_at else None,
    )
