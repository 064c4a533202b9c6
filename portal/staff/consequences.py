"""What a reported state would change for readers: computed, never written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, TypeVar

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from notices.editions.models import Notice
from notices.faq.models import Question
from notices.firm.languages import CODES, name_of
from notices.invitations.models import Meeting
from notices.safeguards.board.now import AnswerRow, answers_at, row_at
from notices.safeguards.board.now import Row as SafeguardRow
from notices.safeguards.board.timelines import Board
from notices.safeguards.by_hand.reported_rows import public_at_once, rows_of
from notices.safeguards.models import Attestation, Safeguard, Source
from notices.safeguards.recording import holds_until, is_said
from notices.safeguards.states import Coverage, Timeline

SOON = timedelta(days=14)
Recorded = TypeVar("Recorded")


@dataclass(frozen=True, slots=True)
class View:
    """What readers see of the safeguard in one language, before and after."""

    language: str
    before: SafeguardRow | None
    after: SafeguardRow | None
    answers: Sequence[tuple[AnswerRow | None, AnswerRow | None]]

    @property
    def heading(self) -> str:
        return _("In %(language)s") % {"language": name_of(self.language)}


@dataclass(frozen=True, slots=True)
class Consequences:
    """Everything that becomes different on public pages."""

    views: Sequence[View]
    questions: Sequence[Question]
    notices: Sequence[Notice]
    meetings: Sequence[Meeting]
    waits_for_second_person: bool


def consequences(
    board: Board, report: Attestation, now: datetime, *, is_only_check: bool, four_eyes: bool
) -> Consequences:
    """Compare the board of `now` with the one that `report`, not saved yet, would lead to."""
    safeguard = report.safeguard
    at_once = is_only_check or public_at_once(safeguard, report.value)
    line = board.timelines[safeguard.pk]
    if is_only_check:
        line = _checked(line, safeguard, report.seen_at, now)
    else:
        line = _with_rows(line, report, now, at_once=at_once)
    after = replace(board, timelines={**board.timelines, safeguard.pk: line})
    views = [_view(language, board, after, safeguard, now) for language in CODES]
    changed = {
        answer.quick_answer.pk for pair in views[0].answers for answer in pair if answer is not None
    }
    shown = Q(safeguards=safeguard) | Q(lead__in=changed)
    meetings = Meeting.objects.upcoming().filter(starts_at__lte=now + SOON) if changed else []
    return Consequences(
        views=views,
        questions=list(Question.objects.filter(shown).distinct()),
        notices=list(Notice.objects.filter(safeguards=safeguard)),
        meetings=list(meetings),
        waits_for_second_person=four_eyes and not at_once,
    )


def row_after(board: Board, report: Attestation, now: datetime) -> SafeguardRow | None:
    """Return what readers see of the safeguard once `report` is confirmed."""
    safeguard = report.safeguard
    line = _with_rows(board.timelines[safeguard.pk], report, now, at_once=False)
    after = replace(board, timelines={**board.timelines, safeguard.pk: line})
    return row_at(after, safeguard, now)


def _with_rows(line: Timeline, report: Attestation, now: datetime, *, at_once: bool) -> Timeline:
    """Return the timeline as it will be once `report` is recorded and confirmed."""
    for promise, finding in rows_of(report, at_once=at_once):
        newest = line.promises[-1] if line.promises else None
        found = line.findings[-1] if line.findings else None
        if not is_said(newest, found, promise.value, promise.effective_from):
            promise.recorded_at = now
            promises = _added(line.promises, promise, attrgetter("effective_from"))
            line = replace(line, promises=promises)
        if finding:
            finding.recorded_at = now
            findings = _added(line.findings, finding, attrgetter("seen_at"))
            line = replace(line, findings=findings)
            line = _checked(line, report.safeguard, finding.seen_at, now)
    return line


def _checked(line: Timeline, safeguard: Safeguard, at: datetime, now: datetime) -> Timeline:
    until = holds_until(safeguard, at, by_account=False)
    coverage = Coverage(at=at, valid_until=until, recorded_at=now, source=Source.HAND)
    return replace(line, coverages=_added(line.coverages, coverage, attrgetter("at")))


def _view(language: str, before: Board, after: Board, safeguard: Safeguard, now: datetime) -> View:
    with translation.override(language):
        old = {answer.key: answer for answer in answers_at(before, now)}
        new = {answer.key: answer for answer in answers_at(after, now)}
        return View(
            language=language,
            before=row_at(before, safeguard, now),
            after=row_at(after, safeguard, now),
            answers=[
                (old.get(key), new.get(key))
                for key in {**old, **new}
                if _said(old.get(key)) != _said(new.get(key))
            ],
        )


def _said(answer: AnswerRow | None) -> tuple[Any, ...] | None:
    if answer is None:
        return None
    return (answer.state, str(answer.text), answer.admission_sentence, answer.lock_sentence)


def _added(
    rows: Sequence[Recorded], row: Recorded, moment: Callable[[Any], datetime]
) -> list[Recorded]:
    """Put `row` where its moment belongs; among equals it is the newest."""
    return sorted([*rows, row], key=moment)
