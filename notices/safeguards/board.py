"""The one reading of the three timelines: every page, feed and export takes its words here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from notices.firm.days import day_bounds
from notices.firm.languages import Localised, localised

from . import states
from .models import (
    AnswerTie,
    CheckCoverage,
    Explanation,
    Finding,
    Promise,
    QuickAnswer,
    Safeguard,
    Source,
    Wording,
)
from .states import Coverage, Deviation, Lock, Run, Situation, State, Timeline

# A check is often written down after the work; up to a day counts as in time.
IN_TIME = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One line in "Nachweis und Verlauf"."""

    moment: datetime
    state: State
    reason: Localised | None
    recorded_late_at: datetime | None


@dataclass(frozen=True, slots=True)
class Row:
    """One safeguard at one moment, in words."""

    safeguard: Safeguard
    situation: Situation
    claim: Localised
    meaning: Localised | None
    since: datetime
    deviation: Deviation | None
    explanations: Sequence[Localised]
    history: Sequence[HistoryEntry]

    @property
    def state(self) -> State:
        return self.situation.state

    @property
    def name(self) -> Localised:
        return localised(self.safeguard, "name")

    @property
    def zoom_name(self) -> Localised:
        return localised(self.safeguard, "zoom_name")

    @property
    def group(self) -> str:
        return self.safeguard.group

    @property
    def slug(self) -> str:
        return str(localised(self.safeguard, "slug"))

    @property
    def checked_at(self) -> datetime | None:
        return self.situation.coverage.at if self.situation.coverage else None

    @property
    def checked_by_hand(self) -> bool:
        return bool(self.situation.coverage and self.situation.coverage.by_hand)

    @property
    def hand_role(self) -> str:
        """Return in which role somebody last compared by hand; never who."""
        covered = self.situation.coverage
        return role_word(covered.role) if covered and covered.by_hand else ""

    @property
    def how_checked(self) -> str:
        """Return how the newest check was made: nothing is said of a check that was not."""
        return how_checked(self.situation.coverage)

    @property
    def lock_sentence(self) -> str:
        return lock_sentence(self.situation.lock)

    @property
    def below_sentence(self) -> str:
        """Return how many users or groups differ, as far as they were read."""
        found = self.situation.finding
        return below_sentence(found) if isinstance(found, Finding) and found.differs_below else ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One quick answer, in words."""

    quick_answer: QuickAnswer
    question: Localised
    state: State
    text: Localised
    sentence: Localised
    lock_sentence: str
    last_known: Localised | None
    last_known_at: datetime | None
    checked_at: datetime | None

    @property
    def key(self) -> str:
        return self.quick_answer.key


@dataclass(frozen=True, slots=True)
class PastState:
    """A state that held during part of a span; `start` is None when it held from its beginning."""

    state: State
    start: datetime | None
    end: datetime | None
    text: Localised | None = None


@dataclass(frozen=True, slots=True)
class Explained:
    """What staff said about a deviation, and when they said it."""

    text: Localised
    at: datetime


@dataclass(frozen=True, slots=True)
class PastDeviation:
    """A deviation that lasted at some time of a span, as far as it was over by its end."""

    start: datetime
    end: datetime | None
    explanations: Sequence[Explained]


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
    def state(self) -> State:
        return self.worst


@dataclass(frozen=True, slots=True)
class PastAnswer:
    """One quick answer about a span of the past, in the past tense."""

    quick_answer: QuickAnswer
    question: Localised
    state: State
    text: Localised
    parts: Sequence[PastState]

    @property
    def key(self) -> str:
        return self.quick_answer.key


@dataclass(frozen=True, slots=True)
class Change:
    """A safeguard's state became another one."""

    safeguard: Safeguard
    name: Localised
    state: State
    previous: State | None
    moment: datetime
    reason: Localised | None
    recorded_late_at: datetime | None


@dataclass(frozen=True)
class Board:
    """All safeguards with their timelines, as known at one moment."""

    safeguards: Sequence[Safeguard]
    quick_answers: Sequence[QuickAnswer]
    timelines: Mapping[int, Timeline]
    ties: Mapping[int, Sequence[AnswerTie]]
    wordings: Mapping[tuple[str, int, str], Sequence[Wording]] = field(default_factory=dict)
    explanations: Mapping[int, Sequence[Explanation]] = field(default_factory=dict)

    def situation(self, safeguard: Safeguard, moment: datetime) -> Situation | None:
        return _situation(self.timelines[safeguard.pk], moment)

    def state_of(self, key: str, moment: datetime) -> State | None:
        """Return the state of the safeguard called `key`, None without any record."""
        for safeguard in self.safeguards:
            if safeguard.key == key:
                situation = self.situation(safeguard, moment)
                return situation.state if situation else None
        return None

    def first_record(self) -> datetime | None:
        """Return the moment from which anything is known."""
        starts = [
            rows[0]
            for timeline in self.timelines.values()
            for rows in (
                [promise.effective_from for promise in timeline.promises],
                [finding.seen_at for finding in timeline.findings],
            )
            if rows
        ]
        return min(starts, default=None)

    def rows_at(self, moment: datetime, *, listed: bool = True) -> list[Row]:
        """Return the safeguards that have a record, in the order of the page."""
        rows = []
        for safeguard in self.safeguards:
            if listed and not safeguard.listed:
                continue
            row = self.row_at(safeguard, moment)
            if row:
                rows.append(row)
        return rows

    def row_at(self, safeguard: Safeguard, moment: datetime) -> Row | None:
        timeline = self.timelines[safeguard.pk]
        situation = _situation(timeline, moment)
        since = states.since(timeline, moment)
        if situation is None or since is None:
            return None
        wording = self._wording("safeguard", safeguard.pk, situation.state.value, moment)
        deviation = _open_at(states.deviations(timeline, moment), moment)
        return Row(
            safeguard=safeguard,
            situation=situation,
            claim=localised(wording, "text") if wording else localised(safeguard, "name"),
            meaning=localised(wording, "meaning") if wording else None,
            since=since,
            deviation=deviation,
            explanations=self._explanations(deviation, moment),
            history=_history(timeline, moment),
        )

    def answers_at(
        self, moment: datetime, weaker: Mapping[int, State] | None = None
    ) -> list[Answer]:
        """Return the quick answers; `weaker` holds states by safeguard id that one meeting sets."""
        weaker = weaker or {}
        answers = []
        for quick_answer in self.quick_answers:
            answer = self._answer(quick_answer, moment, weaker)
            if answer:
                answers.append(answer)
        return answers

    def past_rows(self, start: datetime, end: datetime) -> list[PastRow]:
        """Return every listed safeguard with the states it had in [start, end)."""
        rows = []
        for safeguard in self.safeguards:
            timeline = self.timelines[safeguard.pk]
            runs = states.runs_between(timeline, start, end)
            if not safeguard.listed or not runs:
                continue
            last = min(runs[-1].end or end, end)
            situation = _situation(timeline, _just_before(last))
            worst = states.worst(run.state for run in runs) or State.RETIRED
            touching = [
                deviation
                for deviation in states.deviations(timeline, _just_before(end))
                if deviation.end is None or deviation.end > start
            ]
            coverage = situation.coverage if situation else None
            rows.append(
                PastRow(
                    safeguard=safeguard,
                    name=self._name(safeguard, end),
                    worst=worst,
                    parts=_parts(runs, start, end),
                    since=runs[-1].start,
                    checked_at=coverage.at if coverage else None,
                    recorded_late_at=_recorded_late_for(timeline, start, end),
                    deviations=[
                        PastDeviation(one.start, one.end, self._explained(one)) for one in touching
                    ],
                )
            )
        return rows

    def past_answers(
        self, start: datetime, end: datetime, weaker: Mapping[int, State] | None = None
    ) -> list[PastAnswer]:
        """Return the quick answers about [start, end); the headline is the worst of each."""
        weaker = weaker or {}
        answers = []
        for quick_answer in self.quick_answers:
            runs = self._combined_runs(quick_answer, start, end, weaker)
            worst = states.worst(run.state for run in runs)
            if worst is None:
                continue
            parts = [
                PastState(
                    part.state,
                    part.start,
                    part.end,
                    self._answer_text(quick_answer, part.state, "past", end),
                )
                for part in _parts(runs, start, end)
            ]
            answers.append(
                PastAnswer(
                    quick_answer=quick_answer,
                    question=self._question_past(quick_answer, end),
                    state=worst,
                    text=self._answer_text(quick_answer, worst, "past", end),
                    parts=parts,
                )
            )
        return answers

    def changes(self, until: datetime) -> list[Change]:
        """Return every change of state of a listed safeguard until `until`, newest first."""
        found = []
        for safeguard in self.safeguards:
            if not safeguard.listed:
                continue
            timeline = self.timelines[safeguard.pk]
            previous: State | None = None
            for run in states.runs(timeline, until):
                found.append(
                    Change(
                        safeguard=safeguard,
                        name=self._name(safeguard, run.start),
                        state=run.state,
                        previous=previous,
                        moment=run.start,
                        reason=_reason_at(timeline, run.start),
                        recorded_late_at=_recorded_late(timeline, run.start, run.start),
                    )
                )
                previous = run.state
        return sorted(found, key=lambda change: change.moment, reverse=True)

    def next_change(self, moment: datetime) -> datetime | None:
        """Return when a page about now can change without a new record."""
        later = [states.next_change(timeline, moment) for timeline in self.timelines.values()]
        return min((change for change in later if change), default=None)

    def _answer(
        self, quick_answer: QuickAnswer, moment: datetime, weaker: Mapping[int, State]
    ) -> Answer | None:
        ids = self.tied(quick_answer, moment)
        tied = {pk: _situation(self.timelines[pk], moment) for pk in ids}
        known = {pk: situation for pk, situation in tied.items() if situation}
        if not known:
            return None
        state = states.worst(_weaker(one.state, weaker.get(pk)) for pk, one in known.items())
        if state is None:
            return None
        counted = [one for one in known.values() if one.state is not State.RETIRED]
        adjusted = any(pk in weaker for pk in known)
        lock = states.worst_lock(one.lock for one in counted)
        last_known = last_known_at = None
        if state is State.DUE and all(one.last_known for one in counted):
            was = states.worst(
                _weaker(one.last_known, weaker.get(pk))
                for pk, one in known.items()
                if one.last_known
            )
            last_known_at = min(one.last_known_at for one in counted if one.last_known_at)
            last_known = self._answer_text(quick_answer, was, "text", moment) if was else None
        return Answer(
            quick_answer=quick_answer,
            question=localised(quick_answer, "question"),
            state=state,
            text=self._answer_text(quick_answer, state, "text", moment),
            sentence=self._answer_text(quick_answer, state, "sentence", moment),
            lock_sentence=(
                lock_sentence(lock) if state in (State.ON, State.EXCEPTION) and not adjusted else ""
            ),
            last_known=last_known,
            last_known_at=last_known_at,
            checked_at=min((one.coverage.at for one in counted if one.coverage), default=None),
        )

    def _combined_runs(
        self,
        quick_answer: QuickAnswer,
        start: datetime,
        end: datetime,
        weaker: Mapping[int, State],
    ) -> list[Run]:
        """Return the runs of the worst state among the tied safeguards in [start, end)."""
        ids = self.tied(quick_answer, end)
        single = {pk: states.runs_between(self.timelines[pk], start, end) for pk in ids}
        moments = sorted({run.start for runs in single.values() for run in runs})
        combined: list[Run] = []
        for moment in moments:
            worst = states.worst(
                _weaker(run.state, weaker.get(pk))
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

    def _answer_text(
        self, quick_answer: QuickAnswer, state: State, attribute: str, moment: datetime
    ) -> Localised:
        wording = self._wording("quick_answer", quick_answer.pk, state.value, moment)
        if wording:
            return localised(wording, attribute)
        unconfirmed = (
            _("We cannot confirm that for this time.")
            if attribute == "past"
            else _("We cannot confirm this right now.")
        )
        return Localised(unconfirmed, get_language() or "de", is_missing=False)

    def _name(self, safeguard: Safeguard, moment: datetime) -> Localised:
        wording = self._wording("safeguard", safeguard.pk, Wording.For.NAME, moment)
        return localised(wording, "text") if wording else localised(safeguard, "name")

    def _question_past(self, quick_answer: QuickAnswer, moment: datetime) -> Localised:
        wording = self._wording("quick_answer", quick_answer.pk, Wording.For.NAME, moment)
        if wording:
            return localised(wording, "past")
        return localised(quick_answer, "question_past")

    def tied(self, quick_answer: QuickAnswer, moment: datetime) -> list[int]:
        """Return the safeguards behind an answer at that time; before the first, the first."""
        ties = self.ties.get(quick_answer.pk, [])
        past = [tie for tie in ties if tie.since <= moment]
        first = [tie for tie in ties if tie.since == ties[0].since]
        return [tie.safeguard_id for tie in past or first]

    def _wording(self, subject: str, pk: int, state: str, moment: datetime) -> Wording | None:
        """Return the wording of that time; before the first one, the first one."""
        rows = self.wordings.get((subject, pk, state), [])
        past = [row for row in rows if row.recorded_at <= moment]
        return past[-1] if past else (rows[0] if rows else None)

    def _explanations(self, deviation: Deviation | None, moment: datetime) -> list[Localised]:
        if deviation is None or not isinstance(deviation.finding, Finding):
            return []
        rows = self.explanations.get(deviation.finding.pk, [])
        return [localised(row, "text") for row in rows if row.recorded_at <= moment]

    def _explained(self, deviation: Deviation) -> list[Explained]:
        """Return every explanation with its own day: it may be younger than the day shown."""
        if not isinstance(deviation.finding, Finding):
            return []
        rows = self.explanations.get(deviation.finding.pk, [])
        return [Explained(localised(row, "text"), row.recorded_at) for row in rows]


def load(known_at: datetime | None = None) -> Board:
    """Read all safeguards, quick answers and timelines in a fixed number of queries."""
    safeguards = list(Safeguard.objects.all())
    quick_answers = list(QuickAnswer.objects.all())
    promises: dict[int, list[Promise]] = defaultdict(list)
    findings: dict[int, list[Finding]] = defaultdict(list)
    coverages: dict[int, list[Coverage]] = defaultdict(list)
    for promise in Promise.objects.all():
        promises[promise.safeguard_id].append(promise)
    for finding in Finding.objects.all():
        findings[finding.safeguard_id].append(finding)
    covered = (
        CheckCoverage.objects.filter(check_made__outcome="done")
        .order_by("check_made__at", "check_made__recorded_at", "id")
        .values_list(
            "safeguard_id",
            "check_made__at",
            "valid_until",
            "check_made__recorded_at",
            "check_made__source",
            "check_made__role",
            "check_made__recorded_by",
            "check_made__confirmed_by",
        )
    )
    for pk, at, valid_until, recorded_at, source, role, by, confirmed_by in covered:
        confirmed = confirmed_by is not None and confirmed_by != by
        coverages[pk].append(Coverage(at, valid_until, recorded_at, source, role, confirmed))
    timelines = {
        one.pk: Timeline(promises[one.pk], findings[one.pk], coverages[one.pk])
        for one in safeguards
    }
    if known_at:
        timelines = {pk: line.as_known_at(known_at) for pk, line in timelines.items()}
    ties: dict[int, list[AnswerTie]] = defaultdict(list)
    for tie in AnswerTie.objects.all():
        ties[tie.quick_answer_id].append(tie)
    wordings: dict[tuple[str, int, str], list[Wording]] = defaultdict(list)
    for wording in Wording.objects.all():
        subject = "safeguard" if wording.safeguard_id else "quick_answer"
        subject_id = wording.safeguard_id or wording.quick_answer_id or 0
        wordings[subject, subject_id, wording.state].append(wording)
    explanations: dict[int, list[Explanation]] = defaultdict(list)
    for explanation in Explanation.objects.all():
        explanations[explanation.finding_id].append(explanation)
    return Board(safeguards, quick_answers, timelines, ties, wordings, explanations)


def day(board: Board, on: date) -> tuple[list[PastRow], list[PastAnswer]]:
    """Return rows and answers of one day in Berlin, as far as the day has passed."""
    start, end = day_bounds(on)
    end = min(end, timezone.now())
    return board.past_rows(start, end), board.past_answers(start, end)


def tally(rows: Iterable[Row | PastRow]) -> dict[State, int]:
    """Count the rows by state, in the order on, exception, due, off."""
    counts = dict.fromkeys((State.ON, State.EXCEPTION, State.DUE, State.OFF), 0)
    for row in rows:
        if row.state in counts:
            counts[row.state] += 1
    return {state: count for state, count in counts.items() if count}


def oldest_check(answers: Iterable[Answer]) -> datetime | None:
    """Return when all of `answers` had last been checked: the oldest of their checks."""
    return min((answer.checked_at for answer in answers if answer.checked_at), default=None)


def state_word(state: State) -> str:
    """Return the word that stands beside the mark."""
    return {
        State.ON: _("Protection on"),
        State.EXCEPTION: _("On, with an exception"),
        State.OFF: _("Protection off"),
        State.DUE: _("Check due"),
        State.RETIRED: _("No longer exists at Zoom"),
    }[state]


def role_word(role: str) -> str:
    """Return the name of a role of staff as readers see it."""
    return {"editor": _("office"), "reviewer": _("data protection")}.get(role, "")


def how_checked(coverage: Coverage | None) -> str:
    """Return in a sentence who or what made a check; an import is no check of this account."""
    if coverage is None:
        return _("It has not been compared with our list yet.")
    if coverage.source == Source.IMPORT:
        return _(
            "The present entry was taken over when this portal was set up. "
            "Nobody has compared it with the Zoom account since."
        )
    if coverage.source == Source.ACCOUNT and coverage.role:
        return _(
            "Somebody from our office read the answers of our Zoom account from a file, "
            "and the portal compared them with our list."
        )
    if coverage.source == Source.ACCOUNT:
        return _(
            "The portal reads this setting from our Zoom account and compares it with our list. "
            "It may only read there and change nothing."
        )
    if coverage.confirmed:
        return _(
            "One person from our office compared the setting in the Zoom account with our list. "
            "A second person confirmed it."
        )
    return _("One person from our office compared the setting in the Zoom account with our list.")


def lock_sentence(lock: Lock) -> str:
    """Return what code adds about the lock; nothing where Zoom offers or tells none."""
    return {
        Lock.LOCKED: _("Locked for everyone."),
        Lock.UNLOCKED: _("A default that can be changed."),
    }.get(lock, "")


def below_sentence(finding: Finding) -> str:
    """Return who differs from the account's value."""
    sentences = []
    if finding.users_differing:
        sentences.append(
            ngettext(
                "%(differing)d of %(read)d account has another value.",
                "%(differing)d of %(read)d accounts have another value.",
                finding.users_differing,
            )
            % {"differing": finding.users_differing, "read": finding.users_read}
        )
    if finding.groups_differing:
        sentences.append(
            ngettext(
                "%(differing)d of %(read)d group has another value.",
                "%(differing)d of %(read)d groups have another value.",
                finding.groups_differing,
            )
            % {"differing": finding.groups_differing, "read": finding.groups_read}
        )
    return " ".join(sentences)


def seen_sentence(finding: Finding) -> str:
    """Return to staff what a finding of less than promised saw."""
    if finding.verdict == Finding.Verdict.NOT_PROTECTED:
        return _("The protection is off in the Zoom account.")
    return " ".join([_("The protection is on, but not for everyone."), below_sentence(finding)])


def _situation(timeline: Timeline, moment: datetime) -> Situation | None:
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


def _weaker(state: State, other: State | None) -> State:
    if other is None or state is State.RETIRED:
        return state
    return states.worst([state, other]) or state


def _open_at(found: Sequence[Deviation], moment: datetime) -> Deviation | None:
    if found and (found[-1].end is None or found[-1].end > moment):
        return found[-1]
    return None


def _just_before(moment: datetime) -> datetime:
    return moment - timedelta(microseconds=1)


def _parts(runs: Sequence[Run], start: datetime, end: datetime) -> list[PastState]:
    """Cut runs to [start, end); an open side is None."""
    return [
        PastState(
            run.state,
            run.start if run.start > start else None,
            run.end if run.end and run.end < end else None,
        )
        for run in runs
    ]


def _history(timeline: Timeline, moment: datetime) -> list[HistoryEntry]:
    entries = [
        HistoryEntry(
            moment=run.start,
            state=run.state,
            reason=_reason_at(timeline, run.start),
            recorded_late_at=_recorded_late(timeline, run.start, run.start),
        )
        for run in states.runs(timeline, moment)
    ]
    return entries[::-1]


def _reason_at(timeline: Timeline, moment: datetime) -> Localised | None:
    # Of two at the same moment the newest holds.
    for promise in reversed(timeline.promises):
        if promise.effective_from == moment and isinstance(promise, Promise):
            return localised(promise, "reason")
    return None


def _recorded_late(timeline: Timeline, start: datetime, end: datetime) -> datetime | None:
    """Return when rows that took effect in [start, end), or at `start`, were written later."""
    late = [
        row.recorded_at
        for rows, attribute in (
            (timeline.promises, "effective_from"),
            (timeline.findings, "seen_at"),
        )
        for row in rows
        if (start <= getattr(row, attribute) < end or getattr(row, attribute) == start)
        and row.recorded_at - getattr(row, attribute) > IN_TIME
    ]
    return max(late, default=None)


def _recorded_late_for(timeline: Timeline, start: datetime, end: datetime) -> datetime | None:
    """Return when what held in [start, end) was written, if nobody knew it by then."""
    late = [_recorded_late(timeline, start, end)]
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
