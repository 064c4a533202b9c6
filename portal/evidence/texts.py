"""The editions of a period, their chains, withdrawals and redactions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from notices.editions.models import Edition, Notice, Redaction
from notices.firm.languages import REQUIRED, columns, text_of

from .periods import Period
from .roles import Roles


@dataclass(frozen=True, slots=True)
class EditionOfPeriod:
    """An edition that belongs into the file, and the time it was in force; None: not (yet)."""

    pk: int
    start: datetime | None
    end: datetime | None


def folder_of(edition: Edition) -> str:
    """Return where the files of an edition lie, without their endings."""
    return f"fassungen/{edition.notice.key}/{edition.label}"


def editions_of(period: Period, known_at: datetime) -> Iterator[EditionOfPeriod]:
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
        found: dict[int, EditionOfPeriod] = {}
        labels: dict[int, tuple[int, int]] = {}
        for row in rows:
            labels[row.pk] = (row.number or 0, row.correction)
            start = row.in_force_from
            withdrawal = row.withdrawal_by(known_at)
            never = withdrawal is not None and start is not None and withdrawal.at <= start
            if start and start <= known_at and not never:
                started.append((row, start))
            elif row.published_at and period.start <= row.published_at < period.end:
                found[row.pk] = EditionOfPeriod(row.pk, None, None)
        nexts = [*(start for _row, start in started[1:]), None]
        for (row, start), following in zip(started, nexts, strict=False):
            withdrawal = row.withdrawal_by(known_at)
            ends = [one for one in (following, withdrawal.at if withdrawal else None) if one]
            end = min(ends, default=None)
            in_force = start < period.end and (end is None or end > max(start, period.start))
            published = row.published_at and period.start <= row.published_at < period.end
            if in_force or published:
                found[row.pk] = EditionOfPeriod(row.pk, start, end)
        yield from sorted(found.values(), key=lambda one: labels[one.pk])


def editions_as_rows(held: list[EditionOfPeriod]) -> list[dict[str, Any]]:
    found = []
    # One by one: rows carry long texts, and there may be many.
    for one in held:
        edition = (
            Edition.objects.select_related("notice")
            .defer("text", *columns("text"), "summary", *columns("summary"))
            .get(pk=one.pk)
        )
        found.append(
            {
                "notice": edition.notice.key,
                "notice_title": text_of(edition.notice, "title"),
                "edition": edition.label,
                "title": text_of(edition, "title"),
                "is_correction": edition.correction > 0,
                "is_historical": edition.historical,
                "in_force_from": one.start or edition.in_force_from,
                "in_force_until": one.end,
                "came_into_force": one.start is not None,
                "published_at": edition.published_at,
                "approved_by": edition.approver_role,
                "second_person": edition.four_eyes,
                "change_note": text_of(edition, "change_note"),
                "digest": edition.digest,
                "previous_digest": edition.previous_digest,
                "file": f"{folder_of(edition)}.json",
                "page": f"{folder_of(edition)}.{REQUIRED}.html",
            }
        )
    return found


def chains(held: list[EditionOfPeriod]) -> dict[str, list[dict[str, Any]]]:
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


def withdrawals(held: list[EditionOfPeriod], known_at: datetime) -> list[dict[str, Any]]:
    rows = Edition.objects.filter(
        pk__in=[one.pk for one in held], withdrawal__at__lte=known_at
    ).select_related("notice", "withdrawal")
    return [
        {
            "id": row.pk,
            "notice": row.notice.key,
            "edition": row.label,
            "at": row.withdrawal.at,
            "reason": text_of(row.withdrawal, "reason"),
        }
        for row in rows.order_by("withdrawal__at", "pk")
    ]


def redactions(rows: Iterable[Redaction], roles: Roles) -> list[dict[str, Any]]:
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


def claim_reasons(edition: Edition) -> list[dict[str, Any]]:
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
