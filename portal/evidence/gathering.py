"""What an evidence file says about a period: texts, states, checks, and who did what as a role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from notices.editions.integrity import chain
from notices.editions.integrity.digests import covered
from notices.editions.models import Edition, Redaction
from notices.firm.languages import text_of
from notices.firm.models import AuditEntry, Organisation, ProposedChange
from notices.firm.proposals import proposing
from notices.safeguards.board import timelines
from notices.safeguards.models import Attestation, SettingStatement

from .periods import Period
from .roles import Roles
from .states import checks, safeguard_of
from .texts import (
    EditionOfPeriod,
    chains,
    claim_reasons,
    editions_as_rows,
    editions_of,
    redactions,
    withdrawals,
)

FORMAT = "lupe-evidence/1"


@dataclass(frozen=True)
class Evidence:
    """Everything but the texts of the editions, which are read one after the other."""

    period: Period
    until: datetime
    data: dict[str, Any]
    held: list[EditionOfPeriod] = field(default_factory=list)

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
                "redactions": redactions(edition.redactions.order_by("id"), roles),
                "claim_reasons": claim_reasons(edition),
            }


def gather(period: Period) -> Evidence:
    """Read what belongs to `period`, as it was known at its moment."""
    now = timezone.now()
    known_at = period.known_at or now
    until = min(period.end, known_at)
    roles = Roles()
    organisation = Organisation.objects.current()
    report = chain.verify()
    held = list(editions_of(period, known_at))
    if period.known_at:
        known = timelines.load(known_at)
    else:
        known = timelines.load_between(period.start, until)
    data = {
        "format": FORMAT,
        "period": {"from": period.first, "to": period.last, "time_zone": "Europe/Berlin"},
        "as_known_at": period.known_at,
        "organisation": {"name": organisation.legal_name, "address": organisation.address},
        "further_firms": [
            {"name": firm.legal_name, "address": firm.address} for firm in organisation.other_firms
        ],
        "is_sample": organisation.is_sample,
        "chain_check": {
            "editions": report.editions,
            "notices": report.notices,
            "head": report.head,
            "problems": [str(problem) for problem in report.problems],
        },
        "chains": chains(held),
        "editions": editions_as_rows(held),
        "withdrawals": withdrawals(held, known_at),
        "redactions": redactions(
            Redaction.objects.filter(edition__in=[one.pk for one in held])
            .select_related("edition__notice")
            .order_by("at", "id"),
            roles,
        ),
        "safeguards": [
            safeguard_of(known, safeguard, period, until, known_at, roles)
            for safeguard in known.safeguards
        ],
        "checks": list(checks(period, known_at, roles)),
        "attestations": list(_attestations(period, known_at, roles)),
        "new_settings": list(_new_settings(period, known_at, roles)),
        "proposed_changes": list(_proposed_changes(period, known_at, roles)),
        "audit": list(_audit(period, known_at, roles)),
    }
    return Evidence(period, until, data, held)


def count_editions(period: Period) -> int:
    """Return how many editions the file would hold."""
    return sum(1 for _one in editions_of(period, period.known_at or timezone.now()))


def _attestations(period: Period, known_at: datetime, roles: Roles) -> Iterator[dict[str, Any]]:
    touched = Q(reported_at__gte=period.start, reported_at__lt=period.end) | Q(
        decided_at__gte=period.start, decided_at__lt=period.end
    )
    rows = Attestation.objects.filter(touched, reported_at__lte=known_at)
    for row in rows.select_related("safeguard", "evidence_file").order_by("reported_at", "id"):
        is_decided = row.decided_at is not None and row.decided_at <= known_at
        yield {
            "safeguard": row.safeguard.key,
            "name": text_of(row.safeguard, "name"),
            "value": row.value,
            "seen_at": row.seen_at,
            "reported_at": row.reported_at,
            "reported_by": roles.of(row.reported_by_id),
            "decided_at": row.decided_at if is_decided else None,
            "decided_by": roles.of(row.decided_by_id) if is_decided else "",
            "accepted": row.accepted if is_decided else None,
            "file_sha256": row.evidence_file.sha256 if row.evidence_file else "",
        }


def _new_settings(period: Period, known_at: datetime, roles: Roles) -> Iterator[dict[str, Any]]:
    """Yield what was said, or confirmed, in the period of settings that nobody knew."""
    touched = Q(said_at__gte=period.start, said_at__lt=period.end) | Q(
        confirmed_at__gte=period.start, confirmed_at__lt=period.end
    )
    for row in SettingStatement.objects.filter(touched, said_at__lte=known_at):
        is_confirmed = row.confirmed_at is not None and row.confirmed_at <= known_at
        yield {
            "path": row.path,
            "captures": row.captures,
            "said_at": row.said_at,
            "said_by": roles.of(row.said_by_id),
            "confirmed_at": row.confirmed_at if is_confirmed else None,
            "confirmed_by": roles.of(row.confirmed_by_id) if is_confirmed else "",
        }


def _proposed_changes(period: Period, known_at: datetime, roles: Roles) -> Iterator[dict[str, Any]]:
    """Yield what waited for a second person or was decided in the period, in words."""
    touched = Q(proposed_at__gte=period.start, proposed_at__lt=period.end) | Q(
        decided_at__gte=period.start, decided_at__lt=period.end
    )
    rows = ProposedChange.objects.filter(touched, proposed_at__lte=known_at)
    for row in rows.select_related("content_type").order_by("proposed_at", "id"):
        is_decided = row.decided_at is not None and row.decided_at <= known_at
        yield {
            "subject": row.subject,
            "fields": [
                {"name": one.name, "before": one.before, "after": one.after}
                for one in proposing.fields_of(row)
            ],
            "proposed_at": row.proposed_at,
            "proposed_by": roles.of(row.proposed_by_id),
            "decided_at": row.decided_at if is_decided else None,
            "decided_by": roles.of(row.decided_by_id) if is_decided else "",
            "accepted": row.accepted if is_decided else None,
            "redacted_at": row.redacted_at,
            # Where one person runs the firm alone, the record says so.
            "second_person": row.four_eyes if is_decided else None,
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
