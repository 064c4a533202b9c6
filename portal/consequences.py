"""What a reported state would change for readers: computed, never written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, TypeVar

from django.db.models import Q
from django.utils import translation

from notices.editions.models import Notice
from notices.faq.models import Question
from notices.invitations.models import Meeting
from notices.safeguards import recording
from notices.safeguards.board import Answer, Board
from notices.safeguards.board import Row as SafeguardRow
from notices.safeguards.models import Finding, Promise, Safeguard, Source
from notices.safeguards.states import Coverage, Timeline

LANGUAGES = ("de", "en")
SOON = timedelta(days=14)
Recorded = TypeVar("Recorded")


@dataclass(frozen=True, slots=True)
class View:
    """What readers see of the safeguard in one language, before and after."""

    language: str
    before: SafeguardRow | None
    after: SafeguardRow | None
    answers: Sequence[tuple[Answer | None, Answer | None]]


@dataclass(frozen=True, slots=True)
class Consequences:
    """Everything that becomes different on public pages."""

    views: Sequence[View]
    questions: Sequence[Question]
    notices: Sequence[Notice]
    meetings: Sequence[Meeting]
    waits_for_second_person: bool

    @property
    def changes_nothing(self) -> bool:
        return all(_seen(view.before) == _seen(view.after) for view in self.views)


def consequences(
    board: Board, report: dict[str, Any], now: datetime, *, four_eyes: bool
) -> Consequences:
    """Compare the board of `now` with the one that `report` would lead to."""
    safeguard: Safeguard = report["safeguard"]
    timeline = with_report(board.timelines[safeguard.pk], report, now)
    after = replace(board, timelines={**board.timelines, safeguard.pk: timeline})
    views = [_view(language, board, after, safeguard, now) for language in LANGUAGES]
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
        waits_for_second_person=four_eyes
        and not report["is_only_check"]
        and not recording.public_at_once(safeguard, report["value"]),
    )


def with_report(timeline: Timeline, report: dict[str, Any], now: datetime) -> Timeline:
    """Return `timeline` as it will be once `report` is recorded and confirmed."""
    seen_at = report["seen_at"] or now
    if report["is_only_check"]:
        return _with_check(timeline, report, seen_at, now)
    # A promise that is only weakened, or gone, says nothing new about what was seen.
    value = report["value"]
    is_weakened = value == "exception" and recording.public_at_once(report["safeguard"], value)
    for moment in recording.held_at(seen_at, now):
        timeline = _with_promise(timeline, report, moment, now)
        if value != Promise.Value.RETIRED and not is_weakened:
            timeline = _with_finding(timeline, report, moment, now)
            timeline = _with_check(timeline, report, moment, now)
    return timeline


def _with_check(
    timeline: Timeline, report: dict[str, Any], moment: datetime, now: datetime
) -> Timeline:
    coverage = Coverage(
        at=moment,
        valid_until=moment + timedelta(days=report["safeguard"].max_age_days),
        recorded_at=now,
        source=Source.HAND,
    )
    return replace(timeline, coverages=_added(timeline.coverages, coverage, attrgetter("at")))


def _with_promise(
    timeline: Timeline, report: dict[str, Any], moment: datetime, now: datetime
) -> Timeline:
    newest = timeline.promises[-1] if timeline.promises else None
    if newest and newest.value == report["value"] and newest.effective_from <= moment:
        return timeline
    promise = Promise(
        safeguard=report["safeguard"],
        value=report["value"],
        effective_from=moment,
        recorded_at=now,
        reason_de=report["reason_de"],
        reason_en=report["reason_en"],
    )
    return replace(
        timeline, promises=_added(timeline.promises, promise, attrgetter("effective_from"))
    )


def _with_finding(
    timeline: Timeline, report: dict[str, Any], moment: datetime, now: datetime
) -> Timeline:
    finding = Finding(
        safeguard=report["safeguard"],
        verdict="not_protected" if report["value"] == Promise.Value.OFF else "protected",
        lock=report["lock"],
        seen_at=moment,
        recorded_at=now,
        source=Source.HAND,
    )
    return replace(timeline, findings=_added(timeline.findings, finding, attrgetter("seen_at")))


def _view(language: str, before: Board, after: Board, safeguard: Safeguard, now: datetime) -> View:
    with translation.override(language):
        old = {answer.key: answer for answer in before.answers_at(now)}
        new = {answer.key: answer for answer in after.answers_at(now)}
        return View(
            language=language,
            before=before.row_at(safeguard, now),
            after=after.row_at(safeguard, now),
            answers=[
                (old.get(key), new.get(key))
                for key in {**old, **new}
                if _said(old.get(key)) != _said(new.get(key))
            ],
        )


def _seen(row: SafeguardRow | None) -> tuple[Any, ...] | None:
    if row is None:
        return None
    return (row.state, str(row.claim), row.lock_sentence, row.checked_at, row.since)


def _said(answer: Answer | None) -> tuple[Any, ...] | None:
    if answer is None:
        return None
    return (answer.state, str(answer.text), answer.lock_sentence)


def _added(
    rows: Sequence[Recorded], row: Recorded, moment: Callable[[Any], datetime]
) -> list[Recorded]:
    """Put `row` where its moment belongs; among equals it is the newest."""
    return sorted([*rows, row], key=moment)
