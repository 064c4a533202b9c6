"""What an evidence file says about a period: texts, states, checks, and who did what as a role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q
from django.utils import timezone

from notices.editions import chain
from notices.editions.digests import covered
from notices.editions.models import Edition, Notice, Redaction
from notices.firm.models import AuditEntry, Organisation
from notices.safeguards import board, states
from notices.safeguards.board import Board
from notices.safeguards.models import (
    Attestation,
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

FORMAT = "lupe-evidence/1"
STRONGEST = ("reviewer", "editor", "operator")


@dataclass(frozen=True, slots=True)
class Held:
    """An edition that belongs into the file, and the time it was in force; None: not (yet)."""

    pk: int
    start: datetime | None
    end: datetime | None


@dataclass(frozen=True)
class Evidence:
    """Everything but the texts of the editions, which are read one after the other."""

    period: Period
    data: dict[str, Any]
    held: list[Held] = field(default_factory=list)

    def editions(self) -> Iterator[dict[str, Any]]:
        """Yield each edition with its texts, in the order of notice, number and correction."""
        withdrawn = {one["id"]: one for one in self.data["withdrawals"]}
        roles = Roles()
        for one in self.held:
            edition = Edition.objects.select_related("notice").get(pk=one.pk)
            documents = edition.documents.current().order_by("language")
            if self.period.known_at:
                documents = documents.filter(made_at__lte=self.period.known_at)
            yield {
                "edition": edition,
                "documents": documents,
                "covered": covered(edition),
                "digest": edition.digest,
                "in_force_from": one.start,
                "in_force_until": one.end,
                "withdrawal": withdrawn.get(one.pk),
                "redactions": _redactions(edition.redactions.order_by("id"), roles),
                "claim_reasons": _claim_reasons(edition),
            }


class Roles:
    """The role of each account today; its name never leaves the portal."""

    def __init__(self) -> None:
        self._known: dict[int, str] | None = None

    def of(self, pk: int | None) -> str:
        if pk is None:
            return ""
        if self._known is None:
            self._known = {}
            for user in User.objects.prefetch_related("groups").order_by("pk"):
                held = {group.name for group in user.groups.all()}
                self._known[user.pk] = next((one for one in STRONGEST if one in held), "staff")
        return self._known.get(pk, "staff")


def _claim_reasons(edition: Edition) -> list[dict[str, Any]]:
    """Return why the edition claims safeguards that were not simply on when it was published."""
    return [
        {
            "safeguard": one.safeguard.key,
            "state": one.state,
            "reason": one.reason,
            "role": one.role,
            "recorded_at": one.recorded_at,
        }
        for one in edition.claim_reasons.select_related("safeguard")
    ]


def gather(period: Period) -> Evidence:
    """Read what belongs to `period`, as it was known at its moment."""
    now = timezone.now()
    known_at = period.known_at or now
    until = min(period.end, known_at)
    roles = Roles()
    organisation = Organisation.objects.current()
    report = chain.verify()
    held = list(_held(period, known_at))
    known = board.load(known_at)
    data = {
        "format": FORMAT,
        "period": {"from": period.first, "to": period.last, "time_zone": "Europe/Berlin"},
        "as_known_at": period.known_at,
        "organisation": {"name": organisation.legal_name, "address": organisation.address},
        "is_sample": organisation.is_sample,
        "chain_check": {
            "editions": report.editions,
            "notices": report.notices,
            "head": report.head,
            "problems": [str(problem) for problem in report.problems],
        },
        "chains": _chains(held),
        "editions": _editions(held),
        "withdrawals": _withdrawals(held, known_at),
        "redactions": _redactions(
            Redaction.objects.filter(edition__in=[one.pk for one in held])
            .select_related("edition__notice")
            .order_by("at", "id"),
            roles,
        ),
        "safeguards": [
            _safeguard(known, safeguard, period, until, known_at, roles)
            for safeguard in known.safeguards
        ],
        "checks": list(_checks(period, known_at, roles)),
        "attestations": list(_attestations(period, known_at, roles)),
        "audit": list(_audit(period, known_at, roles)),
    }
    return Evidence(period, data, held)


def count_editions(period: Period) -> int:
    """Return how many editions the file would hold."""
    return sum(1 for _one in _held(period, period.known_at or timezone.now()))


def _held(period: Period, known_at: datetime) -> Iterator[Held]:
    """Yield the editions in force at any time of the period, and those published in it."""
    for notice in Notice.objects.order_by("key"):
        rows = (
            Edition.objects.published()
            .filter(notice=notice, published_at__lte=known_at)
            .select_related("withdrawal")
            .only("number", "correction", "in_force_from", "published_at", "withdrawal__at")
            .order_by("in_force_from", "number", "correction")
        )
        started: list[tuple[Edition, datetime]] = []
        found: dict[int, Held] = {}
        labels: dict[int, tuple[int, int]] = {}
        for row in rows:
            labels[row.pk] = (row.number or 0, row.correction)
            start = row.in_force_from
            withdrawal = row.withdrawal_by(known_at)
            never = withdrawal is not None and start is not None and withdrawal.at <= start
            if start and start <= known_at and not never:
                started.append((row, start))
            elif row.published_at and period.start <= row.published_at < period.end:
                found[row.pk] = Held(row.pk, None, None)
        nexts = [*(start for _row, start in started[1:]), None]
        for (row, start), following in zip(started, nexts, strict=False):
            withdrawal = row.withdrawal_by(known_at)
            ends = [one for one in (following, withdrawal.at if withdrawal else None) if one]
            end = min(ends, default=None)
            in_force = start < period.end and (end is None or end > max(start, period.start))
            published = row.published_at and period.start <= row.published_at < period.end
            if in_force or published:
                found[row.pk] = Held(row.pk, start, end)
        yield from sorted(found.values(), key=lambda one: labels[one.pk])


def _editions(held: list[Held]) -> list[dict[str, Any]]:
    found = []
    # One by one: rows carry long texts, and there may be many.
    for one in held:
        edition = (
            Edition.objects.select_related("notice")
            .defer("text", "text_de", "text_en", "html_de", "html_en", "summary", "summary_de")
            .get(pk=one.pk)
        )
        found.append(
            {
                "notice": edition.notice.key,
                "notice_title": edition.notice.title_de,
                "edition": edition.label,
                "title": edition.title_de,
                "is_correction": edition.correction > 0,
                "is_historical": edition.historical,
                "in_force_from": one.start or edition.in_force_from,
                "in_force_until": one.end,
                "came_into_force": one.start is not None,
                "published_at": edition.published_at,
                "approved_by": edition.approver_role,
                "second_person": edition.four_eyes,
                "change_note": edition.change_note_de,
                "digest": edition.digest,
                "previous_digest": edition.previous_digest,
                "file": f"{folder_of(edition)}.json",
                "page": f"{folder_of(edition)}.de.html",
            }
        )
    return found


def folder_of(edition: Edition) -> str:
    """Return where the files of an edition lie, without their endings."""
    return f"fassungen/{edition.notice.key}/{edition.label}"


def _chains(held: list[Held]) -> dict[str, list[dict[str, Any]]]:
    """Return the whole chain of every notice in the file, without texts."""
    notices = Notice.objects.filter(editions__in=[one.pk for one in held]).distinct()
    found = {}
    for notice in notices.order_by("key"):
        old: dict[int, list[str]] = {}
        redactions = Redaction.objects.filter(edition__notice=notice).order_by("id")
        for pk, digest in redactions.values_list("edition_id", "old_digest"):
            old.setdefault(pk, []).append(digest)
        rows = Edition.objects.published().filter(notice=notice)
        found[notice.key] = [
            {
                "edition": row.label,
                "published_at": row.published_at,
                "digest": row.digest,
                "previous_digest": row.previous_digest,
                "redacted_from": old.get(row.pk, []),
            }
            for row in rows.only(
                "number", "correction", "published_at", "digest", "previous_digest"
            ).order_by("published_at", "number", "correction")
        ]
    return found


def _withdrawals(held: list[Held], known_at: datetime) -> list[dict[str, Any]]:
    rows = Edition.objects.filter(
        pk__in=[one.pk for one in held], withdrawal__at__lte=known_at
    ).select_related("notice", "withdrawal")
    return [
        {
            "id": row.pk,
            "notice": row.notice.key,
            "edition": row.label,
            "at": row.withdrawal.at,
            "reason": row.withdrawal.reason_de,
        }
        for row in rows.order_by("withdrawal__at", "pk")
    ]


def _redactions(rows: Iterable[Redaction], roles: Roles) -> list[dict[str, Any]]:
    return [
        {
            "notice": row.edition.notice.key,
            "edition": row.edition.label,
            "at": row.at,
            "reason": row.reason,
            "texts": row.fields,
            "role": row.role or roles.of(row.recorded_by_id),
            "old_digest": row.old_digest,
            "new_digest": row.new_digest,
        }
        for row in rows
    ]


def _safeguard(
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
        "name": safeguard.name_de,
        "zoom_name": safeguard.zoom_name_de,
        "is_listed": safeguard.listed,
        "states": [
            {"state": run.state, "from": run.start, "until": run.end}
            for run in states.runs_between(timeline, period.start, until)
        ],
        "promises": [
            {
                "value": row.value,
                "effective_from": row.effective_from,
                "recorded_at": row.recorded_at,
                "role": roles.of(row.recorded_by_id),
                "confirmed_by": roles.of(row.confirmed_by_id),
                "reason": row.reason_de,
            }
            for row in _within(timeline.promises, "effective_from", period)
            if isinstance(row, Promise)
        ],
        "findings": [
            {
                "verdict": row.verdict,
                "lock": row.lock,
                "users": [row.users_differing, row.users_read],
                "groups": [row.groups_differing, row.groups_read],
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
                "explanations": [
                    {
                        "text": said.text_de,
                        "recorded_at": said.recorded_at,
                        "role": roles.of(said.recorded_by_id),
                    }
                    for said in _explanations(known, one.finding, known_at)
                ],
            }
            for one in states.deviations(timeline, until)
            if one.start < period.end and (one.end is None or one.end > period.start)
        ],
    }


def _explanations(known: Board, finding: object, known_at: datetime) -> list[Explanation]:
    rows = known.explanations.get(finding.pk, []) if isinstance(finding, Finding) else []
    return [row for row in rows if row.recorded_at <= known_at]


def _within(rows: Iterable[Any], attribute: str, period: Period) -> list[Any]:
    """Return the rows of the period, and before them the one that held at its beginning."""
    past = [row for row in rows if getattr(row, attribute) < period.start]
    during = [row for row in rows if period.start <= getattr(row, attribute) < period.end]
    return [*past[-1:], *during]


def _checks(period: Period, known_at: datetime, roles: Roles) -> Iterator[dict[str, Any]]:
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


def _attestations(period: Period, known_at: datetime, roles: Roles) -> Iterator[dict[str, Any]]:
    touched = Q(reported_at__gte=period.start, reported_at__lt=period.end) | Q(
        decided_at__gte=period.start, decided_at__lt=period.end
    )
    rows = Attestation.objects.filter(touched, reported_at__lte=known_at)
    for row in rows.select_related("safeguard", "evidence_file").order_by("reported_at", "id"):
        is_decided = row.decided_at is not None and row.decided_at <= known_at
        yield {
            "safeguard": row.safeguard.key,
            "name": row.safeguard.name_de,
            "value": row.value,
            "seen_at": row.seen_at,
            "reported_at": row.reported_at,
            "reported_by": roles.of(row.reported_by_id),
            "decided_at": row.decided_at if is_decided else None,
            "decided_by": roles.of(row.decided_by_id) if is_decided else "",
            "accepted": row.accepted if is_decided else None,
            "file_sha256": row.evidence_file.sha256 if row.evidence_file else "",
        }


def _audit(period: Period, known_at: datetime, roles: Roles) -> Iterator[dict[str, Any]]:
    """Yield who did what as a role; comments and other free words stay inside."""
    rows = AuditEntry.objects.filter(at__gte=period.start, at__lt=period.end, at__lte=known_at)
    for row in rows.order_by("at", "id"):
        yield {
            "at": row.at,
            "role": roles.of(row.by_id),
            "act": row.act,
            "subject": row.subject,
        }
