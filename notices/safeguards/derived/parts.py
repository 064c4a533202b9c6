"""The timelines of safeguards from a moment on: only the rows that still count then.

What was before is told by the derived runs and deviations, so that a page, or a record that is
appended, reads as much after ten years as on the first day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery

from ..deviations import Deviation
from ..models import (
    CoveredInterval,
    DeviationSpan,
    Finding,
    KeptPromise,
    Promise,
    Safeguard,
    StateRun,
)
from ..states import Coverage, Run, State, Timeline
from . import intervals

# Stands for the moment in a query that is kept; no query asks for it.
SOME_MOMENT = datetime(1801, 2, 3, 4, 5, 6, 789, tzinfo=UTC)


def read(
    begins: datetime,
    end: datetime | None = None,
    *,
    safeguards: Collection[int] | None = None,
    earlier_runs: int = 1,
) -> tuple[list[Safeguard], dict[int, Timeline]]:
    """Return the safeguards, and each one's timeline from `begins` on, or of [begins, end)."""
    found = _safeguards(begins, safeguards, earlier_runs)
    pks = [one.pk for one in found]
    shown = {one.pk: one.shown for one in found}
    findings: dict[int, list[Finding]] = defaultdict(list)
    for finding in _findings(rows_of=found, pks=pks, begins=begins, end=end):
        findings[finding.safeguard_id].append(finding)
    last = _runs(_starts(found, _names(earlier_runs)), begins)
    reasons = {row[4] for row in last}
    promises: dict[int, list[Promise]] = defaultdict(list)
    for promise in _promises(rows_of=found, pks=pks, begins=begins, end=end, further=reasons):
        promises[promise.safeguard_id].append(promise)
    coverages: dict[int, list[Coverage]] = defaultdict(list)
    for interval in _intervals(rows_of=found, pks=pks, begins=begins, end=end):
        coverages[interval.safeguard_id] += intervals.covered(interval)
    deviations = _open_deviations({one.deviating for one in found})
    kept = {promise.pk: promise for own in promises.values() for promise in own}
    runs: dict[int, list[Run]] = defaultdict(list)
    for pk, state, start, stop, promise_id, late in last:
        runs[pk].append(Run(State(state), start, stop, kept.get(promise_id or 0), late))
    timelines = {
        pk: Timeline(
            promises=promises[pk],
            findings=findings[pk],
            coverages=coverages[pk],
            begins=begins,
            earlier_runs=runs[pk],
            open_deviation=deviations.get(pk),
            kept_promise=kept.get(shown[pk]),
        )
        for pk in pks
    }
    return found, timelines


def _safeguards(
    begins: datetime, safeguards: Collection[int] | None, earlier_runs: int
) -> list[Any]:
    """Return the safeguards, each with the rows before `begins` that still count at it."""
    if safeguards is not None and not safeguards:
        return []
    places = [] if safeguards is None else _places(len(safeguards))
    sql, params = _in_sql(None if safeguards is None else len(safeguards), earlier_runs)
    values: dict[Any, Any] = dict(zip(places, safeguards or (), strict=True))
    values[_stored(SOME_MOMENT)] = _stored(begins)
    # What is annotated no type knows.
    return list(Safeguard.objects.raw(sql, [values.get(one, one) for one in params]))


@lru_cache(maxsize=64)
def _in_sql(safeguards: int | None, earlier_runs: int) -> tuple[str, tuple[Any, ...]]:
    """Put the query into SQL once: that takes Django longer than the database takes to answer.

    What stands for the moment and for the safeguards is exchanged in each call.
    """
    rows = _annotated(SOME_MOMENT, earlier_runs)
    if safeguards is not None:
        rows = rows.filter(pk__in=_places(safeguards))
    return rows.query.sql_with_params()


def _places(number: int) -> list[int]:
    """Return what stands for the keys of safeguards: no number that the query has otherwise."""
    return [-1_000_000 - place for place in range(number)]


def _stored(moment: datetime) -> Any:
    """Return a moment as the database is given it."""
    return connection.ops.adapt_datetimefield_value(moment)


def _annotated(begins: datetime, earlier_runs: int) -> QuerySet[Safeguard]:
    own = {"safeguard": OuterRef("pk")}
    findings = Finding.objects.filter(**own, seen_at__lt=begins).latest_first()
    promises = Promise.objects.filter(
        **own, effective_from__lt=begins, recorded_at__lte=begins
    ).order_by("-effective_from", "-recorded_at", "-id")
    covered = CoveredInterval.objects.filter(**own, start__lt=begins).order_by("-start")
    runs = StateRun.objects.filter(**own, start__lt=begins).order_by("-start")
    lasting = Q(end=None) | Q(end__gte=begins)
    spans = DeviationSpan.objects.filter(lasting, **own, start__lt=begins).order_by("-start")
    kept = KeptPromise.objects.filter(**own, start__lt=begins).order_by("-start")
    last = {
        name: Subquery(runs.values("start")[place : place + 1])
        for place, name in enumerate(_names(earlier_runs))
    }
    return Safeguard.objects.annotate(
        newest=Subquery(findings.values("pk")[:1]),
        telling=Subquery(findings.telling().values("pk")[:1]),
        promised=Subquery(promises.values("pk")[:1]),
        covered=Subquery(covered.values("pk")[:1]),
        shown=Subquery(kept.values("promise")[:1]),
        deviating=Subquery(spans.values("pk")[:1]),
        **last,
    )


def _findings(
    *, rows_of: Sequence[Any], pks: Sequence[int], begins: datetime, end: datetime | None
) -> QuerySet[Finding]:
    before = {one.newest for one in rows_of} | {one.telling for one in rows_of}
    return Finding.objects.filter(
        Q(pk__in=before - {None})
        | Q(safeguard__in=pks, seen_at__gte=begins, **({"seen_at__lt": end} if end else {}))
    )


def _promises(
    *,
    rows_of: Sequence[Any],
    pks: Sequence[int],
    begins: datetime,
    end: datetime | None,
    further: set[int | None],
) -> QuerySet[Promise]:
    """Return what was promised; what was recorded later may be about earlier.

    `further` promises, older than those that count, only give the reasons for earlier runs.
    """
    before = {one.promised for one in rows_of} | {one.shown for one in rows_of} | further
    until = {"effective_from__lt": end} if end else {}
    return Promise.objects.filter(
        Q(pk__in=before - {None}) | Q(safeguard__in=pks, recorded_at__gte=begins, **until)
    )


def _intervals(
    *, rows_of: Sequence[Any], pks: Sequence[int], begins: datetime, end: datetime | None
) -> QuerySet[CoveredInterval]:
    before = {one.covered for one in rows_of}
    until = {"start__lt": end} if end else {}
    return CoveredInterval.objects.filter(
        Q(pk__in=before - {None}) | Q(safeguard__in=pks, start__gte=begins, **until)
    )


def _names(earlier_runs: int) -> list[str]:
    """Return what the starts of the last runs are called in the query, the newest first."""
    return [f"run_{number}" for number in range(earlier_runs)]


def _starts(rows: Sequence[Any], names: Sequence[str]) -> set[tuple[int, datetime]]:
    """Return the safeguard and the start of each of the last runs: no key, for they are renewed."""
    # No raw query makes a moment of what is annotated.
    start = StateRun._meta.get_field("start").cached_col
    converters = connection.ops.get_db_converters(start)
    found = {(row.pk, getattr(row, name)) for row in rows for name in names}
    for convert in converters:
        found = {(pk, convert(at, start, connection)) for pk, at in found}
    return {(pk, at) for pk, at in found if at}


def _runs(
    starts: set[tuple[int, datetime]], begins: datetime
) -> list[tuple[int, str, datetime, datetime | None, int | None, datetime | None]]:
    """Return the runs that began at `starts`, before `begins`, oldest first; the last one lasts."""
    names = ("safeguard_id", "state", "start", "end", "promise_id", "recorded_late_at")
    rows = StateRun.objects.filter(
        safeguard__in={pk for pk, _at in starts}, start__in={at for _pk, at in starts}
    ).order_by("start")
    return [
        (pk, state, start, end if end and end < begins else None, promise, late)
        for pk, state, start, end, promise, late in rows.values_list(*names)
        if (pk, start) in starts
    ]


def _open_deviations(pks: set[int | None]) -> Mapping[int, Deviation]:
    """Return the deviations called `pks` as they stood, by safeguard: open."""
    wanted = [pk for pk in pks if pk]
    rows = DeviationSpan.objects.filter(pk__in=wanted).select_related("finding") if wanted else ()
    return {
        row.safeguard_id: Deviation(row.finding, row.start, None, State(row.against))
        for row in rows
    }
