"""Settings of the account that nobody here knows: what their names say, and what staff say of them.

One safeguard of its own stands for them: as long as one of them may capture something and two
people have not said that it does not, nobody can say that nothing is captured.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from notices.firm import audit
from notices.firm.audit import Act

from . import check_requests
from .models import Finding, SettingStatement
from .states import Lock
from .zoom.fields import Evidence, FieldVerdict
from .zoom.known_fields import MOST_REPORTED, NewField
from .zoom.verdicts import SafeguardReading

KEY: Final = "new_settings"
# What is kept of such a setting beside its name: at which levels it stands, never its value.
NEW: Final = "new"


class StatementError(Exception):
    """What a setting does cannot be said or confirmed like this."""


class SamePerson(StatementError):
    """Who says what a setting does does not confirm it."""


class NotRead(StatementError):
    """What is confirmed is not what stood on the page."""


class NotNew(StatementError):
    """The account returned no setting of this name that nobody knows."""


class Outdated(StatementError):
    """Somebody has said something else about the setting since."""


@dataclass(frozen=True, slots=True)
class NewSetting:
    """A setting that nobody here knows, where it stands, and what was last said of it."""

    path: str
    levels: Sequence[str]
    since: datetime
    statement: SettingStatement | None

    @property
    def is_said(self) -> bool:
        """Say whether it is settled what it does."""
        return self.statement is not None and self.statement.counts


def found() -> list[NewSetting]:
    """Return the settings that the newest finding names, by name."""
    newest = Finding.objects.filter(safeguard__key=KEY).last()
    kept = newest.evidence if newest else {}
    paths = {path: one[NEW] for path, one in kept.items() if isinstance(one, dict) and NEW in one}
    rows = SettingStatement.objects.filter(path__in=paths).select_related("said_by")
    # In their order: the newer one replaces the older.
    newest_of = {row.path: row for row in rows}
    return [
        NewSetting(path, str(levels).split(), newest.seen_at, newest_of.get(path))
        for path, levels in sorted(paths.items())
        if newest
    ]


def waiting() -> list[NewSetting]:
    """Return those of which nobody knows yet, by the word of two people, what they do."""
    return [one for one in found() if not one.is_said]


def reading(found: Collection[NewField]) -> SafeguardReading:
    """Return what the fields of one check say for the safeguard that stands for them all."""
    capturing, unclear = judged(found)
    verdict = FieldVerdict.PROTECTED
    if capturing or unclear:
        verdict = FieldVerdict.NOT_PROTECTED if capturing else FieldVerdict.UNKNOWN
    levels: dict[str, list[str]] = {}
    for field in sorted(found):
        levels.setdefault(field.path, []).append(field.level)
    evidence: Evidence = {
        path: {NEW: " ".join(levels[path])} for path in [*capturing, *unclear][:MOST_REPORTED]
    }
    return SafeguardReading(
        verdict=verdict,
        lock=Lock.NOT_LOCKABLE,
        users_read=0,
        users_total=None,
        users_differing=0,
        rests_on_users=False,
        groups_read=0,
        groups_total=None,
        groups_differing=0,
        rests_on_groups=False,
        evidence=evidence,
    )


def levels_of(evidence: Mapping[str, object]) -> set[str]:
    """Return the levels at which the settings of an earlier finding stood, if still unclear."""
    found: set[str] = set()
    for path, kept in evidence.items():
        if isinstance(kept, dict) and NEW in kept and path not in _said([path]):
            found.update(str(kept[NEW]).split())
    return found


def judged(found: Collection[NewField]) -> tuple[list[str], list[str]]:
    """Return the paths that capture, by the word of staff, and those of which nobody knows."""
    paths = sorted({field.path for field in found if field.may_capture})
    captures = _said(paths)
    return [path for path in paths if captures.get(path)], [p for p in paths if p not in captures]


def _said(paths: Collection[str]) -> dict[str, bool]:
    """Return of which settings it is settled whether they capture."""
    # In their order: of two statements the newer one counts.
    rows = SettingStatement.objects.filter(path__in=paths)
    return {row.path: row.captures for row in rows if row.counts}


@transaction.atomic
def say(path: str, *, captures: bool, what_it_does: str, by: User) -> SettingStatement:
    """Say what a setting does; with `FOUR_EYES` off that is confirmed here."""
    statement = SettingStatement.objects.create(
        path=path, captures=captures, what_it_does=what_it_does, said_by=by
    )
    audit.record(Act.SETTING_SAID, path, by=by, captures=captures)
    if not settings.FOUR_EYES:
        confirm(statement, by=by)
    check_requests.request_reread()
    return statement


@transaction.atomic
def confirm(statement: SettingStatement, *, by: User, as_read: str | None = None) -> None:
    """Confirm as the second person what a setting does; the next check counts it.

    `as_read` is the digest of what stood on the page; None is for whoever says and confirms.
    """
    # Locked, so that two people do not both become the second one.
    row = SettingStatement.objects.select_for_update().get(pk=statement.pk)
    if row.confirmed_at is not None:
        return
    if as_read is not None and as_read != row.digest:
        raise NotRead(row)
    if settings.FOUR_EYES and row.said_by_id == by.pk:
        raise SamePerson(row)
    if SettingStatement.objects.filter(path=row.path).last() != row:
        raise Outdated(row)
    row.confirmed_by, row.confirmed_at = by, timezone.now()
    row.save()
    audit.record(Act.SETTING_CONFIRMED, row.path, by=by, captures=row.captures)
    check_requests.request_reread()
