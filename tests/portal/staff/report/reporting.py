"""The form of a setting changed at Zoom, and what it stores."""

from __future__ import annotations

from typing import Any

from notices.firm.models import AuditEntry
from notices.safeguards.models import Attestation, Check, Finding, Promise, Safeguard

REPORT = "/admin/einstellung-geaendert/"


def answers(safeguard: Safeguard, value: str = "off", **changes: Any) -> dict[str, Any]:
    return {
        "safeguard": safeguard.pk,
        "value": value,
        "lock": "unknown",
        "seen_at": "",
        "reason_de": "Eine Panne bei Zoom.",
        "reason_en": "",
        "note": "",
        **changes,
    }


def counts() -> tuple[int, ...]:
    return tuple(
        model.objects.count() for model in (Promise, Finding, Check, Attestation, AuditEntry)
    )
