"""When a state became another one: a page of them at a time, from the derived runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from notices.firm.languages import Localised, localised

from ..models import Safeguard, StateRun, Wording
from ..states import State
from .timelines import PastDeviation, told_with_runs


@dataclass(frozen=True, slots=True)
class StateChange:
    """A safeguard's state became another one."""

    safeguard: Safeguard
    name: Localised
    state: State
    moment: datetime
    reason: Localised | None
    recorded_late_at: datetime | None
    # What was found then, if it was less than promised.
    deviation: PastDeviation | None = None


def latest_changes(until: datetime, count: int) -> list[StateChange]:
    """Return the newest changes of state of listed safeguards until `until`, newest first."""
    return _changes(
        _runs(until).order_by("-start", "safeguard__position", "safeguard__key")[:count]
    )


def years_of_changes(until: datetime) -> list[int]:
    """Return the years in which a state changed, the latest first."""
    years = _runs(until).order_by("-year").values_list("year", flat=True)
    return list(years.distinct())


def days_of_changes(until: datetime, year: int | None, first: int, last: int | None) -> list[date]:
    """Return some of the days on which a state changed, the latest first; all years or one."""
    found = _runs(until).filter(**({"year": year} if year else {}))
    days = found.order_by("-day").values_list("day", flat=True).distinct()
    return list(days[first:last])


def changes_on(days: Sequence[date], until: datetime) -> list[StateChange]:
    """Return the changes of state on some `days`, newest first."""
    found = _runs(until).filter(day__in=days)
    return _changes(found.order_by("-start", "safeguard__position", "safeguard__key"))


def _runs(until: datetime) -> QuerySet[StateRun]:
    return StateRun.objects.filter(safeguard__listed=True, start__lte=until)


def _changes(runs: QuerySet[StateRun]) -> list[StateChange]:
    found = list(runs.select_related("safeguard", "promise"))
    names = _names({run.safeguard_id for run in found})
    deviations = told_with_runs(
        (run.safeguard_id, run.start) for run in found if run.state in (State.OFF, State.EXCEPTION)
    )
    return [
        StateChange(
            safeguard=run.safeguard,
            name=_name_at(run, names.get(run.safeguard_id, ())),
            state=State(run.state),
            moment=run.start,
            reason=localised(run.promise, "reason") if run.promise else None,
            recorded_late_at=run.recorded_late_at,
            deviation=deviations.get((run.safeguard_id, run.start)),
        )
        for run in found
    ]


def _names(safeguards: Iterable[int]) -> dict[int, list[Wording]]:
    names: dict[int, list[Wording]] = defaultdict(list)
    for wording in Wording.objects.filter(safeguard__in=safeguards, state=Wording.For.NAME):
        names[wording.safeguard_id or 0].append(wording)
    return names


def _name_at(run: StateRun, names: Sequence[Wording]) -> Localised:
    """Return the name of that time; before the first one, the first one."""
    past = [one for one in names if one.recorded_at <= run.start]
    wording = past[-1] if past else (names[0] if names else None)
    return localised(wording, "text") if wording else localised(run.safeguard, "name")
