"""What is derived from all three timelines and may be rebuilt: runs of a state, and deviations.

They are derived anew from the moment about which something was recorded, in the transaction that
records it; nothing that is recorded changes what was before its moment.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Q

from notices.firm.days import day_of

from .. import states
from ..deviations import deviations, told
from ..models import DeviationSpan, Finding, KeptPromise, Promise, Safeguard, StateRun
from ..states import State, Timeline
from . import parts

FOREVER = datetime.max.replace(tzinfo=UTC)
BEGINNING = datetime(1900, 1, 1, tzinfo=UTC)


@transaction.atomic
def derive(safeguards: Collection[int], since: datetime) -> None:
    """Derive anew what lasted at `since` or came later, after something was recorded for then."""
    _found, timelines = parts.read(since, safeguards=safeguards)
    lasted = Q(end=None) | Q(end__gte=since)
    for derived in (StateRun, DeviationSpan):
        derived.objects.filter(lasted, safeguard__in=safeguards).delete()
    KeptPromise.objects.filter(start__gte=since, safeguard__in=safeguards).delete()
    _write(timelines)


@transaction.atomic
def rebuild() -> int:
    """Derive all of them anew, one safeguard after the other; return how many there are."""
    for derived in (StateRun, DeviationSpan, KeptPromise):
        derived.objects.all().delete()
    for pk in Safeguard.objects.values_list("pk", flat=True):
        _found, timelines = parts.read(BEGINNING, safeguards=[pk])
        _write(timelines)
    return StateRun.objects.count() + DeviationSpan.objects.count()


def is_right(now: datetime) -> bool:
    """Say whether the derived rows agree with the newest records: cheap."""
    # What lasted a moment before the newest records, carried on by them, is what they say alone.
    safeguards, timelines = parts.read(now)
    return all(_is_right(timelines[one.pk], now) for one in safeguards)


def _is_right(timeline: Timeline, now: datetime) -> bool:
    situation = states.situation_at(timeline, now)
    lasted = states.runs(timeline, now)
    if (situation and situation.state) != (lasted[-1].state if lasted else None):
        return False
    is_open = any(one.end is None for one in deviations(timeline, now))
    promised = situation.promise.value if situation and situation.promise else None
    if promised == State.RETIRED or (situation and situation.last_known is State.ON):
        return not is_open
    deviates = situation is not None and situation.last_known not in (None, State.ON)
    return is_open or not (deviates and promised == State.ON)


def _write(timelines: Mapping[int, Timeline]) -> None:
    StateRun.objects.bulk_create(
        StateRun(
            safeguard_id=pk,
            state=run.state.value,
            start=run.start,
            end=run.end,
            day=day_of(run.start),
            year=day_of(run.start).year,
            promise=run.promise if isinstance(run.promise, Promise) else None,
            recorded_late_at=run.recorded_late_at,
        )
        for pk, timeline in timelines.items()
        for run in states.runs(timeline, FOREVER)
    )
    found = {pk: told(timeline, FOREVER) for pk, timeline in timelines.items()}
    DeviationSpan.objects.bulk_create(
        DeviationSpan(
            safeguard_id=pk,
            finding=one.finding,
            start=one.start,
            end=one.end,
            against=one.against.value,
        )
        for pk, (spans, _kept) in found.items()
        for one in spans
        if isinstance(one.finding, Finding)
    )
    KeptPromise.objects.bulk_create(
        KeptPromise(
            safeguard_id=pk,
            promise=one.promise if isinstance(one.promise, Promise) else None,
            start=one.start,
        )
        for pk, (_spans, kept) in found.items()
        for one in kept
    )
