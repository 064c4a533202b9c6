"""Every safeguard and quick answer at one moment, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from notices.firm.languages import Localised, localised

from .. import states
from ..deviations import Deviation
from ..models import (
    Finding,
    QuickAnswer,
    Safeguard,
    Source,
)
from ..states import Run, Situation, State
from .read_words import due_reason, read_sentence
from .timelines import NEWEST, Board, PastDeviation, reason_of, situation_of, weakened
from .words import (
    STRANGERS,
    WAITING_ROOM,
    answer_text,
    below_sentence,
    how_checked,
    lock_sentence,
    role_word,
    word_for,
)

# An answer has little room; each row gives its own reason in full.
MOST_REASONS = 2


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One line in "Nachweis und Verlauf"."""

    moment: datetime
    state: State
    reason: Localised | None
    recorded_late_at: datetime | None
    # What was found then, if it was less than promised.
    deviation: PastDeviation | None = None
    # The safeguard whose state this is.
    key: str = ""


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
    # The newest first; whole on a board that was read with its history.
    history: Sequence[HistoryEntry]
    has_older_history: bool = False

    @property
    def state(self) -> State:
        return self.situation.state

    @property
    def name(self) -> Localised:
        return localised(self.safeguard, "name")

    @property
    def claim_names_state(self) -> bool:
        """Say whether the claim is already the word of the state, as that of a property is."""
        return self.claim.text == word_for(self.state, self.safeguard.key)

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
    def hand_role(self) -> str:
        """Return in which role somebody last compared by hand; never who."""
        covered = self.situation.coverage
        return role_word(covered.role) if covered and covered.by_hand else ""

    @property
    def how_checked(self) -> str:
        """Return how the newest check was made: nothing is said of a check that was not."""
        return how_checked(self.situation.coverage)

    @property
    def holds_days(self) -> int:
        """Return for how many days a check like the newest one holds."""
        covered = self.situation.coverage
        is_read = self.safeguard.checked_by == Safeguard.CheckedBy.ACCOUNT
        by_account = covered.source == Source.ACCOUNT if covered else is_read
        return self.safeguard.holds_days(by_account=by_account)

    @property
    def lock_sentence(self) -> str:
        return lock_sentence(self.situation.lock)

    @property
    def below_sentence(self) -> str:
        """Return how many users or groups differ, as far as they were read."""
        found = self.situation.finding
        return below_sentence(found) if isinstance(found, Finding) and found.differs_below else ""

    @property
    def read_sentence(self) -> str:
        """Return of how many accounts the setting was read."""
        return read_sentence(self.situation.finding)

    @property
    def due_reason(self) -> str:
        """Return why it cannot be confirmed, where that is not only the time that passed."""
        return due_reason(self.situation)


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One quick answer, in words."""

    quick_answer: QuickAnswer
    question: Localised
    state: State
    text: Localised
    sentence: Localised
    lock_sentence: str
    admission_sentence: str
    last_known: Localised | None
    last_known_at: datetime | None
    checked_at: datetime | None
    due_reason: str
    # The place on the page of the safeguard that decides, the first of several.
    proof: str = ""
    # Whether one meeting decides, and not the account.
    is_adjusted: bool = False

    @property
    def key(self) -> str:
        return self.quick_answer.key


def rows_at(known: Board, moment: datetime, *, listed: bool = True) -> list[Row]:
    """Return the safeguards that have a record, in the order of the page."""
    rows = []
    for safeguard in known.safeguards:
        if listed and not safeguard.listed:
            continue
        row = row_at(known, safeguard, moment)
        if row:
            rows.append(row)
    return rows


def row_at(known: Board, safeguard: Safeguard, moment: datetime) -> Row | None:
    timeline = known.timelines[safeguard.pk]
    situation = situation_of(timeline, moment)
    runs = states.runs(timeline, moment)
    if situation is None or not runs:
        return None
    wording = known.wording("safeguard", safeguard.pk, situation.state.value, moment)
    found = known.deviations(safeguard, moment)
    deviation = _open_at(found, moment)
    before = {start: one for (pk, start), one in known.earlier.items() if pk == safeguard.pk}
    later = {one.start: known.told(one) for one in found}
    deviating = {start: one.as_told_by(moment) for start, one in {**before, **later}.items()}
    history = _history(safeguard.key, runs, deviating)
    return Row(
        safeguard=safeguard,
        situation=situation,
        claim=localised(wording, "text") if wording else localised(safeguard, "name"),
        meaning=localised(wording, "meaning") if wording else None,
        since=runs[-1].start,
        deviation=deviation,
        explanations=_explanations(known, deviation, moment),
        history=history[:NEWEST],
        has_older_history=len(history) > NEWEST,
    )


def answers_at(
    known: Board, moment: datetime, weaker: Mapping[int, State] | None = None
) -> list[AnswerRow]:
    """Return the quick answers; `weaker` holds states by safeguard id that one meeting sets."""
    weaker = weaker or {}
    answers = []
    for quick_answer in known.quick_answers:
        answer = _answer(known, quick_answer, moment, weaker)
        if answer:
            answers.append(answer)
    return answers


def oldest_check(*lists: Iterable[AnswerRow | Row]) -> datetime | None:
    """Return when all that stands below a header had last been checked: the oldest of the checks.

    None where something was never checked; what Zoom no longer offers is not counted.
    """
    found = [one.checked_at for below in lists for one in below if one.state is not State.RETIRED]
    checked = [moment for moment in found if moment]
    return min(checked) if checked and len(checked) == len(found) else None


def _answer(
    known: Board, quick_answer: QuickAnswer, moment: datetime, weaker: Mapping[int, State]
) -> AnswerRow | None:
    ids = known.tied(quick_answer, moment)
    tied = {pk: situation_of(known.timelines[pk], moment) for pk in ids}
    recorded = {pk: situation for pk, situation in tied.items() if situation}
    if not recorded:
        return None
    state = states.worst(weakened(one.state, weaker.get(pk)) for pk, one in recorded.items())
    if state is None:
        return None
    counted = [one for one in recorded.values() if one.state is not State.RETIRED]
    adjusted = any(pk in weaker for pk in recorded)
    admitting = _admitting(known, quick_answer, state, moment, weaker)
    # What the sentence about the waiting room rests on counts for lock and date like the rest.
    said = [*counted, *([admitting] if admitting else [])]
    lock = states.worst_lock(one.lock for one in said)
    last_known = last_known_at = None
    if state is State.DUE and all(one.last_known for one in counted):
        was = states.worst(
            weakened(one.last_known, weaker.get(pk))
            for pk, one in recorded.items()
            if one.last_known
        )
        last_known_at = min(one.last_known_at for one in counted if one.last_known_at)
        last_known = answer_text(known, quick_answer, was, "text", moment) if was else None
    return AnswerRow(
        quick_answer=quick_answer,
        question=localised(quick_answer, "question"),
        state=state,
        text=answer_text(known, quick_answer, state, "text", moment),
        sentence=answer_text(known, quick_answer, state, "sentence", moment),
        lock_sentence=(
            lock_sentence(lock) if state in (State.ON, State.EXCEPTION) and not adjusted else ""
        ),
        admission_sentence=_("The host lets in each person one by one.") if admitting else "",
        last_known=last_known,
        last_known_at=last_known_at,
        checked_at=_oldest(said),
        due_reason=" ".join(_reasons(counted)[:MOST_REASONS]) if state is State.DUE else "",
        proof=_proof(known, recorded, state, weaker),
        is_adjusted=any(
            recorded[pk].state is not state
            and weakened(recorded[pk].state, weaker.get(pk)) is state
            for pk in recorded
        ),
    )


def _oldest(counted: Sequence[Situation]) -> datetime | None:
    """Return the oldest of the checks, None where one safeguard was never checked."""
    checks = [one.coverage.at if one.coverage else None for one in counted]
    found = [moment for moment in checks if moment]
    return min(found) if len(found) == len(checks) else None


def _proof(
    known: Board, recorded: Mapping[int, Situation], state: State, weaker: Mapping[int, State]
) -> str:
    """Return the place of the first safeguard that is in the state of the answer."""
    for one in known.safeguards:
        situation = recorded.get(one.pk)
        if situation and weakened(situation.state, weaker.get(one.pk)) is state:
            return str(localised(one, "slug"))
    return ""


def _reasons(counted: Iterable[Situation]) -> list[str]:
    """Return every reason once, in the order of the page."""
    return list(dict.fromkeys(reason for one in counted if (reason := due_reason(one))))


def _admitting(
    known: Board,
    quick_answer: QuickAnswer,
    state: State,
    moment: datetime,
    weaker: Mapping[int, State],
) -> Situation | None:
    """Return the waiting room for the answer about strangers, but only while it is on."""
    if quick_answer.key != STRANGERS or state not in (State.ON, State.EXCEPTION):
        return None
    for safeguard in known.safeguards:
        if safeguard.key == WAITING_ROOM:
            situation = situation_of(known.timelines[safeguard.pk], moment)
            if situation and weakened(situation.state, weaker.get(safeguard.pk)) is State.ON:
                return situation
    return None


def _explanations(known: Board, deviation: Deviation | None, moment: datetime) -> list[Localised]:
    if deviation is None or not isinstance(deviation.finding, Finding):
        return []
    rows = known.explanations.get(deviation.finding.pk, [])
    return [localised(row, "text") for row in rows if row.recorded_at <= moment]


def _history(
    key: str, runs: Sequence[Run], deviating: Mapping[datetime, PastDeviation]
) -> list[HistoryEntry]:
    return [
        HistoryEntry(
            moment=run.start,
            state=run.state,
            reason=reason_of(run),
            recorded_late_at=run.recorded_late_at,
            deviation=deviating.get(run.start),
            key=key,
        )
        for run in reversed(runs)
    ]


def _open_at(found: Sequence[Deviation], moment: datetime) -> Deviation | None:
    if found and (found[-1].end is None or found[-1].end > moment):
        return found[-1]
    return None
