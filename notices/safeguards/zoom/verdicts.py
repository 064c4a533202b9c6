"""Compare what Zoom answered with what the firm promises. No database, network or clock.

`verify` takes an answer bundle: operation -> bodies by option ("default" for none); bodies
of users, groups and meetings first by id. What was refused is missing or no object.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from notices.safeguards.read_share import enough_read
from notices.safeguards.states import Lock, worst_lock
from notices.safeguards.zoom.field_map import Field, fields, weighing_on
from notices.safeguards.zoom.fields import (
    Evidence,
    FieldVerdict,
    Value,
    at_path,
    deciding,
    item,
    overall,
    read_fields,
    read_locks,
)
from notices.safeguards.zoom.users_and_groups import Level, compare, names

Answers = Mapping[str, object]

ACCOUNT_SETTINGS: Final = "GET /accounts/{accountId}/settings"
ACCOUNT_LOCKS: Final = "GET /accounts/{accountId}/lock_settings"
USERS: Final = "GET /users"
USER_SETTINGS: Final = "GET /users/{userId}/settings"
GROUPS: Final = "GET /groups"
GROUP_SETTINGS: Final = "GET /groups/{groupId}/settings"
GROUP_LOCKS: Final = "GET /groups/{groupId}/lock_settings"

# Member of a meeting -> the account's field beside it, and the value that is no deviation.
_MEETING: Final[Mapping[str, tuple[str, Value]]] = {
    "host_video": ("video_off_at_start_host", False),
    "participant_video": ("video_off_at_start_participants", False),
    "join_before_host": ("join_before_host_off", False),
    "auto_start_meeting_summary": ("ai_summary_not_automatic", False),
    "auto_recording": ("auto_recording_off", "none"),
    "waiting_room": ("waiting_room_on", True),
    "encryption_type": ("e2ee_default", "e2ee"),
}
# The account's field beside a meeting's password, and the one that replaces it.
_MEETING_PASSWORD: Final = ("meeting_password_always", "meeting_password_scheduling_legacy")


@dataclass(frozen=True, slots=True)
class FieldReading:
    """One field of the account; `lock` is None for what the API cannot read."""

    verdict: FieldVerdict
    lock: Lock | None
    value: Value | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class ItemReading:
    """One item of the founding letter; users and groups: deviating fields by id."""

    verdict: FieldVerdict
    lock: Lock | None
    users: Mapping[str, Sequence[str]]
    groups: Mapping[str, Sequence[str]]

    @property
    def on_and_locked(self) -> bool:
        return _on_and_locked(self.verdict, self.lock, bool(self.users or self.groups))


@dataclass(frozen=True, slots=True)
class SafeguardReading:
    """One safeguard; `evidence` holds allow-listed values of the account by path.

    `users_total` is None where users have no value of their own or nobody knows how many there
    are; `rests_on_users` says that they can change it. The same of groups.
    """

    verdict: FieldVerdict
    lock: Lock | None
    users_read: int
    users_total: int | None
    users_differing: int
    rests_on_users: bool
    groups_read: int
    groups_total: int | None
    groups_differing: int
    rests_on_groups: bool
    evidence: Evidence

    @property
    def differs_below(self) -> bool:
        return self.users_differing > 0 or self.groups_differing > 0

    @property
    def is_sure(self) -> bool:
        """Say whether so many were read of those who can change it that the verdict holds."""
        users = not self.rests_on_users or enough_read(self.users_read, self.users_total)
        groups = not self.rests_on_groups or enough_read(self.groups_read, self.groups_total)
        return users and groups

    @property
    def on_and_locked(self) -> bool:
        return _on_and_locked(self.verdict, self.lock, self.differs_below)


@dataclass(frozen=True, slots=True)
class Reading:
    """All that one set of answers says, by key of the field, number of the item, safeguard."""

    fields: Mapping[str, FieldReading]
    items: Mapping[int, ItemReading]
    safeguards: Mapping[str, SafeguardReading]
    users: Level
    groups: Level
    group_locks: Mapping[str, Mapping[str, Lock]]

    @property
    def unknown_fields(self) -> int:
        """Count the primary and extra fields that could not be read.

        Fallback, access and twin fields would count the same settings twice, and some are only
        expected where an account returns them.
        """
        return sum(
            field.role in ("primary", "extra")
            and field.is_expected
            and self.fields[field.key].verdict is FieldVerdict.UNKNOWN
            for field in fields()
        )


@dataclass(frozen=True, slots=True)
class MeetingReading:
    """One meeting beside its account: members that are weaker, and those nothing is known of.

    `end_to_end` says whether it is encrypted from end to end; None where that was not read.
    """

    deviating: Sequence[str]
    unread: Sequence[str]
    end_to_end: bool | None

    @property
    def is_readable(self) -> bool:
        return len(self.unread) <= len(_MEETING)


def verify(answers: Answers) -> Reading:
    """Judge every field, letter item and safeguard by the answers."""
    read = _account_fields(answers)
    verdicts = {key: field.verdict for key, field in read.items()}
    below = _compared_below(verdicts)
    user_bodies = item(answers, USER_SETTINGS)
    users_listed = item(item(answers, USERS), "users")
    users = compare(below, lambda field: field.user_path, verdicts, users_listed, user_bodies)
    group_bodies = item(answers, GROUP_SETTINGS)
    groups_listed = item(item(answers, GROUPS), "groups")
    groups = compare(below, lambda field: field.group_path, verdicts, groups_listed, group_bodies)
    lock_bodies = item(answers, GROUP_LOCKS)
    group_locks = {
        name: read_locks((field for field in fields() if field.lock_path), item(lock_bodies, key))
        for key, name in names(groups_listed, group_bodies, lock_bodies)[0].items()
    }
    numbers = sorted({field.letter_item for field in fields() if field.letter_item is not None})
    keys = dict.fromkeys(field.safeguard for field in fields() if field.safeguard)
    return Reading(
        fields=read,
        items={number: _item_reading(number, read, users, groups) for number in numbers},
        safeguards={key: _safeguard_reading(key, read, users, groups) for key in keys},
        users=users,
        groups=groups,
        group_locks=group_locks,
    )


def verify_meeting(account: Reading, meeting: object) -> list[str]:
    """Return the members of one meeting that are weaker than the account.

    A member counts only while the account's own field is protected; what is absent or of
    another type is unread, not deviating.
    """
    deviating = []
    for name, (key, wanted) in _MEETING.items():
        value = at_path(meeting, f"settings.{name}")
        readable = type(value) is type(wanted)
        if readable and value != wanted and _is_protected(account, key):
            deviating.append(name)
    if item(meeting, "password") == "" and _asks_for_password(account):
        deviating.append("password")
    return deviating


def read_meeting(account: Reading, meeting: object) -> MeetingReading:
    """Read one meeting; a member is also unread while the account's own field is unknown."""
    unread = [
        name
        for name, (key, wanted) in _MEETING.items()
        if type(at_path(meeting, f"settings.{name}")) is not type(wanted)
        or account.fields[key].verdict is FieldVerdict.UNKNOWN
    ]
    verdict = account.fields[_password_field(account)].verdict
    if not isinstance(item(meeting, "password"), str) or verdict is FieldVerdict.UNKNOWN:
        unread.append("password")
    encryption = at_path(meeting, "settings.encryption_type")
    return MeetingReading(
        deviating=verify_meeting(account, meeting),
        unread=unread,
        end_to_end={"e2ee": True, "enhanced_encryption": False}.get(str(encryption)),
    )


def _account_fields(answers: Answers) -> dict[str, FieldReading]:
    seen = read_fields(fields(), lambda field: field.path, item(answers, ACCOUNT_SETTINGS))
    locks = read_locks(fields(), item(answers, ACCOUNT_LOCKS))
    return {
        field.key: FieldReading(
            seen[field.key].verdict,
            locks[field.key],
            seen[field.key].value,
            seen[field.key].evidence,
        )
        if field.path
        else FieldReading(FieldVerdict.MANUAL, None, None, {})
        for field in fields()
    }


def _compared_below(verdicts: Mapping[str, FieldVerdict]) -> list[Field]:
    """Leave out the fallbacks, unless they replaced the primary fields of their item."""
    return [
        field
        for field in fields()
        if field.role != "fallback" or field in deciding(_of_item(field.letter_item), verdicts)
    ]


def _of_item(number: int | None) -> list[Field]:
    return [field for field in fields() if field.letter_item == number]


def _item_reading(
    number: int, read: Mapping[str, FieldReading], users: Level, groups: Level
) -> ItemReading:
    own = _of_item(number)
    keys = [field.key for field in own]
    verdict, lock = _judged(own, read)
    return ItemReading(verdict, lock, users.differing(keys), groups.differing(keys))


def _safeguard_reading(
    key: str, read: Mapping[str, FieldReading], users: Level, groups: Level
) -> SafeguardReading:
    weighing = _weighing(key, read)
    own = [field for field in fields() if field.safeguard == key] + weighing
    keys = [field.key for field in own]
    verdicts = {field.key: read[field.key].verdict for field in own}
    decide = deciding(own, verdicts)
    verdict, lock = _judged(own, read)
    # A locked setting is the same for everybody: it needs nobody to be read.
    counted = [field for field in decide if field not in weighing]
    open_fields = [field for field in counted if read[field.key].lock is not Lock.LOCKED]
    counted_keys = [field.key for field in counted]
    return SafeguardReading(
        verdict=verdict,
        lock=lock,
        users_read=users.read_for(counted_keys, keys),
        users_total=users.total if any(field.user_path for field in counted) else None,
        users_differing=len(users.differing(keys)),
        rests_on_users=any(field.user_path for field in open_fields),
        groups_read=groups.read_for(counted_keys, keys),
        groups_total=groups.total if any(field.group_path for field in counted) else None,
        groups_differing=len(groups.differing(keys)),
        # What a user of a group has is read with the user; only a group that we know of counts.
        rests_on_groups=bool(groups.total) and any(field.group_path for field in open_fields),
        evidence={
            path: kept for field in decide for path, kept in read[field.key].evidence.items()
        },
    )


def _weighing(key: str, read: Mapping[str, FieldReading]) -> list[Field]:
    """Return the fields of other places that the account returned, be it in an odd form."""
    return [field for field in weighing_on(key) if read[field.key].evidence]


def _deciding_keys(own: Sequence[Field], read: Mapping[str, FieldReading]) -> list[str]:
    verdicts = {field.key: read[field.key].verdict for field in own}
    return [field.key for field in deciding(own, verdicts)]


def _judged(
    own: Sequence[Field], read: Mapping[str, FieldReading]
) -> tuple[FieldVerdict, Lock | None]:
    """Return the verdict and the weakest lock of the fields that decide."""
    decide = [read[key] for key in _deciding_keys(own, read)]
    locks = [field.lock for field in decide if field.lock is not None]
    return overall(field.verdict for field in decide), worst_lock(locks) if locks else None


def _on_and_locked(verdict: FieldVerdict, lock: Lock | None, differs_below: bool) -> bool:
    return verdict is FieldVerdict.PROTECTED and lock is Lock.LOCKED and not differs_below


def _is_protected(account: Reading, key: str) -> bool:
    return account.fields[key].verdict is FieldVerdict.PROTECTED


def _asks_for_password(account: Reading) -> bool:
    return _is_protected(account, _password_field(account))


def _password_field(account: Reading) -> str:
    """Return the account's field beside a meeting's password: the fallback where that decides."""
    decide = _deciding_keys([f for f in fields() if f.safeguard == "password"], account.fields)
    return next(key for key in _MEETING_PASSWORD if key in decide)
