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
    safeguard, value = report["safeguard"], report["value"]
    seen_at = report["seen_at"] or now
    coverage = Coverage(
        at=seen_at,
        valid_until=seen_at + timedelta(days=safeguard.max_age_days),
        recorded_at=now,
        by_hand=True,
    )
    if report["is_only_check"]:
        return replace(timeline, coverages=_added(timeline.coverages, coverage, attrgetter("at")))
    promise = Promise(
        safeguard=safeguard,
        value=value,
        effective_from=seen_at,
        recorded_at=now,
        reason_de=report["reason_de"],
        reason_en=report["reason_en"],
    )
    newest = timeline.promises[-1] if timeline.promises else None
    if not newest or newest.value != value or newest.effective_from > seen_at:
        timeline = replace(
            timeline, promises=_added(timeline.promises, promise, attrgetter("effective_from"))
        )
    # A promise that is only weakened, or gone, says nothing new about what was seen.
    is_weakened = value == "exception" and recording.public_at_once(safeguard, value)
    if value == Promise.Value.RETIRED or is_weakened:
        return timeline
    finding = Finding(
        safeguard=safeguard,
        verdict="not_protected" if value == Promise.Value.OFF else "protected",
        lock=report["lock"],
        seen_at=seen_at,
        recorded_at=now,
        source=Source.HAND,
    )
    return replace(
        timeline,
        findings=_added(timeline.findings, finding, attrgetter("seen_at")),
        coverages=_added(timeline.coverages, coverage, attrgetter("at")),
    )


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
