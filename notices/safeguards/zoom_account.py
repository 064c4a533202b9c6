"""Read from the whole account what the field map names, and keep nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from .field_map import Field, fields
from .reading_fields import MEMBERS
from .verification import (
    ACCOUNT_LOCKS,
    ACCOUNT_SETTINGS,
    GROUP_LOCKS,
    GROUP_SETTINGS,
    GROUPS,
    USER_SETTINGS,
    USERS,
)
from .zoom import ZoomClient
from .zoom_errors import (
    BadAnswer,
    MissingScope,
    NotFound,
    OutOfOrder,
    Rejected,
    TooLarge,
    Unreachable,
    ZoomError,
)

MEETING = "GET /meetings/{meetingId}"

# The lock call knows this option and no other.
LOCK_OPTIONS = ("", "meeting_security")

MEETING_PATHS = frozenset(
    {
        "password",
        "settings.host_video",
        "settings.participant_video",
        "settings.join_before_host",
        "settings.auto_start_meeting_summary",
        "settings.auto_recording",
        "settings.waiting_room",
        "settings.encryption_type",
    }
)
HIDDEN_PASSWORD = "set"  # noqa: S105 - says only that there is one

LONGEST_TEXT = 200
LONGEST_LIST = 200
LARGEST_NUMBER = 1_000_000

# A single user may fail; if one after the other does, it is Zoom that fails.
MOST_FAILURES_IN_A_ROW = 3

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Refused:
    """A call that gave no answer while others did; `subject` is the user, group or meeting."""

    operation: str
    option: str
    error: ZoomError
    subject: str = ""


@dataclass(slots=True)
class Answers:
    """What the account answered: operation, then (id, then) option, then the fields we know."""

    responses: dict[str, Any] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)


def read_account(
    client: ZoomClient, *, meetings: Iterable[str] = (), progress: Progress | None = None
) -> Answers:
    """Read account, groups, users and the named meetings; `progress` hears (done, of how many).

    Raise the ZoomError if the account itself cannot be read.
    """
    reader = _Reader()
    keep = reader.answers.responses
    keep[ACCOUNT_SETTINGS] = reader.bodies(
        ACCOUNT_SETTINGS, client.account_settings, _paths("account")
    )
    if not keep[ACCOUNT_SETTINGS]:
        raise reader.answers.refused[0].error
    keep[ACCOUNT_LOCKS] = reader.bodies(ACCOUNT_LOCKS, client.account_locks, _paths("locks"))
    keep[GROUPS], groups = reader.listed(GROUPS, "groups", client.groups)
    keep[GROUP_SETTINGS] = reader.below(
        GROUP_SETTINGS, groups, client.group_settings, _paths("group")
    )
    keep[GROUP_LOCKS] = reader.below(GROUP_LOCKS, groups, client.group_locks, _paths("locks"))
    keep[USERS], users = reader.listed(USERS, "users", client.users)
    keep[USER_SETTINGS] = reader.below(
        USER_SETTINGS, users, client.user_settings, _paths("user"), progress
    )
    keep[MEETING] = reader.meetings(client, list(meetings))
    return reader.answers


def known_fields(body: Any, paths: Iterable[str]) -> dict[str, Any]:
    """Return `body` reduced to the dotted `paths`, so that each reads as in the whole."""
    kept: dict[str, Any] = {}
    for path in paths:
        *way, last = path.split(".")
        node = body
        for name in way:
            node = node.get(name) if isinstance(node, dict) else None
        if not isinstance(node, dict) or last not in node:
            continue
        place = kept
        for name in way:
            place = place.setdefault(name, {})
        place[last] = _bounded(node[last])
    return kept


class _Reader:
    """The answers so far, and how many calls in a row gave none."""

    def __init__(self) -> None:
        self.answers = Answers()
        self.failures = 0

    def note(self, operation: str, option: str, error: ZoomError, subject: str = "") -> None:
        self.answers.refused.append(Refused(operation, option, error, subject))

    def bodies(
        self, operation: str, read: Callable[[str], Any], paths: dict[str, frozenset[str]]
    ) -> dict[str, Any]:
        """Read one operation of the account with each of its options."""
        found: dict[str, Any] = {}
        for option, known in paths.items():
            try:
                found[option or "default"] = known_fields(read(option), known)
            except Rejected as error:
                self.note(operation, option, error)
        return found

    def listed(
        self, operation: str, name: str, read: Callable[[], Iterable[Any]]
    ) -> tuple[dict[str, Any], list[str]]:
        """Read a list and return it reduced to what we need, and its ids."""
        rows: dict[str, dict[str, str]] = {}
        try:
            for row in read():
                identifier = row.get("id") if isinstance(row, dict) else None
                if not isinstance(identifier, str) or not _bounded(identifier):
                    self.note(operation, "", BadAnswer())
                    continue
                rows[identifier] = {"id": identifier}
        except Rejected as error:
            self.note(operation, "", error)
        return {name: list(rows.values())}, list(rows)

    def below(
        self,
        operation: str,
        identifiers: list[str],
        read: Callable[[str, str], Any],
        paths: dict[str, frozenset[str]],
        progress: Progress | None = None,
    ) -> dict[str, dict[str, Any]]:
        """Read one operation of every user, group or meeting with each of its options."""
        found: dict[str, dict[str, Any]] = {}
        wanted = dict(paths)
        for done, identifier in enumerate(identifiers, start=1):
            for option, known in list(wanted.items()):
                bodies = found.setdefault(identifier, {})
                error = self.attempt(bodies, identifier, option, read, known)
                if error is None:
                    continue
                self.note(operation, option, error, identifier)
                if isinstance(error, MissingScope):
                    del wanted[option]  # missing for one, missing for all
                if isinstance(error, NotFound):
                    break
            if not found.get(identifier):
                found.pop(identifier, None)
            if progress:
                progress(done, len(identifiers))
        return found

    def meetings(self, client: ZoomClient, identifiers: list[str]) -> dict[str, Any]:
        """Read the meetings; if that fails, what the account said before still counts."""
        try:
            bodies = self.below(
                MEETING,
                identifiers,
                lambda meeting, _option: _without_password(client.meeting(meeting)),
                {"": MEETING_PATHS},
            )
        except ZoomError as error:
            self.note(MEETING, "", error)
            return {}
        return {meeting: body["default"] for meeting, body in bodies.items()}

    def attempt(
        self,
        bodies: dict[str, Any],
        identifier: str,
        option: str,
        read: Callable[[str, str], Any],
        known: frozenset[str],
    ) -> ZoomError | None:
        """Put one body into `bodies`, or return why there is none."""
        try:
            bodies[option or "default"] = known_fields(read(identifier, option), known)
        except Rejected as error:
            return error
        except (BadAnswer, OutOfOrder, TooLarge, Unreachable) as error:
            self.failures += 1
            if self.failures >= MOST_FAILURES_IN_A_ROW:
                raise
            return error
        self.failures = 0
        return None


def _without_password(meeting: Any) -> Any:
    if not isinstance(meeting, dict) or "password" not in meeting:
        return meeting
    password = meeting["password"]
    shown = (HIDDEN_PASSWORD if password else "") if isinstance(password, str) else None
    return {**meeting, "password": shown}


def _bounded(value: Any) -> Any:
    """Return a value as it is, or a short one of the same type that protects nobody either."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, dict):
        return {}
    if isinstance(value, list):
        if not all(isinstance(item, str) for item in value):
            return [None]
        return [_bounded(item) for item in value] if len(value) <= LONGEST_LIST else [""]
    if isinstance(value, str):
        return value if len(value) <= LONGEST_TEXT and value.isprintable() else ""
    return value if abs(value) <= LARGEST_NUMBER else -1


@cache
def _paths(level: str) -> dict[str, frozenset[str]]:
    """Return which paths count, per option, in account, user or group settings or in locks."""
    found: dict[str, set[str]] = {}
    for known in fields():
        option, paths = _paths_of(known, level)
        if paths:
            found.setdefault(option, set()).update(paths)
    return {option: frozenset(paths) for option, paths in found.items()}


def _paths_of(known: Field, level: str) -> tuple[str, list[str]]:
    if level == "locks":
        option = known.option if known.option in LOCK_OPTIONS else ""
        return option, [known.lock_path] if known.lock_path else []
    written = {"account": known.path, "user": known.user_path, "group": known.group_path}[level]
    if not written:
        return known.option, []
    paths = written.split("|")
    if members := MEMBERS.get(known.key):
        parent = written.rpartition(".")[0]
        paths = [f"{parent}.{member}" for member in members]
    if known.alternative:
        paths.append(known.alternative.partition("=")[0])
    return known.option, paths
