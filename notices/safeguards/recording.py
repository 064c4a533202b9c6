"""Append to the history of states; nothing here ever rewrites it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from notices.firm.models import AuditEntry

from . import zoom
from .field_map import proving
from .models import (
    Attestation,
    Check,
    CheckCoverage,
    EvidenceFile,
    Finding,
    Promise,
    Safeguard,
    Source,
)


class RecordingError(Exception):
    """The history cannot take this record."""


class InTheFuture(RecordingError):
    """A state is recorded when it holds, not before."""


class NeedsAReason(RecordingError):
    """A record that starts more than a day ago must say why."""


class SamePerson(RecordingError):
    """Who reports a better state does not confirm it."""


class ReadFromAccount(RecordingError):
    """What the connected account tells is not reported by hand: a check runs."""


class AlreadyDecided(RecordingError):
    """The report was confirmed or turned down before."""


@transaction.atomic
def record_promise(
    safeguard: Safeguard,
    value: str,
    *,
    effective_from: datetime,
    reason_de: str,
    reason_en: str = "",
    by: User | None = None,
    confirmed_by: User | None = None,
) -> Promise | None:
    """Append what the firm says it does, unless it says so already."""
    newest = safeguard.promises.last()
    if newest and newest.value == value and newest.effective_from <= effective_from:
        return None
    return Promise.objects.create(
        safeguard=safeguard,
        value=value,
        effective_from=effective_from,
        reason_de=reason_de,
        reason_en=reason_en,
        recorded_by=by,
        confirmed_by=confirmed_by,
    )


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
    """Append a successful check of `safeguards`; each holds for its age limit of today."""
    check = Check.objects.create(
        at=at,
        source=source,
        role=role,
        recorded_by=by,
        confirmed_by=confirmed_by,
        outcome=Check.Outcome.DONE,
    )
    CheckCoverage.objects.bulk_create(
        CheckCoverage(
            check_made=check,
            safeguard=safeguard,
            valid_until=at + timedelta(days=safeguard.max_age_days),
        )
        for safeguard in safeguards
    )
    return check


@transaction.atomic
def report_change(
    safeguard: Safeguard,
    value: str,
    *,
    by: User,
    reason_de: str,
    reason_en: str = "",
    seen_at: datetime | None = None,
    lock: str = Finding.Lock.UNKNOWN,
    note: str = "",
    evidence_file: EvidenceFile | None = None,
) -> Attestation | None:
    """Record what somebody changed in Zoom by hand: on, exception, off or retired.

    A change for the worse is public at once. A better or renewed state waits for a second
    person and comes back as an `Attestation`; with `FOUR_EYES` off it is confirmed here.
    "Retired" waits too: it takes a safeguard, and what deviates in it, out of the answers.
    """
    now = timezone.now()
    seen_at = seen_at or now
    if seen_at > now:
        raise InTheFuture(seen_at)
    if now - seen_at > timedelta(hours=24) and not note.strip():
        raise NeedsAReason(seen_at)
    evidence = evidence_of(note, evidence_file)
    # One report at a time per safeguard: two must not both think they were first.
    safeguard = Safeguard.objects.select_for_update().get(pk=safeguard.pk)
    if needs_check(safeguard, value):
        raise ReadFromAccount(safeguard)
    if public_at_once(safeguard, value):
        for moment in held_at(seen_at, now):
            record_promise(
                safeguard,
                value,
                effective_from=moment,
                reason_de=reason_de,
                reason_en=reason_en,
                by=by,
            )
            if value == Promise.Value.OFF:
                _record_seen(
                    safeguard, Finding.Verdict.NOT_PROTECTED, lock, moment, evidence, by, None
                )
        _audit(by, "safeguard-reported", safeguard, value, evidence_file)
        return None
    attestation = Attestation.objects.create(
        safeguard=safeguard,
        value=value,
        lock=lock,
        seen_at=seen_at,
        reason_de=reason_de,
        reason_en=reason_en,
        note=note,
        evidence_file=evidence_file,
        reported_by=by,
        reported_at=now,
    )
    _audit(by, "safeguard-reported", safeguard, value, evidence_file)
    if not settings.FOUR_EYES:
        confirm(attestation, by=by)
    return attestation


@transaction.atomic
def confirm(attestation: Attestation, *, by: User) -> None:
    """Confirm a reported state as the second person and make it public."""
    attestation = _undecided(attestation)
    if settings.FOUR_EYES and attestation.reported_by_id == by.pk:
        raise SamePerson(attestation)
    reporter = attestation.reported_by
    for moment in held_at(attestation.seen_at, attestation.reported_at):
        record_promise(
            attestation.safeguard,
            attestation.value,
            effective_from=moment,
            reason_de=attestation.reason_de,
            reason_en=attestation.reason_en,
            by=reporter,
            confirmed_by=by,
        )
        # What the account is like, a check of the account says, even if it was connected since.
        if attestation.value != Attestation.Value.RETIRED and not is_read_from_account(
            attestation.safeguard
        ):
            _record_seen(
                attestation.safeguard,
                Finding.Verdict.PROTECTED,
                attestation.lock,
                moment,
                evidence_of(attestation.note, attestation.evidence_file),
                reporter,
                by,
            )
    _decide(attestation, by, accepted=True)


@transaction.atomic
def turn_down(attestation: Attestation, *, by: User) -> None:
    """Turn a reported state down; nothing of it becomes public."""
    _decide(_undecided(attestation), by, accepted=False)


@transaction.atomic
def forget_samples(*, by: User | None = None) -> None:
    """Append "unknown" wherever only the starter's sample states are known.

    Reports that still wait were about the sample and are turned down.
    """
    now = timezone.now()
    for attestation in Attestation.objects.filter(decided_at=None):
        _decide(_undecided(attestation), by, accepted=False)
    for safeguard in Safeguard.objects.all():
        newest = safeguard.findings.last()
        if newest and newest.source == Source.IMPORT:
            record_finding(
                Finding(
                    safeguard=safeguard,
                    verdict=Finding.Verdict.UNKNOWN,
                    seen_at=now,
                    source=Source.IMPORT,
                )
            )


def public_at_once(safeguard: Safeguard, value: str) -> bool:
    """Say whether reporting `value` is a change for the worse, which waits for nobody."""
    if value == Promise.Value.OFF:
        return True
    promise, finding = safeguard.promises.last(), safeguard.findings.last()
    # "With an exception" is worse than on, but better than off or unknown.
    return (
        value == Promise.Value.EXCEPTION
        and promise is not None
        and promise.value == Promise.Value.ON
        and finding is not None
        and finding.verdict == Finding.Verdict.PROTECTED
    )


def is_read_from_account(safeguard: Safeguard) -> bool:
    """Say whether an account is connected and the API can read this safeguard."""
    return (
        zoom.is_configured()
        and safeguard.checked_by == Safeguard.CheckedBy.ACCOUNT
        and any(field.path for field in proving(safeguard.key))
    )


def needs_check(safeguard: Safeguard, value: str) -> bool:
    """Say whether only a check of the account may record `value`: it is better, or as before.

    What the account was found to do may still be promised.
    """
    if value not in (Promise.Value.ON, Promise.Value.EXCEPTION):
        return False
    if not is_read_from_account(safeguard) or public_at_once(safeguard, value):
        return False
    promise, finding = safeguard.promises.last(), safeguard.findings.last()
    is_found = (
        finding is not None
        and finding.source == Source.ACCOUNT
        and finding.verdict == Finding.Verdict.PROTECTED
    )
    is_promised = promise is not None and promise.value == value
    return is_promised or not is_found


def held_at(since: datetime, reported_at: datetime) -> list[datetime]:
    """Return the moments for which a report speaks: since when it holds, and when it was made.

    Both are recorded: what was found in between must not outlast a newer report, and a check
    is as old as the look at the account, not as the setting.
    """
    return sorted({since, reported_at})


def evidence_of(note: str, file: EvidenceFile | None) -> dict[str, str]:
    """Return how somebody knows; a file by its digest."""
    return {
        **({"note": note} if note else {}),
        **({"file": file.sha256} if file else {}),
    }


def role_of(person: User) -> str:
    """Return the role in which somebody compares by hand; readers see it, never a name."""
    return "reviewer" if person.has_perm("safeguards.confirm_attestation") else "editor"


def _record_seen(
    safeguard: Safeguard,
    verdict: str,
    lock: str,
    seen_at: datetime,
    evidence: dict[str, str],
    by: User,
    confirmed_by: User | None,
) -> None:
    record_finding(
        Finding(
            safeguard=safeguard,
            verdict=verdict,
            lock=lock,
            seen_at=seen_at,
            source=Source.HAND,
            recorded_by=by,
            confirmed_by=confirmed_by,
            evidence=evidence,
        )
    )
    record_check(
        [safeguard],
        at=seen_at,
        source=Source.HAND,
        role=role_of(by),
        by=by,
        confirmed_by=confirmed_by,
    )


def _undecided(attestation: Attestation) -> Attestation:
    # Locked, so that two reviewers cannot both decide.
    row = Attestation.objects.select_for_update().get(pk=attestation.pk)
    if row.decided_at is not None:
        raise AlreadyDecided(row)
    return row


def _decide(attestation: Attestation, by: User | None, *, accepted: bool) -> None:
    attestation.decided_by = by
    attestation.decided_at = timezone.now()
    attestation.accepted = accepted
    attestation.save()
    act = "safeguard-confirmed" if accepted else "safeguard-turned-down"
    _audit(by, act, attestation.safeguard, attestation.value)


def _audit(
    by: User | None,
    act: str,
    safeguard: Safeguard,
    value: str,
    file: EvidenceFile | None = None,
) -> None:
    detail = {"value": value, **({"file": file.sha256} if file else {})}
    AuditEntry.objects.create(by=by, act=act, subject=safeguard.key, detail=detail)
