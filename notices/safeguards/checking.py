"""Read the Zoom account and append what was seen: all of it or nothing, one check at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from notices.firm.jobs import CLOCK_SKEW
from notices.firm.languages import in_columns, in_each

from . import check_requests, new_settings
from .models import Check, Finding, Promise, Safeguard, Source
from .recording import record_check, record_promise
from .states import Lock
from .zoom import client
from .zoom.account import LEVELS, MEETING, Progress, read_account
from .zoom.answer_files import new_fields_in
from .zoom.errors import ZoomError
from .zoom.field_map import Field, fields, is_guess, proving
from .zoom.fields import FieldVerdict, deciding, item
from .zoom.known_fields import NewField
from .zoom.transport import waits
from .zoom.verdicts import (
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

EVERY = timedelta(hours=6)
TRY_AGAIN = timedelta(hours=1)
# Short, because it is renewed while the check runs: after a crash the next one starts soon.
LEASE = timedelta(seconds=15)
# From which calls a level is read; a list that is missing leaves all below it unread.
PLACES = {**LEVELS, USERS: LEVELS[USER_SETTINGS], GROUPS: LEVELS[GROUP_SETTINGS]}
# A call that gave nothing, for the account or for one of its users or groups: the operation
# and its option, or "" for none.
Call = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Judged:
    """What one set of answers says, what meetings answered by ID, which calls gave nothing.

    `new_fields` are those that the map does not know; `put_off` is why the asking ended early.
    """

    reading: Reading
    refused: frozenset[Call]
    meetings: Mapping[str, object]
    new_fields: frozenset[NewField] = frozenset()
    put_off: ZoomError | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """The check that was appended, the findings that differed, and what stayed unread."""

    reading: Reading
    check: Check
    findings: list[Finding]
    unread: list[Safeguard]
    new_fields: frozenset[NewField]
    put_off: ZoomError | None


@dataclass(frozen=True, slots=True)
class Failing:
    """The first of the failures since the account was last read, and why the last one failed."""

    first: Check
    sentence: str


def check_account(
    progress: Progress | None = None, meetings: Iterable[str] = ()
) -> tuple[Recorded, Judged]:
    """Read the connected account and record it; a failure is recorded and raised.

    What `meetings` answered by ID is only in the second result: their keeper records it.
    """
    at = timezone.now()
    waits.stop_until_allowed(at)
    try:
        seen = read_connected(progress, meetings)
    except ZoomError as error:
        record_failure(error, at=at)
        raise
    recorded = record_reading(seen, at=at)
    check_requests.reread_was_done(at)
    return recorded, seen


def read_connected(progress: Progress | None = None, meetings: Iterable[str] = ()) -> Judged:
    """Read and judge the connected account; raise a ZoomError if that is not possible."""
    with client.connect() as zoom:
        answers = read_account(zoom, meetings=meetings, progress=progress)
    refused = [(call.operation, call.option) for call in answers.refused if not call.subject]
    seen = judge(answers.responses, refused)
    return replace(seen, new_fields=frozenset(answers.new_fields), put_off=answers.put_off)


def judge(answers: Answers, refused: Iterable[Call] = ()) -> Judged:
    """Judge a set of answers; calls that it does not hold count as refused."""
    bodies = item(answers, MEETING)
    return Judged(
        verify(answers),
        frozenset({*_missing(answers), *refused}),
        bodies if isinstance(bodies, Mapping) else {},
        frozenset(new_fields_in(answers)),
    )


@transaction.atomic
def record_reading(seen: Judged, *, at: datetime, role: str = "") -> Recorded:
    """Append one check of all that could be read, and a finding wherever something differs.

    `at` is when the reading began: what somebody reports meanwhile is newer.
    """
    # Locked, so that a report by hand does not come in between.
    zooms = Safeguard.objects.filter(provider=None)
    safeguards = list(zooms.select_for_update().order_by("pk"))
    findings, covered, unread = [], [], []
    for safeguard in safeguards:
        earlier = safeguard.findings.filter(seen_at__lte=at)
        read = _reading_of(safeguard, seen)
        by_account = safeguard.checked_by == Safeguard.CheckedBy.ACCOUNT
        if read is None or not _was_read(safeguard, read, earlier, seen):
            # What people compare by hand is not missed where the account does not return it.
            unread += [safeguard] if by_account else []
            continue
        covered.append(safeguard)
        newest, finding = earlier.last(), _finding(safeguard, read, at)
        if read.verdict is not FieldVerdict.UNKNOWN:
            _promise_again(safeguard, at)
        if newest is None or _differs(newest, finding):
            finding.save()
            findings.append(finding)
    check = record_check(covered, at=at, source=Source.ACCOUNT, role=role)
    return Recorded(seen.reading, check, findings, unread, seen.new_fields, seen.put_off)


def _promise_again(safeguard: Safeguard, at: datetime) -> None:
    """Undo "no longer exists at Zoom" for a setting that the account returns."""
    promise = safeguard.promises.last()
    if promise and promise.value == Promise.Value.RETIRED and promise.effective_from <= at:
        reasons = in_each(lambda: _("The Zoom account returns this setting again."))
        reason = in_columns("reason", reasons)
        record_promise(safeguard, Promise.Value.ON, effective_from=at, **reason)


def record_failure(error: ZoomError, *, at: datetime) -> Check | None:
    """Append that the account could not be read; what was found before stays as it is."""
    if not client.is_configured():
        return None
    return Check.objects.create(
        at=at,
        source=Source.ACCOUNT,
        outcome=Check.Outcome.FAILED,
        error=error.sentence[:200],
    )


def failing() -> Failing | None:
    """Return since when the account cannot be read, once that failed for the second time.

    One failure alone may be a hiccup; with the second one people have to look.
    """
    if not client.is_configured():
        return None
    # What somebody read from a file says nothing about the connection.
    checks = Check.objects.filter(source=Source.ACCOUNT, role="")
    read = checks.filter(outcome=Check.Outcome.DONE).last()
    failed = checks.filter(outcome=Check.Outcome.FAILED, **({"at__gt": read.at} if read else {}))
    first, last = failed.first(), failed.last()
    if first is None or last is None or first == last:
        return None
    return Failing(first, last.error)


def is_due(now: datetime) -> bool:
    """Say whether the connected account should be read now."""
    if not client.is_configured():
        return False
    if waits.asked_to_wait_until(now):
        return False
    # A check in the future comes from a clock that was wrong.
    done = Check.objects.filter(source=Source.ACCOUNT, at__lte=now + CLOCK_SKEW)
    last = done.last()
    if last is None:
        return True
    if last.outcome == Check.Outcome.FAILED:
        return now - last.at >= TRY_AGAIN
    return now - last.at >= EVERY or check_requests.reread_is_due()


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


def _reading_of(safeguard: Safeguard, seen: Judged) -> SafeguardReading | None:
    if safeguard.key == new_settings.KEY:
        is_answered = (ACCOUNT_SETTINGS, "") not in seen.refused
        return new_settings.reading(seen.new_fields) if is_answered else None
    return seen.reading.safeguards.get(safeguard.key)


def _was_read(
    safeguard: Safeguard, read: SafeguardReading, earlier: QuerySet[Finding], seen: Judged
) -> bool:
    """Say whether these answers speak about a safeguard; a refused call says nothing."""
    known = earlier.exclude(verdict=Finding.Verdict.UNKNOWN).last()
    if read.verdict is FieldVerdict.MANUAL:
        return False
    if safeguard.checked_by == Safeguard.CheckedBy.HAND:
        # Its place in the answer is a guess: only a value that is there says something.
        is_there = read.verdict is FieldVerdict.NOT_PROTECTED or (
            read.verdict is FieldVerdict.PROTECTED and read.is_sure
        )
        return is_guess(safeguard.key) and is_there
    if safeguard.key == new_settings.KEY:
        newest = earlier.last()
        places = new_settings.levels_of(newest.evidence) if newest else set()
        unread = {PLACES[operation] for operation, option in seen.refused if not option}
        unread |= set(PLACES.values()) if seen.put_off else set()
        return read.verdict is not FieldVerdict.PROTECTED or not places & unread
    if read.verdict is FieldVerdict.UNKNOWN:
        return _is_unknown_where_read(safeguard.key, seen.reading, seen.refused)
    if read.verdict is FieldVerdict.NOT_PROTECTED or known is None:
        return True
    if seen.put_off and not read.is_sure and known.source == Source.ACCOUNT:
        # Zoom only made us wait: what was seen last holds until its age limit.
        return False
    # Users or groups that differed have not become better because nobody could read them.
    own = proving(safeguard.key)
    of_users = {(USERS, ""), *((USER_SETTINGS, field.option) for field in own if field.user_path)}
    of_groups = {
        (GROUPS, ""),
        *((GROUP_SETTINGS, field.option) for field in own if field.group_path),
    }
    return not (
        (known.users_differing and not read.users_differing and of_users & seen.refused)
        or (known.groups_differing and not read.groups_differing and of_groups & seen.refused)
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
        users_total=seen.users_total,
        users_differing=seen.users_differing,
        rests_on_users=seen.rests_on_users,
        groups_read=seen.groups_read,
        groups_total=seen.groups_total,
        groups_differing=seen.groups_differing,
        rests_on_groups=seen.rests_on_groups,
        seen_at=at,
        source=Source.ACCOUNT,
        evidence=seen.evidence,
    )


def _differs(newest: Finding, finding: Finding) -> bool:
    # How many were read stands on the page, so a new number is a new finding; the values behind
    # a setting that nobody knows are all that is known of it.
    compared = ["verdict", "lock", "rests_on_users", "rests_on_groups"]
    compared += ["users_differing", "groups_differing"]
    compared += ["users_read", "users_total", "groups_read", "groups_total"]
    if finding.safeguard.key == new_settings.KEY:
        compared.append("evidence")
    return any(getattr(newest, name) != getattr(finding, name) for name in compared)
