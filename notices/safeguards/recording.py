"""Append to the history of states; nothing here ever rewrites it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from notices.firm.languages import all_columns

from . import new_settings
from .derived import intervals, runs
from .models import (
    Check,
    CheckCoverage,
    Finding,
    Promise,
    Safeguard,
    Source,
)
from .states import Found, Promised
from .zoom import client
from .zoom.field_map import is_guess, proving


@transaction.atomic
def record_promise(
    safeguard: Safeguard,
    value: str,
    *,
    effective_from: datetime,
    by: User | None = None,
    confirmed_by: User | None = None,
    **reasons: str,
) -> Promise | None:
    """Append what the firm says it does, unless it says so already; a reason per language."""
    if is_said(safeguard.promises.last(), safeguard.findings.last(), value, effective_from):
        return None
    promise = Promise.objects.create(
        safeguard=safeguard,
        value=value,
        effective_from=effective_from,
        **all_columns("reason", reasons),
        recorded_by=by,
        confirmed_by=confirmed_by,
    )
    runs.derive([safeguard.pk], effective_from)
    return promise


def is_said(
    newest: Promised | None, found: Found | None, value: str, effective_from: datetime
) -> bool:
    """Say whether the newest promise says `value` already, and readers were shown no more."""
    if newest is None or newest.value != value or newest.effective_from > effective_from:
        return False
    is_more = found is not None and found.verdict == Finding.Verdict.PROTECTED
    return value != Promise.Value.OFF or not is_more


@transaction.atomic
def record_finding(finding: Finding) -> Finding | None:
    """Append `finding` if it differs from the newest one of its safeguard."""
    newest = finding.safeguard.findings.last()
    same = newest is not None and newest.seen_at <= finding.seen_at
    for field in ("verdict", "lock", "users_differing", "groups_differing"):
        same = same and getattr(newest, field) == getattr(finding, field)
    if same:
        return None
    finding.save()
    runs.derive([finding.safeguard_id], finding.seen_at)
    return finding


@transaction.atomic
def record_check(
    safeguards: Iterable[Safeguard],
    *,
    at: datetime,
    source: str,
    role: str = "",
    by: User | None = None,
    confirmed_by: User | None = None,
) -> Check:
    """Append a successful check of `safeguards`; each holds for its age limit of today.

    What was found of them at that moment may have been appended just before.
    """
    check = Check.objects.create(
        at=at,
        source=source,
        role=role,
        recorded_by=by,
        confirmed_by=confirmed_by,
        outcome=Check.Outcome.DONE,
    )
    by_account = source == Source.ACCOUNT
    # Locked in one order: of two checks at a time one waits, and none renews what it cannot see.
    rows = Safeguard.objects.select_for_update().order_by("pk")
    held = list(rows.filter(pk__in=[safeguard.pk for safeguard in safeguards]))
    coverages = CheckCoverage.objects.bulk_create(
        CheckCoverage(
            check_made=check,
            safeguard=safeguard,
            valid_until=holds_until(safeguard, at, by_account=by_account),
        )
        for safeguard in held
    )
    intervals.append(coverages)
    runs.derive([safeguard.pk for safeguard in held], at)
    return check


def holds_until(safeguard: Safeguard, at: datetime, *, by_account: bool) -> datetime:
    """Return until when a check made `at` a moment holds, by the age limit of today."""
    return at + timedelta(days=safeguard.holds_days(by_account=by_account))


def is_read_from_account(safeguard: Safeguard) -> bool:
    """Say whether an account is connected and the API can read this safeguard.

    Where people compare because nobody saw the field yet, the account tells once it returned it.
    """
    if safeguard.provider_id or not client.is_configured():
        return False
    if safeguard.checked_by == Safeguard.CheckedBy.HAND:
        told = safeguard.findings.filter(source=Source.ACCOUNT)
        return is_guess(safeguard.key) and told.exists()
    return safeguard.key == new_settings.KEY or any(f.path for f in proving(safeguard.key))
