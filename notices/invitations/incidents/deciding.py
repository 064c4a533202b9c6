"""The one way the data protection officer decides about a deviation: a row that stays."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from notices.firm import audit
from notices.firm.audit import Act
from notices.safeguards.models import Finding

from ..models import IncidentDecision


class DecidingError(Exception):
    """This cannot be decided so."""


class NeedsAReason(DecidingError):
    """Whoever checks it later must learn why."""


class NotKnownYet(DecidingError):
    """Nobody can know of a deviation before it was there, nor in the future."""


@transaction.atomic
def decide(
    finding: Finding, *, decision: str, known_at: datetime, reason: str, by: User
) -> IncidentDecision:
    """Append the officer's decision about the deviation that `finding` opened."""
    now = timezone.now()
    if not reason.strip():
        raise NeedsAReason(finding)
    # A form knows whole minutes.
    if not finding.seen_at.replace(second=0, microsecond=0) <= known_at <= now:
        raise NotKnownYet(finding)
    row = IncidentDecision.objects.create(
        finding=finding,
        decision=decision,
        known_at=known_at,
        reason=reason.strip(),
        recorded_at=now,
        recorded_by_id=by.pk,
    )
    audit.record(Act.INCIDENT_DECIDED, finding.safeguard.key, by=by, finding=finding.pk)
    return row
