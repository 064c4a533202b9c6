"""Every safeguard and quick answer during a span of the past, in words."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from notices.firm import days
from notices.firm.days import day_bounds
from notices.firm.languages import Localised, localised

from .. import states
from ..derived import intervals
from ..models import (
    QuickAnswer,
    Safeguard,
)
from ..states import IN_TIME, Coverage, Lock, Run, State, Timeline, recorded_late
from .timelines import Board, PastDeviation, situation_of, weakened
from .words import STRANGERS, WAITING_ROOM, answer_text, name_of, question_past


@dataclass(frozen=True, slots=True)
class PastState:
    """A state that held during part of a span; `start` is None when it held from its beginning."""

    state: State
    start: datetime | None
    end: datetime | None
    text: Localised | None = None
    # The safeguard whose state this is; empty for an answer.
    key: str = ""


@dataclass(frozen=True, slots=True)
class PastRow:
    """One safeguard during a span of the past: name and state words only."""

    safeguard: Safeguard
    name: Localised
    worst: State
    parts: Sequence[PastState]
    since: datetime
    checked_at: datetime | None
    recorded_late_at: datetime | None
    deviations: Sequence[PastDeviation]

    @property
    def deviation(self) -> PastDeviation | None:
        """Return the last of them."""
        return self.deviations[-1] if self.deviations else None

    @property
    def group(self) -> str:
        return self.safeguard.group

    @property
    def slug(self) -> str:
        return str(localised(self.safeguard, "slug"))

    @property
    def state(self) -> State:
        return self.worst


@dataclass(frozen=True, slots=True)
class PastAnswer:
    """One quick answer about a span of the past, in the past tense."""

    quick_answer: QuickAnswer
    question: Localised
    state: State
    text: Localised
    lock_sentence: str
    admission_sentence: str
    parts: Sequence[PastState]
    # The place on the page of the day of the safeguard that decides, the first of several.
    proof: str = ""

    @property
    def key(self) -> str:
        return self.quick_answer.key


def past_rows(known: Board, start: datetime, end: datetime) -> list[PastRow]:
    """Return every safeguard with the states it had in [start, end)."""
    rows = []
    last_checks = _last_checks(known, end)
    for safeguard in known.safeguards:
        timeline = known.timelines[safeguard.pk]
        runs = states.runs_between(timeline, start, end)
        if not runs:
            continue
        last = min(runs[-1].end or end, end)
        situation = situation_of(timeline, _just_before(last))
        worst = states.worst(run.state for run in runs) or State.RETIRED
        touching = [
            deviation
            for deviation in known.deviations(safeguard, _just_before(end))
            if deviation.end is None or deviation.end > start
        ]
        coverage = last_checks.get(safeguard.pk) or (situation.coverage if situation else None)
        rows.append(
            PastRow(
                safeguard=safeguard,
                name=name_of(known, safeguard, end),
                worst=worst,
                parts=_parts(runs, start, end, safeguard.key),
                since=runs[-1].start,
                checked_at=coverage.at if coverage else None,
                recorded_late_at=_recorded_late_for(timeline, start, end),
                deviations=[known.told(one) for one in touching],
            )
        )
    return rows


def past_answers(
    known: Board, start: datetime, end: datetime, weaker: Mapping[int, State] | None = None
) -> list[PastAnswer]:
    """Return the quick answers about [start, end); the headline is the worst of each."""
    weaker = weaker or {}
    answers = []
    for quick_answer in known.quick_answers:
        runs = _combined_runs(known, quick_answer, start, end, weaker)
        worst = states.worst(run.state for run in runs)
        if worst is None:
            continue
        parts = [
            PastState(
                part.state,
                part.start,
                part.end,
                answer_text(known, quick_answer, part.state, "past", end),
            )
            for part in _parts(runs, start, end)
        ]
        ids = known.tied(quick_answer, end)
        admitting = _admitting(known, quick_answer, worst, start, end, weaker)
        answers.append(
            PastAnswer(
                quick_answer=quick_answer,
                question=question_past(known, quick_answer, end),
                state=worst,
                text=answer_text(known, quick_answer, worst, "past", end),
                lock_sentence=_lock_sentence(known, [*ids, *admitting], worst, start, end),
                admission_sentence=(
                    _("The host let in each person one by one.") if admitting else ""
                ),
                parts=parts,
                proof=_proof(known, quick_answer, worst, start, end),
            )
        )
    return answers


def on_day(known: Board, on: date) -> tuple[list[PastRow], list[PastAnswer]]:
    """Return rows and answers of one day in Berlin, as far as the day has passed."""
    start, end = day_bounds(on)
    end = min(end, days.now())
    return past_rows(known, start, end), past_answers(known, start, end)


def _combined_runs(
    known: Board,
    quick_answer: QuickAnswer,
    start: datetime,
    end: datetime,
    weaker: Mapping[int, State],
) -> list[Run]:
    """Return the runs of the worst state among the tied safeguards in [start, end)."""
    ids = known.tied(quick_answer, end)
    single = {pk: states.runs_between(known.timelines[pk], start, end) for pk in ids}
    moments = sorted({run.start for runs in single.values() for run in runs})
    combined: list[Run] = []
    for moment in moments:
        worst = states.worst(
            weakened(run.state, weaker.get(pk))
            for pk, runs in single.items()
            for run in runs
            if run.start <= moment and (run.end is None or run.end > moment)
        )
        if worst is None or (combined and combined[-1].state is worst):
            continue
        if combined:
            combined[-1] = Run(combined[-1].state, combined[-1].start, moment)
        combined.append(Run(worst, moment, None))
    return [run for run in combined if run.end is None or run.end > start]


def _proof(
    known: Board, quick_answer: QuickAnswer, state: State, start: datetime, end: datetime
) -> str:
    """Return the place of the first safeguard that was in the state of the answer."""
    tied = known.tied(quick_answer, end)
    for one in known.safeguards:
        if one.pk in tied:
            runs = states.runs_between(known.timelines[one.pk], start, end)
            if any(run.state is state for run in runs):
                return str(localised(one, "slug"))
    return ""


def _admitting(
    known: Board,
    quick_answer: QuickAnswer,
    state: State,
    start: datetime,
    end: datetime,
    weaker: Mapping[int, State],
) -> list[int]:
    """Return the waiting room for the answer about strangers, if it was on all the time."""
    if quick_answer.key != STRANGERS or state not in (State.ON, State.EXCEPTION):
        return []
    found = []
    for one in known.safeguards:
        if one.key == WAITING_ROOM:
            runs = states.runs_between(known.timelines[one.pk], start, end)
            is_on = [weakened(run.state, weaker.get(one.pk)) is State.ON for run in runs]
            # A record that begins later says nothing of the time before.
            if runs and runs[0].start <= start and all(is_on):
                found.append(one.pk)
    return found


def _lock_sentence(
    known: Board, ids: Sequence[int], state: State, start: datetime, end: datetime
) -> str:
    """Say so if a protecting setting was but a default at some time of [start, end)."""
    if state not in (State.ON, State.EXCEPTION):
        return ""
    for pk in ids:
        before: Lock | None = None
        for found in known.timelines[pk].findings:
            if found.seen_at <= start:
                before = Lock(found.lock)
            elif found.seen_at < end and found.lock == Lock.UNLOCKED:
                before = Lock.UNLOCKED
                break
        if before is Lock.UNLOCKED:
            return _("Whoever hosted the meeting could have changed it.")
    return ""


def _last_checks(known: Board, end: datetime) -> dict[int, Coverage]:
    """Return the last checks before `end` of what was checked again before they got too old."""
    renewed = []
    for pk, timeline in known.timelines.items():
        position = bisect_left(timeline.coverages, end, key=lambda row: row.at)
        around = timeline.coverages[max(position - 1, 0) : position + 1]
        if position and len(around) == 2 and around[0].valid_until > around[1].at:
            renewed.append(pk)
    return intervals.last_checks(renewed, end)


def _just_before(moment: datetime) -> datetime:
    return moment - timedelta(microseconds=1)


def _parts(runs: Sequence[Run], start: datetime, end: datetime, key: str = "") -> list[PastState]:
    """Cut runs to [start, end); an open side is None."""
    return [
        PastState(
            run.state,
            run.start if run.start > start else None,
            run.end if run.end and run.end < end else None,
            key=key,
        )
        for run in runs
    ]


def _recorded_late_for(timeline: Timeline, start: datetime, end: datetime) -> datetime | None:
    """Return when what held in [start, end) was written, if nobody knew it by then."""
    late = [recorded_late(timeline, start, end)]
    situation = states.situation_at(timeline, start)
    if situation:
        # It began on an earlier day, but was entered only after this one.
        held = [
            (situation.promise, situation.promise and situation.promise.effective_from),
            (situation.finding, situation.finding and situation.finding.seen_at),
        ]
        late += [
            row.recorded_at
            for row, since in held
            if row and since and row.recorded_at >= end and row.recorded_at - since > IN_TIME
        ]
    return max((moment for moment in late if moment), default=None)
