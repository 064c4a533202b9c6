"""What people saw at Zoom: report, confirm, turn down, forget."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from notices.firm import audit
from notices.firm.audit import Act
from notices.firm.languages import all_columns, column_values, in_columns, in_each

from ..board import timelines
from ..models import Attestation, EvidenceFile, Finding, Promise, Safeguard, Source
from ..recording import is_read_from_account, record_check, record_finding, record_promise
from .reported_rows import public_at_once, rows_of


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


class NotRead(RecordingError):
    """What is confirmed is not the report that was read."""


class AlreadyDecided(RecordingError):
    """The report was confirmed or turned down before."""


class Overtaken(RecordingError):
    """Something newer was reported or found since; the older report no longer tells how it is."""


class TurnedDownWithoutReason(RecordingError):
    """Whoever reported it must learn why it was turned down."""


class NotYours(RecordingError):
    """Only whoever reported a state takes the report back."""


class StillReturned(RecordingError):
    """Zoom cannot have retired a setting that its answer still holds."""


class NothingToLift(RecordingError):
    """The account does not do more than the firm promises."""


@transaction.atomic
def report_change(
    safeguard: Safeguard,
    value: str,
    *,
    by: User,
    seen_at: datetime | None = None,
    lock: str = Finding.Lock.UNKNOWN,
    note: str = "",
    evidence_file: EvidenceFile | None = None,
    **reasons: str,
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
    # One report at a time per safeguard: two must not both think they were first.
    safeguard = Safeguard.objects.select_for_update().get(pk=safeguard.pk)
    if needs_check(safeguard, value):
        raise ReadFromAccount(safeguard)
    if value == Promise.Value.RETIRED and is_returned(safeguard):
        raise StillReturned(safeguard)
    report = Attestation(
        safeguard=safeguard,
        value=value,
        lock=lock,
        seen_at=seen_at,
        **all_columns("reason", reasons),
        note=note,
        evidence_file=evidence_file,
        reported_by=by,
        reported_at=now,
    )
    _audit(by, Act.SAFEGUARD_REPORTED, safeguard, value, evidence_file, was=_promised(safeguard))
    if public_at_once(safeguard, value):
        _append(report, at_once=True)
        return None
    report.save()
    if not settings.FOUR_EYES:
        confirm(report, by=by)
    return report


@transaction.atomic
def confirm(attestation: Attestation, *, by: User, as_read: str | None = None) -> None:
    """Confirm a reported state as the second person and make it public.

    `as_read` is the digest of the report on the page; None is for whoever reports and confirms.
    """
    # Locked first, as in a report: nothing newer may come in between.
    Safeguard.objects.select_for_update().get(pk=attestation.safeguard_id)
    attestation = _undecided(attestation)
    if as_read is not None and as_read != attestation.digest:
        raise NotRead(attestation)
    if settings.FOUR_EYES and attestation.reported_by_id == by.pk:
        raise SamePerson(attestation)
    if attestation.is_overtaken:
        raise Overtaken(attestation)
    if attestation.value == Promise.Value.RETIRED and is_returned(attestation.safeguard):
        raise StillReturned(attestation)
    _append(attestation, at_once=False, confirmed_by=by)
    _decide(attestation, by, accepted=True)


@transaction.atomic
def turn_down(attestation: Attestation, *, by: User, reason: str) -> None:
    """Turn a reported state down and say why; nothing of it becomes public."""
    attestation = _undecided(attestation)
    if not reason.strip():
        raise TurnedDownWithoutReason(attestation)
    _decide(attestation, by, accepted=False, reason=reason.strip())


@transaction.atomic
def take_back(attestation: Attestation, *, by: User) -> None:
    """Take a report back, as the one who made it; nothing of it becomes public."""
    attestation = _undecided(attestation)
    if attestation.reported_by_id != by.pk:
        raise NotYours(attestation)
    _decide(attestation, by, accepted=False, act=Act.SAFEGUARD_TAKEN_BACK)


@transaction.atomic
def lift_promise(safeguard: Safeguard, *, by: User) -> Promise:
    """Promise again what the account does.

    Readers see it as on already, so nothing gets better for them, and one person may do it.
    """
    # Locked, so that no report and no check comes in between.
    safeguard = Safeguard.objects.select_for_update().get(pk=safeguard.pk)
    now = timezone.now()
    situation = timelines.load_now().situation(safeguard, now)
    if situation is None or not situation.promise_lags:
        raise NothingToLift(safeguard)
    reasons = in_each(lambda: _("The account protects again, so we promise it again."))
    promise = record_promise(
        safeguard,
        Promise.Value.ON,
        effective_from=now,
        by=by,
        **in_columns("reason", reasons),
    )
    if promise is None:
        raise NothingToLift(safeguard)
    audit.record(Act.PROMISE_LIFTED, safeguard.key, by=by)
    return promise


@transaction.atomic
def forget_samples(*, by: User | None = None) -> None:
    """Append "unknown" wherever only something of the time with the sample profile is known.

    What people attested then was about the sample too; a connected account is nobody's sample.
    Reports that still wait are turned down.
    """
    now = timezone.now()
    gone = _("It was about the sample firm.")
    for attestation in Attestation.objects.filter(decided_at=None):
        _decide(_undecided(attestation), by, accepted=False, reason=gone)
    for safeguard in Safeguard.objects.all():
        newest, promise = safeguard.findings.last(), safeguard.promises.last()
        if newest and not (newest.source == Source.ACCOUNT and is_read_from_account(safeguard)):
            record_finding(
                Finding(
                    safeguard=safeguard,
                    verdict=Finding.Verdict.UNKNOWN,
                    seen_at=now,
                    source=Source.IMPORT,
                )
            )
        if promise and promise.value == Promise.Value.RETIRED:
            # Nothing is promised yet, but what Zoom offers has to be looked up again.
            reasons = in_each(lambda: _("Our records in this portal begin."))
            record_promise(
                safeguard,
                Promise.Value.OFF,
                effective_from=now,
                by=by,
                **in_columns("reason", reasons),
            )


def is_returned(safeguard: Safeguard) -> bool:
    """Say whether the connected account returned the setting, or a part of it, when last asked."""
    if not is_read_from_account(safeguard):
        return False
    newest = safeguard.findings.filter(source=Source.ACCOUNT).last()
    return newest is not None and (
        newest.verdict != Finding.Verdict.UNKNOWN or bool(newest.evidence)
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


def role_of(person: User) -> str:
    """Return the role in which somebody compares by hand; readers see it, never a name."""
    return "reviewer" if person.has_perm("safeguards.confirm_attestation") else "editor"


def _append(report: Attestation, *, at_once: bool, confirmed_by: User | None = None) -> None:
    for promise, finding in rows_of(report, at_once=at_once):
        record_promise(
            report.safeguard,
            report.value,
            effective_from=promise.effective_from,
            **column_values(report, "reason"),
            by=report.reported_by,
            confirmed_by=confirmed_by,
        )
        if finding is None:
            continue
        finding.confirmed_by = confirmed_by
        # After the promise: what is announced together with its finding does not deviate.
        finding.recorded_at = timezone.now()
        record_finding(finding)
        record_check(
            [report.safeguard],
            at=finding.seen_at,
            source=Source.HAND,
            role=role_of(report.reported_by),
            by=report.reported_by,
            confirmed_by=confirmed_by,
        )


def _undecided(attestation: Attestation) -> Attestation:
    # Locked, so that two reviewers cannot both decide.
    row = Attestation.objects.select_for_update().get(pk=attestation.pk)
    if row.decided_at is not None:
        raise AlreadyDecided(row)
    return row


def _decide(
    attestation: Attestation,
    by: User | None,
    *,
    accepted: bool,
    reason: str = "",
    act: Act | None = None,
) -> None:
    attestation.decided_by = by
    attestation.decided_at = timezone.now()
    attestation.accepted = accepted
    attestation.turned_down_because = reason
    attestation.save()
    act = act or (Act.SAFEGUARD_CONFIRMED if accepted else Act.SAFEGUARD_TURNED_DOWN)
    _audit(by, act, attestation.safeguard, attestation.value)


def _audit(
    by: User | None,
    act: Act,
    safeguard: Safeguard,
    value: str,
    file: EvidenceFile | None = None,
    was: str = "",
) -> None:
    detail = {"value": value, **({"file": file.sha256} if file else {})}
    detail |= {"was": was} if was and was != value else {}
    audit.record(act, safeguard.key, by=by, **detail)


def _promised(safeguard: Safeguard) -> str:
    """Return the state that was promised last, for whoever asks what it was before."""
    newest = Promise.objects.filter(safeguard=safeguard).order_by("recorded_at", "id").last()
    return newest.value if newest else ""
