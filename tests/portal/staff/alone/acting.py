"""What every act of one person needs: to read, to send a form, a safeguard that is on or off."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from notices.firm.models import ProposedChange
from notices.safeguards.models import (
    Attestation,
    Safeguard,
)
from tests.factories import (
    make_safeguard,
    record_state,
)
from tests.firm.ways import typed

Scenario = Callable[[Client, User], None]
BOARD = "/de/schutz/"


def read(path: str) -> str:
    return Client().get(path).content.decode()


def undated(html: str) -> str:
    """Leave out when the page was read, and what changes with the minute."""
    return re.sub(r"<time.*?</time>|[0-9a-f]{16,}", "", html)


def send(staff: Client, path: str, **changes: Any) -> None:
    """Send a form of a page and, where the change now waits, try to confirm it alone."""
    staff.post(path, typed(staff, path, **changes))
    for change in ProposedChange.objects.filter(decided_at=None):
        decide = f"/admin/firm/proposedchange/{change.pk}/entscheiden/"
        staff.post(decide, {"_confirm": "1", "as_read": change.digest})


def on(key: str = "", **changes: Any) -> Safeguard:
    safeguard = make_safeguard(key, **changes)
    record_state(safeguard, at=timezone.now() - timedelta(days=2))
    return safeguard


def off(key: str = "", **changes: Any) -> Safeguard:
    safeguard = make_safeguard(key, **changes)
    record_state(safeguard, "not_protected", at=timezone.now() - timedelta(days=2))
    return safeguard


def report(staff: Client, safeguard: Safeguard, value: str) -> None:
    sent = {"safeguard": safeguard.pk, "value": value, "lock": "unknown", "reason_de": "Darum."}
    staff.post("/admin/einstellung-geaendert/", {**sent, "_publish": "1"})
    for waiting in Attestation.objects.filter(decided_at=None):
        staff.post(f"/admin/meldungen/{waiting.pk}/", {"_confirm": "1", "as_read": waiting.digest})
