"""The safeguards of a period: states, promises, findings, deviations and checks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from notices.firm.languages import text_of
from notices.firm.words.durations import duration
from notices.invitations.incidents.touched import meetings_of
from notices.invitations.models import IncidentDecision
from notices.safeguards import states
from notices.safeguards.board.read_words import read_sentence
from notices.safeguards.board.timelines import Board
from notices.safeguards.deviations import Deviation
from notices.safeguards.models import (
    Check,
    CheckCoverage,
    Explanation,
    Finding,
    Promise,
    Safeguard,
    Source,
)
from notices.safeguards.states import Timeline

from .periods import Period
from .roles import Roles


def safeguard_of(
    known: Board,
    safeguard: Safeguard,
    period: Period,
    until: datetime,
    known_at: datetime,
    roles: Roles,
) -> dict[str, Any]:
    timeline: Timeline = known.timelines[safeguard.pk]
    return {
        "key": safeguard.key,
        "name": text_of(safeguard, "name"),
        "zoom_name": text_of(safeguard, "zoom_name"),
        "is_listed": safeguard.listed,
        "states": [
            {"state": run.state, "from": run.start, "until": run.end}
            for run in states.runs_between(timeline, period.start, until)
        ],
        "locks": list(_locks(timeline, period, until)),
        "promises": [
            {
                "value": row.value,
                "effective_from": row.effective_from,
                "recorded_at": row.recorded_at,
                "role": roles.of(row.recorded_by_id),
                "confirmed_by": roles.of(row.confirmed_by_id),
                "reason": text_of(row, "reason"),
            }
            for row in _within(timeline.promises, "effective_from", period)
            if isinstance(row, Promise)
        ],
        "findings": [
            {
                "verdict": row.verdict,
                "lock": row.lock,
                "users": [row.users_differing, row.users_read],
                "users_total": row.users_total,
                "groups": [row.groups_differing, row.groups_read],
                "groups_total": row.groups_total,
                "is_sure": row.is_sure,
                "seen_at": row.seen_at,
                "recorded_at": row.recorded_at,
                "source": row.source,
                "role": roles.of(row.recorded_by_id),
                "confirmed_by": roles.of(row.confirmed_by_id),
                # What staff noted by hand is for us only and may name people.
                "fields": row.evidence if row.source == Source.ACCOUNT else {},
            }
            for row in _within(timeline.findings, "seen_at", period)
            if isinstance(row, Finding)
        ],
        "deviations": [
            {
                "from": one.start,
                "until": one.end,
                "lasted": duration(one.end - one.start) if one.end else None,
                "meetings": list(_meetings(safeguard, one, known_at)),
                "decisions": list(_decisions(one.finding, known_at, roles)),
                "explanations": [
                    {
                        "text": text_of(said, "text"),
                        "recorded_at": said.recorded_at,
                        "role": roles.of(said.recorded_by_id),
                    }
                    for said in _explanations(known, one.finding, known_at)
                ],
            }
            for one in known.deviations(safeguard, until)
            if one.start < period.end and (one.end is None or one.end > period.start)
        ],
    }


def _locks(timeline: Timeline, period: Period, until: datetime) -> Iterator[dict[str, Any]]:
    """Yield what was known of the lock, in order, each with its time and of how many it was read.

    A new count of accounts alone begins no new line: the newest one is told.
    """
    rows = [row for row in _within(timeline.findings, "seen_at", period) if row.seen_at < until]
    found: list[dict[str, Any]] = []
    for row in rows:
        if not isinstance(row, Finding):
            continue
        if found and found[-1]["lock"] == row.lock:
            found[-1]["read"] = read_sentence(row)
            continue
        if found:
            found[-1]["until"] = row.seen_at
        start = max(row.seen_at, period.start)
        found.append({"lock": row.lock, "from": start, "until": None, "read": read_sentence(row)})
    yield from found


def _meetings(
    safeguard: Safeguard, deviation: Deviation, known_at: datetime
) -> Iterator[dict[str, Any]]:
    """Yield the meetings it touched by their codes: a title is erased, and may name people."""
    for one in meetings_of(safeguard, deviation, known_at):
        yield {
            "code": one.meeting.code,
            "from": one.start,
            "until": one.end,
            "announced": one.is_announced,
        }


def _decisions(finding: object, known_at: datetime, roles: Roles) -> Iterator[dict[str, Any]]:
    if not isinstance(finding, Finding):
        return
    rows = IncidentDecision.objects.filter(finding=finding.pk, recorded_at__lte=known_at)
    for row in rows:
        yield {
            "decision": row.decision,
            "words": row.get_decision_display(),
            "reason": row.reason,
            "known_at": row.known_at,
            "recorded_at": row.recorded_at,
            "role": roles.of(row.recorded_by_id),
        }


def _explanations(known: Board, finding: object, known_at: datetime) -> list[Explanation]:
    rows = known.explanations.get(finding.pk, []) if isinstance(finding, Finding) else []
    return [row for row in rows if row.recorded_at <= known_at]


def _within(rows: Iterable[Any], attribute: str, period: Period) -> list[Any]:
    """Return the rows of the period, and before them the one that held at its beginning."""
    past = [row for row in rows if getattr(row, attribute) < period.start]
    during = [row for row in rows if period.start <= getattr(row, attribute) < period.end]
    return [*past[-1:], *during]


def checks(period: Period, known_at: datetime, roles: Roles) -> Iterator[dict[str, Any]]:
    checks = Check.objects.filter(
        at__gte=period.start, at__lt=period.end, recorded_at__lte=known_at
    ).order_by("at", "recorded_at", "id")
    keys: dict[int, list[str]] = {}
    rows = CheckCoverage.objects.filter(check_made__in=checks.values("pk"))
    for pk, key in rows.order_by("safeguard__key").values_list("check_made_id", "safeguard__key"):
        keys.setdefault(pk, []).append(key)
    for check in checks:
        yield {
            "at": check.at,
            "recorded_at": check.recorded_at,
            "source": check.source,
            "role": check.role or roles.of(check.recorded_by_id),
            "confirmed_by": roles.of(check.confirmed_by_id),
            "outcome": check.outcome,
            "safeguards": keys.get(check.pk, []),
        }
