"""The one reading of the three timelines: every page, feed and export starts here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F, Q

from notices.firm import days
from notices.firm.languages import Localised, columns, localised, localised_by, texts_of
from notices.firm.storage import site_version

from .. import states
from ..derived import intervals, parts
from ..derived.runs import FOREVER
from ..deviations import Deviation, deviations
from ..models import (
    AnswerTie,
    CoveredInterval,
    DeviationSpan,
    Explanation,
    Finding,
    Promise,
    QuickAnswer,
    Safeguard,
    Source,
    StateRun,
    Wording,
)
from ..states import Coverage, Run, Situation, State, Timeline

# So many changes of each safeguard stand on a page about now; the archive has all.
NEWEST = 8
A_LITTLE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Explained:
    """What staff said about a deviation, and when they said it.

    In every language: a board is kept for readers of all of them.
    """

    texts: Mapping[str, str]
    at: datetime

    @property
    def text(self) -> Localised:
        return localised_by(self.texts.__getitem__)

    @classmethod
    def of(cls, row: Explanation) -> Explained:
        return cls(texts_of(row, "text"), row.recorded_at)


@dataclass(frozen=True, slots=True)
class PastDeviation:
    """A deviation with its end, None while it lasts, and what was said of it."""

    start: datetime
    end: datetime | None
    explanations: Sequence[Explained]

    def as_told_by(self, moment: datetime) -> PastDeviation:
        """Leave out what was said later than `moment`."""
        said = [one for one in self.explanations if one.at <= moment]
        return replace(self, explanations=said)


@dataclass(frozen=True)
class Board:
    """All safeguards with their timelines, as known at one moment."""

    safeguards: Sequence[Safeguard]
    quick_answers: Sequence[QuickAnswer]
    timelines: Mapping[int, Timeline]
    ties: Mapping[int, Sequence[AnswerTie]]
    wordings: Mapping[tuple[str, int, str], Sequence[Wording]] = field(default_factory=dict)
    explanations: Mapping[int, Sequence[Explanation]] = field(default_factory=dict)
    # Deviations that began with a run before the timelines here, by safeguard and start.
    earlier: Mapping[tuple[int, datetime], PastDeviation] = field(default_factory=dict)
    # That of the site when it was read; none where it is not about now.
    stamp: str = ""

    def of(self, provider_id: int | None = None) -> Board:
        """Return what is about one tool alone: Zoom unless another one is named."""
        safeguards = [one for one in self.safeguards if one.provider_id == provider_id]
        return replace(
            self,
            safeguards=safeguards,
            quick_answers=[one for one in self.quick_answers if one.provider_id == provider_id],
            timelines={one.pk: self.timelines[one.pk] for one in safeguards},
        )

    def situation(self, safeguard: Safeguard, moment: datetime) -> Situation | None:
        return situation_of(self.timelines[safeguard.pk], moment)

    def state_of(self, key: str, moment: datetime) -> State | None:
        """Return the state of the safeguard called `key`, None without any record."""
        for safeguard in self.safeguards:
            if safeguard.key == key:
                situation = self.situation(safeguard, moment)
                return situation.state if situation else None
        return None

    def deviations(self, safeguard: Safeguard, until: datetime) -> list[Deviation]:
        """Return when less was found of `safeguard` than promised; a property fails nobody."""
        if safeguard.is_property:
            return []
        return deviations(self.timelines[safeguard.pk], until)

    def told(self, deviation: Deviation) -> PastDeviation:
        """Return a deviation with all that was ever said of it, each with its own day."""
        found = deviation.finding
        rows = self.explanations.get(found.pk, []) if isinstance(found, Finding) else []
        return PastDeviation(deviation.start, deviation.end, list(map(Explained.of, rows)))

    def next_change(self, moment: datetime) -> datetime | None:
        """Return when a page about now can change without a new record."""
        later = [states.next_change(timeline, moment) for timeline in self.timelines.values()]
        return min((change for change in later if change), default=None)

    def tied(self, quick_answer: QuickAnswer, moment: datetime) -> list[int]:
        """Return the safeguards behind an answer at that time; before the first, the first."""
        ties = self.ties.get(quick_answer.pk, [])
        past = [tie for tie in ties if tie.since <= moment]
        first = [tie for tie in ties if tie.since == ties[0].since]
        return [tie.safeguard_id for tie in past or first]

    def wording(self, subject: str, pk: int, state: str, moment: datetime) -> Wording | None:
        """Return the wording of that time; before the first one, the first one."""
        rows = self.wordings.get((subject, pk, state), [])
        past = [row for row in rows if row.recorded_at <= moment]
        return past[-1] if past else (rows[0] if rows else None)


@dataclass(frozen=True)
class Words:
    """What is said about safeguards, and on which of them each answer rests."""

    quick_answers: Sequence[QuickAnswer]
    ties: Mapping[int, Sequence[AnswerTie]]
    wordings: Mapping[tuple[str, int, str], Sequence[Wording]]


class Kept:
    """The words, and the board of now, of the newest state of the site that this process saw.

    A board tells of every moment from its beginning on, so it is right as long as no row changes.
    """

    def __init__(self) -> None:
        self._words: tuple[str, Words] | None = None
        # With so many earlier runs of each safeguard.
        self._boards: dict[int, tuple[str, datetime, Board]] = {}

    def words(self, stamp: str = "") -> Words:
        """Return the words, read again if anything on the site has changed."""
        stamp = stamp or site_version.read(connection)
        kept = self._words
        if kept is None or kept[0] != stamp:
            # The stamp was read before: a change in between makes the next one read again.
            kept = self._words = (stamp, _words())
        return kept[1]

    def board(self, moment: datetime, earlier_runs: int) -> Board:
        """Return the board of `moment`, read again if anything on the site has changed."""
        stamp = site_version.read(connection)
        kept = self._boards.get(earlier_runs)
        if kept is None or kept[0] != stamp or kept[1] > moment:
            # Whoever asks took the time a little earlier.
            begins = moment - A_LITTLE
            read = parts.read(begins, earlier_runs=earlier_runs)
            board = replace(_board(*read, self.words(stamp)), stamp=stamp)
            kept = (stamp, begins, board)
            self._boards[earlier_runs] = kept
        return kept[2]


_kept = Kept()


def load_now(*, with_history: bool = False) -> Board:
    """Return what a page about now needs; kept in memory while no shown row changes.

    Without the history a row knows its present run alone, which is as much after ten years as
    on the first day.
    """
    return _kept.board(days.now(), NEWEST + 1 if with_history else 1)


def load_between(start: datetime, end: datetime) -> Board:
    """Read what a page about [start, end) needs."""
    return _board(*parts.read(start, end))


def load_since(start: datetime) -> Board:
    """Read what something that happened at `start`, or later, can change: no earlier history."""
    return _board(*parts.read(start))


def load(known_at: datetime | None = None) -> Board:
    """Read the whole history: only for what was known at an earlier moment.

    That needs each row, and each check, with the moment at which it was recorded.
    """
    safeguards = list(Safeguard.objects.all())
    findings: dict[int, list[Finding]] = defaultdict(list)
    promises: dict[int, list[Promise]] = defaultdict(list)
    coverages: dict[int, list[Coverage]] = defaultdict(list)
    for finding in Finding.objects.all():
        findings[finding.safeguard_id].append(finding)
    for promise in Promise.objects.all():
        promises[promise.safeguard_id].append(promise)
    if known_at:
        for pk, coverage in intervals.coverages_of(Q(check_made__recorded_at__lte=known_at)):
            coverages[pk].append(coverage)
    else:
        for interval in CoveredInterval.objects.all():
            coverages[interval.safeguard_id] += intervals.covered(interval)
    timelines = {
        one.pk: Timeline(promises[one.pk], findings[one.pk], coverages[one.pk])
        for one in safeguards
    }
    if known_at:
        timelines = {pk: line.as_known_at(known_at) for pk, line in timelines.items()}
    return _board(safeguards, timelines)


def first_record() -> datetime | None:
    """Return the moment from which anything is known."""
    return StateRun.objects.order_by("start").values_list("start", flat=True).first()


def _board(
    safeguards: Sequence[Safeguard], timelines: Mapping[int, Timeline], words: Words | None = None
) -> Board:
    words = words or _kept.words()
    return Board(
        safeguards,
        words.quick_answers,
        timelines,
        words.ties,
        words.wordings,
        _explanations(timelines.values()),
        told_with_runs(
            (pk, run.start)
            for pk, timeline in timelines.items()
            for run in timeline.earlier_runs
            # What was found may deviate although no check was in force any more.
            if run.state in (State.OFF, State.EXCEPTION, State.DUE)
        ),
    )


def told_with_runs(
    runs: Iterable[tuple[int, datetime]],
) -> dict[tuple[int, datetime], PastDeviation]:
    """Return the deviations that began with `runs` (safeguard and start), and what was said."""
    wanted = set(runs)
    if not wanted:
        return {}
    said: dict[tuple[int, datetime], list[Explained]] = defaultdict(list)
    spans: dict[tuple[int, datetime], DeviationSpan] = {}
    # One row for each explanation, and one for a deviation without any: a single question.
    rows = DeviationSpan.objects.failures().filter(
        safeguard__in={pk for pk, _start in wanted}, start__in={start for _pk, start in wanted}
    )
    texts = {name: F(f"finding__explanations__{name}") for name in columns("text")}
    for row in rows.annotate(**texts, said_at=F("finding__explanations__recorded_at")).order_by(
        "start", "said_at"
    ):
        key = row.safeguard_id, row.start
        spans[key] = row
        # What is annotated no type knows.
        if said_at := getattr(row, "said_at", None):
            said[key].append(Explained(texts_of(row, "text"), said_at))
    return {key: PastDeviation(row.start, row.end, said[key]) for key, row in spans.items()}


def _words() -> Words:
    quick_answers: dict[int, QuickAnswer] = {}
    ties: dict[int, list[AnswerTie]] = defaultdict(list)
    # One row for each tie, and one for an answer without any: a page has a dozen queries.
    tied = QuickAnswer.objects.annotate(
        tie=F("ties__id"), tied_to=F("ties__safeguard_id"), tied_since=F("ties__since")
    )
    for row in tied.order_by("position", "key", "ties__since", "ties__id"):
        quick_answers[row.pk] = row
        # What is annotated no type knows.
        tie, safeguard, since = (getattr(row, name) for name in ("tie", "tied_to", "tied_since"))
        if tie:
            own = AnswerTie(pk=tie, quick_answer=row, safeguard_id=safeguard, since=since)
            ties[row.pk].append(own)
    wordings: dict[tuple[str, int, str], list[Wording]] = defaultdict(list)
    for wording in Wording.objects.all():
        subject = "safeguard" if wording.safeguard_id else "quick_answer"
        subject_id = wording.safeguard_id or wording.quick_answer_id or 0
        wordings[subject, subject_id, wording.state].append(wording)
    return Words(list(quick_answers.values()), ties, wordings)


def _explanations(timelines: Iterable[Timeline]) -> Mapping[int, Sequence[Explanation]]:
    """Return what was said of the deviations that these timelines tell of."""
    opening = {
        deviation.finding.pk
        for timeline in timelines
        for deviation in deviations(timeline, FOREVER)
        if isinstance(deviation.finding, Finding)
    }
    found: dict[int, list[Explanation]] = defaultdict(list)
    for explanation in Explanation.objects.filter(finding__in=opening) if opening else ():
        found[explanation.finding_id].append(explanation)
    return found


def situation_of(timeline: Timeline, moment: datetime) -> Situation | None:
    """Return the situation at `moment` without the sample data that were forgotten by then."""
    situation = states.situation_at(timeline, moment)
    if situation is None or not isinstance(found := situation.finding, Finding):
        return situation
    if found.source != Source.IMPORT or found.verdict != Finding.Verdict.UNKNOWN:
        return situation
    # Nobody of this firm ever saw what the samples said, so it is not the last known state.
    coverage = situation.coverage
    return replace(
        situation,
        coverage=coverage if coverage and coverage.at > found.seen_at else None,
        last_known=None,
        last_known_at=None,
    )


def weakened(state: State, other: State | None) -> State:
    if other is None or state is State.RETIRED:
        return state
    return states.worst([state, other]) or state


def reason_of(run: Run) -> Localised | None:
    return localised(run.promise, "reason") if isinstance(run.promise, Promise) else None
