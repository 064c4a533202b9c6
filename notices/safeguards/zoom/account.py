"""Read from the whole account what the field map names, and keep nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from . import known_fields as known_levels
from .client import ZoomClient
from .errors import (
    BadAnswer,
    MissingScope,
    NoAnswer,
    NotFound,
    OutOfOrder,
    PutOff,
    RateLimited,
    Rejected,
    TooLarge,
    Unreachable,
    ZoomError,
)
from .field_map import Field, fields
from .fields import MEMBERS
from .known_fields import GONE_CODES, NewField, is_answer, new_fields
from .verdicts import (
    ACCOUNT_LOCKS,
    ACCOUNT_SETTINGS,
    GROUP_LOCKS,
    GROUP_SETTINGS,
    GROUPS,
    USER_SETTINGS,
    USERS,
)

MEETING = "GET /meetings/{meetingId}"
LEVELS = {
    ACCOUNT_SETTINGS: known_levels.ACCOUNT,
    ACCOUNT_LOCKS: known_levels.ACCOUNT_LOCK,
    GROUP_SETTINGS: known_levels.GROUP,
    GROUP_LOCKS: known_levels.GROUP_LOCK,
    USER_SETTINGS: known_levels.USER,
    MEETING: known_levels.MEETING,
}
# What is kept of somebody who was deleted since the list was made: Zoom's own word for it.
GONE = {"code": GONE_CODES[0]}

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
    """What the account answered: operation, then (id, then) option, then the fields we know.

    `put_off` is why the asking ended before everything was asked; `new_fields` are those that
    the map does not know, without their values.
    """

    responses: dict[str, Any] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)
    new_fields: set[NewField] = field(default_factory=set)
    put_off: ZoomError | None = None


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
    try:
        _read_the_rest(reader, client, list(meetings), progress)
    except (PutOff, RateLimited) as error:
        # What was answered stands; Zoom will not answer the rest for now.
        reader.answers.put_off = error
    return reader.answers


def _read_the_rest(
    reader: _Reader, client: ZoomClient, meetings: list[str], progress: Progress | None
) -> None:
    keep = reader.answers.responses
    keep[ACCOUNT_LOCKS] = reader.bodies(ACCOUNT_LOCKS, client.account_locks, _paths("locks"))
    keep[GROUPS], groups = reader.listed(GROUPS, "groups", client.groups)
    reader.below(GROUP_SETTINGS, groups, client.group_settings, _paths("group"))
    reader.below(GROUP_LOCKS, groups, client.group_locks, _paths("locks"))
    keep[USERS], users = reader.listed(USERS, "users", client.users)
    reader.below(USER_SETTINGS, users, client.user_settings, _paths("user"), progress)
    reader.meetings(client, meetings)


def reduced(body: Any, paths: Iterable[str]) -> dict[str, Any]:
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

    def kept(self, operation: str, body: Any, known: Iterable[str]) -> dict[str, Any]:
        """Return what may be kept of a body and note what nobody knows; raise if it is none."""
        level = LEVELS[operation]
        if not is_answer(level, body):
            raise NoAnswer
        self.answers.new_fields.update(new_fields(level, body))
        return reduced(body, known)

    def bodies(
        self, operation: str, read: Callable[[str], Any], paths: dict[str, frozenset[str]]
    ) -> dict[str, Any]:
        """Read one operation of the account with each of its options."""
        found: dict[str, Any] = {}
        for option, known in paths.items():
            try:
                found[option or "default"] = self.kept(operation, read(option), known)
            except Rejected as error:
                self.note(operation, option, error)
                if isinstance(error, MissingScope):
                    break  # missing for one option, missing for all
        return found

    def listed(
        self, operation: str, name: str, read: Callable[[], Iterable[Any]]
    ) -> tuple[dict[str, Any], list[str]]:
        """Read a list and return it reduced to what we need, and its ids.

        A list that breaks off is none: nobody knows how long it is. Whoever has no id cannot be
        read and stays in the list, so that it counts as unread.
        """
        rows: dict[str, dict[str, str]] = {}
        nameless: list[dict[str, str]] = []
        try:
            for row in read():
                identifier = row.get("id") if isinstance(row, dict) else None
                if not isinstance(identifier, str) or not _bounded(identifier):
                    self.note(operation, "", BadAnswer())
                    nameless.append({})
                    continue
                rows[identifier] = {"id": identifier}
        except Rejected as error:
            self.note(operation, "", error)
            return {} if rows or nameless else {name: []}, list(rows)
        return {name: [*rows.values(), *nameless]}, list(rows)

    def below(
        self,
        operation: str,
        identifiers: list[str],
        read: Callable[[str, str], Any],
        paths: dict[str, frozenset[str]],
        progress: Progress | None = None,
    ) -> dict[str, dict[str, Any]]:
        """Read one operation of every user, group or meeting with each of its options."""
        # Put there first: what was answered before a wait that Zoom orders is kept.
        found: dict[str, dict[str, Any]] = self.answers.responses.setdefault(operation, {})
        wanted = dict(paths)
        for done, identifier in enumerate(identifiers, start=1):
            for option, known in list(wanted.items()):
                bodies = found.setdefault(identifier, {})
                error = self.attempt(bodies, operation, identifier, option, read, known)
                if error is None:
                    continue
                self.note(operation, option, error, identifier)
                if isinstance(error, MissingScope):
                    del wanted[option]  # missing for one, missing for all
                if isinstance(error, NotFound):
                    found[identifier] = {"default": GONE}
                    break
            if not found.get(identifier):
                found.pop(identifier, None)
            if progress:
                progress(done, len(identifiers))
        return found

    def meetings(self, client: ZoomClient, identifiers: list[str]) -> None:
        """Read the meetings; if that fails, what the account said before still counts."""
        keep = self.answers.responses
        try:
            bodies = self.below(
                MEETING,
                identifiers,
                lambda meeting, _option: _without_password(client.meeting(meeting)),
                {"": MEETING_PATHS},
            )
        except (PutOff, RateLimited):
            keep[MEETING] = _plain(keep[MEETING])
            raise
        except ZoomError as error:
            self.note(MEETING, "", error)
            bodies = {}
        keep[MEETING] = _plain(bodies)

    def attempt(
        self,
        bodies: dict[str, Any],
        operation: str,
        identifier: str,
        option: str,
        read: Callable[[str, str], Any],
        known: frozenset[str],
    ) -> ZoomError | None:
        """Put one body into `bodies`, or return why there is none."""
        try:
            body = read(identifier, option)
            bodies[option or "default"] = self.kept(operation, body, known)
        except Rejected as error:
            return error
        except (BadAnswer, OutOfOrder, TooLarge, Unreachable) as error:
            self.failures += 1
            if self.failures >= MOST_FAILURES_IN_A_ROW:
                raise
            return error
        self.failures = 0
        return None


def _plain(meetings: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the bodies of the meetings that exist; they have no options."""
    plain = {meeting: body.get("default") for meeting, body in meetings.items()}
    return {meeting: body for meeting, body in plain.items() if body and body != GONE}


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
