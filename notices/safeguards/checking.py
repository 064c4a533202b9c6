"""Read the Zoom account and append what was seen: all of it or nothing, one check at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from . import rereading, zoom
from .field_map import Field, fields, proving
from .models import Check, Finding, Safeguard, Source
from .reading_fields import FieldVerdict, deciding, item
from .recording import record_check
from .states import Lock
from .verification import (
    ACCOUNT_SETTINGS,
    GROUP_SETTINGS,
    GROUPS,
    USER_SETTINGS,
    USERS,
    Answers,
    Reading,
    SafeguardReading,
    verify,
)
from .zoom_account import MEETING, Progress, read_account
from .zoom_errors import ZoomError

EVERY = timedelta(hours=6)
TRY_AGAIN = timedelta(hours=1)
# Short, because it is renewed while the check runs: after a crash the next one starts soon.
LEASE = timedelta(seconds=15)
# A call that gave nothing, for the account or for one of its users or groups: the operation
# and its option, or "" for none.
Call = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Seen:
    """What one set of answers says, what meetings answered by ID, which calls gave nothing."""

    reading: Reading
    refused: frozenset[Call]
    meetings: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Recorded:
    """The check that was appended, the findings that differed, and what stayed unread."""

    reading: Reading
    check: Check
    findings: list[Finding]
    unread: list[Safeguard]


def check_account(
    progress: Progress | None = None, meetings: Iterable[str] = ()
) -> tuple[Recorded, Seen]:
    """Read the connected account and record it; a failure is recorded and raised.

    What `meetings` answered by ID is only in the second result: their keeper records it.
    """
    at = timezone.now()
    try:
        seen = read_connected(progress, meetings)
    except ZoomError as error:
        record_failure(error, at=at)
        raise
    recorded = record_reading(seen.reading, at=at, refused=seen.refused)
    rereading.reread_was_done(at)
    return recorded, seen


def read_connected(progress: Progress | None = None, meetings: Iterable[str] = ()) -> Seen:
    """Read and judge the connected account; raise a ZoomError if that is not possible."""
    with zoom.connect() as client:
        answers = read_account(client, meetings=meetings, progress=progress)
    refused = [(call.operation, call.option) for call in answers.refused if not call.subject]
    return judge(answers.responses, refused)


def judge(answers: Answers, refused: Iterable[Call] = ()) -> Seen:
    """Judge a set of answers; calls that it does not hold count as refused."""
    bodies = item(answers, MEETING)
    return Seen(
        verify(answers),
        frozenset({*_missing(answers), *refused}),
        bodies if isinstance(bodies, Mapping) else {},
    )


@transaction.atomic
def record_reading(
    reading: Reading, *, at: datetime, refused: Collection[Call], role: str = ""
) -> Recorded:
    """Append one check of all that could be read, and a finding wherever something differs.

    `at` is when the reading began: what somebody reports meanwhile is newer.
    """
    # Locked, so that a report by hand does not come in between.
    safeguards = list(
        Safeguard.objects.select_for_update()
        .filter(checked_by=Safeguard.CheckedBy.ACCOUNT)
        .order_by("pk")
    )
    findings, covered, unread = [], [], []
    for safeguard in safeguards:
        earlier = safeguard.findings.filter(seen_at__lte=at)
        newest, known = earlier.last(), earlier.exclude(verdict=Finding.Verdict.UNKNOWN).last()
        seen = reading.safeguards.get(safeguard.key)
        if seen is None or not _was_read(safeguard.key, seen, known, reading, refused):
            unread.append(safeguard)
            continue
        covered.append(safeguard)
        finding = _finding(safeguard, seen, at)
        if newest is None or _differs(newest, finding):
            finding.save()
            findings.append(finding)
    check = record_check(covered, at=at, source=Source.ACCOUNT, role=role)
    return Recorded(reading, check, findings, unread)


def record_failure(error: ZoomError, *, at: datetime) -> Check | None:
    """Append that the account could not be read; what was found before stays as it is."""
    if not zoom.is_configured():
        return None
    return Check.objects.create(
        at=at,
        source=Source.ACCOUNT,
        outcome=Check.Outcome.FAILED,
        error=error.sentence[:200],
    )


def is_due(now: datetime) -> bool:
    """Say whether the connected account should be read now."""
    if not zoom.is_configured():
        return False
    last = Check.objects.filter(source=Source.ACCOUNT).last()
    if last is None:
        return True
    if last.outcome == Check.Outcome.FAILED:
        return now - last.at >= TRY_AGAIN
    return now - last.at >= EVERY or rereading.reread_is_due()


def _missing(answers: Answers) -> Iterator[Call]:
    bodies = item(answers, ACCOUNT_SETTINGS)
    for option in {field.option for field in fields() if field.path}:
        if not _is_body(bodies, option):
            yield ACCOUNT_SETTINGS, option
    for listing, name, operation in (
        (USERS, "users", USER_SETTINGS),
        (GROUPS, "groups", GROUP_SETTINGS),
    ):
        rows = item(item(answers, listing), name)
        if not isinstance(rows, list):
            yield listing, ""
            continue
        for row in rows:
            key = item(row, "id")
            by_option = item(item(answers, operation), key) if isinstance(key, str) else None
            for option in {field.option for field in fields()}:
                if not _is_body(by_option, option):
                    yield operation, option


def _is_body(bodies: object, option: str) -> bool:
    return isinstance(item(bodies, option or "default"), Mapping)


def _was_read(
    key: str,
    seen: SafeguardReading,
    known: Finding | None,
    reading: Reading,
    refused: Collection[Call],
) -> bool:
    """Say whether these answers speak about a safeguard; a refused call says nothing."""
    if seen.verdict is FieldVerdict.MANUAL:
        return False
    if seen.verdict is FieldVerdict.UNKNOWN:
        return _is_unknown_where_read(key, reading, refused)
    if seen.verdict is FieldVerdict.NOT_PROTECTED or known is None:
        return True
    # Users or groups that differed have not become better because nobody could read them.
    own = proving(key)
    of_users = {(USERS, ""), *((USER_SETTINGS, field.option) for field in own if field.user_path)}
    of_groups = {
        (GROUPS, ""),
        *((GROUP_SETTINGS, field.option) for field in own if field.group_path),
    }
    return not (
        (known.users_differing and not seen.users_differing and of_users & set(refused))
        or (known.groups_differing and not seen.groups_differing and of_groups & set(refused))
    )


def _is_unknown_where_read(key: str, reading: Reading, refused: Collection[Call]) -> bool:
    """Say whether a body that was read lacks the value, and not only a refused call."""
    verdicts = {name: field.verdict for name, field in reading.fields.items()}
    own = proving(key)
    decide = deciding(own, verdicts)
    primaries = [field for field in own if field.role == "primary"]
    replaced = any(field.role == "fallback" for field in decide)
    if replaced and not any(_has_body(field, refused) for field in primaries):
        # Fallbacks speak for an account that lacks the newer fields, not for a refused call.
        return False
    return any(
        verdicts[field.key] is FieldVerdict.UNKNOWN and _has_body(field, refused)
        for field in decide
    )


def _has_body(field: Field, refused: Collection[Call]) -> bool:
    return (ACCOUNT_SETTINGS, field.option) not in refused


def _finding(safeguard: Safeguard, seen: SafeguardReading, at: datetime) -> Finding:
    return Finding(
        safeguard=safeguard,
        verdict=seen.verdict.value,
        lock=(seen.lock or Lock.UNKNOWN).value,
        users_read=seen.users_read,
        users_differing=seen.users_differing,
        groups_read=seen.groups_read,
        groups_differing=seen.groups_differing,
        seen_at=at,
        source=Source.ACCOUNT,
        evidence=seen.evidence,
    )


def _differs(newest: Finding, finding: Finding) -> bool:
    compared = ["verdict", "lock", "users_differing", "groups_differing"]
    # How many were read matters only beside those that differ: "2 of 14".
    compared += ["users_read"] if finding.users_differing else []
    compared += ["groups_read"] if finding.groups_differing else []
    return any(getattr(newest, name) != getattr(finding, name) for name in compared)
