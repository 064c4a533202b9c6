"""Read single fields of Zoom's answers: verdict, lock, and what may be kept of a value.

Any member of an answer may be absent, null or of another type: all of that is unknown.
No database, no network, no clock.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from notices.safeguards.states import Lock
from notices.safeguards.zoom.field_map import Field

Value = bool | int | str | list[str]
# What may be kept of an answer, by dotted path: the value, or {"type": …} where it is odd.
Evidence = dict[str, Value | dict[str, str]]

ABSENT: Final = object()


class FieldVerdict(StrEnum):
    """What a field, a letter item or a safeguard was found to be."""

    PROTECTED = "protected"
    NOT_PROTECTED = "not_protected"
    UNKNOWN = "unknown"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Seen:
    """One field as it was read in one body."""

    verdict: FieldVerdict
    value: Value | None
    evidence: Evidence


NOTHING_SEEN: Final = Seen(FieldVerdict.UNKNOWN, None, {})

# The field is one of several members that say the same: all must be protected.
MEMBERS: Final = {
    "smart_recording_off": (
        "create_recording_highlights",
        "create_smart_chapters",
        "create_next_steps",
    ),
}

# A string is kept only if Zoom documents it; anything else may be personal.
_SHARERS: Final = frozenset({"host", "all"})
_KNOWN_STRINGS: Final[Mapping[str, frozenset[str]]] = {
    "in_meeting.who_can_share_screen": _SHARERS,
    "in_meeting.who_can_share_screen_when_someone_is_sharing": _SHARERS,
    "meeting_security.encryption_type": frozenset({"enhanced_encryption", "e2ee"}),
    "other_options.use_cdn": frozenset({"none", "default", "wangsu"}),
    "recording.auto_recording": frozenset({"local", "cloud", "none"}),
    "schedule_meeting.audio_type": frozenset({"both", "telephony", "voip", "thirdParty"}),
    "schedule_meeting.require_password_for_pmi_meetings": frozenset({"jbh_only", "all", "none"}),
    "security.sign_in_with_two_factor_auth": frozenset({"all", "group", "role", "none"}),
}
_COUNTRY_CODE: Final = re.compile(r"[A-Z]{2}")
_COUNTRY_PATHS: Final = frozenset(
    {"in_meeting.data_center_regions", "profile.recording_storage_location.value"}
)
_MOST_COUNTRIES: Final = 40
_LARGEST_NUMBER: Final = 999  # longer ones may be a telephone number or a meeting ID

_FITS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "eq": lambda value, protected: value == protected,
    "lte": lambda value, protected: 1 <= value <= protected,
    "in": lambda value, protected: value in protected,
    "subset": lambda value, protected: bool(value) and set(value) <= set(protected),
}


def item(container: object, key: str) -> object:
    """Return the member `key` of an object, or ABSENT."""
    if isinstance(container, Mapping) and key in container:
        member: object = container[key]
        return member
    return ABSENT


def at_path(body: object, path: str) -> object:
    """Return what a dotted path leads to, or ABSENT where something on the way is no object."""
    for name in path.split("."):
        body = item(body, name)
    return body


def read_fields(
    fields: Iterable[Field], path_of: Callable[[Field], str], bodies: object
) -> dict[str, Seen]:
    """Read every field that has a path at this level; `bodies` holds one body per option."""
    here = [field for field in fields if path_of(field)]
    seen = {
        field.key: _read(field, path_of(field), item(bodies, field.option or "default"))
        for field in here
    }
    return {field.key: _where_required(field, seen) for field in here}


def read_locks(fields: Iterable[Field], bodies: object) -> dict[str, Lock]:
    """Read the lock of every field that the API knows; `bodies` holds one body per option."""
    return {field.key: _lock(field, bodies) for field in fields if field.path}


def overall(verdicts: Iterable[FieldVerdict]) -> FieldVerdict:
    """Return the verdict of several fields together; none at all is unknown."""
    found = set(verdicts)
    for verdict in (FieldVerdict.MANUAL, FieldVerdict.NOT_PROTECTED, FieldVerdict.UNKNOWN):
        if verdict in found:
            return verdict
    return FieldVerdict.PROTECTED if found else FieldVerdict.UNKNOWN


def deciding(fields: Sequence[Field], verdicts: Mapping[str, FieldVerdict]) -> list[Field]:
    """Return the fields that decide: fallbacks count only if every primary one is unknown."""
    fallbacks = [field for field in fields if field.role == "fallback"]
    primaries = [field for field in fields if field.role == "primary"]
    replaced = fallbacks and all(verdicts[field.key] == "unknown" for field in primaries)
    ignored = primaries if replaced else fallbacks
    return [field for field in fields if field not in ignored]


def _read(field: Field, path: str, body: object) -> Seen:
    """Read a field without asking whether another one is required for it."""
    alternative = _read_alternative(field, body)
    if field.key in MEMBERS:
        parent = path.rpartition(".")[0]
        members = [f"{parent}.{name}" for name in MEMBERS[field.key]]
        seen = _together([_read_path(field, member, body) for member in members])
    else:
        seen = _read_path(field, path, body)
    evidence = {**alternative.evidence, **seen.evidence}
    holds = alternative.verdict is FieldVerdict.PROTECTED
    return Seen(alternative.verdict if holds else seen.verdict, seen.value, evidence)


def _read_path(field: Field, paths: str, body: object) -> Seen:
    """Judge the first value of the right type among the paths joined by `|`."""
    values = [(path, at_path(body, path)) for path in paths.split("|")]
    for path, value in values:
        if _has_type(value, field.type):
            fits = _FITS[field.op](value, field.protected_value)
            verdict = FieldVerdict.PROTECTED if fits else FieldVerdict.NOT_PROTECTED
            kept = _kept(field.path, value)
            return Seen(verdict, kept, {path: {"type": field.type} if kept is None else kept})
    odd: Evidence = {
        path: {"type": _type_name(value)} for path, value in values if value is not ABSENT
    }
    return Seen(FieldVerdict.UNKNOWN, None, odd)


def _read_alternative(field: Field, body: object) -> Seen:
    """Read the other setting that protects as well, written `path=value`."""
    if not field.alternative:
        return NOTHING_SEEN
    path, _, text = field.alternative.partition("=")
    protected = json.loads(text)
    value = at_path(body, path)
    if type(value) is not type(protected):
        return NOTHING_SEEN
    verdict = FieldVerdict.PROTECTED if value == protected else FieldVerdict.NOT_PROTECTED
    kept = _kept(path, value)
    return Seen(verdict, kept, {} if kept is None else {path: kept})


def _together(members: Sequence[Seen]) -> Seen:
    """Join members that must all be protected; the value is that of the one that decided."""
    verdict = overall(member.verdict for member in members)
    value = next(member.value for member in members if member.verdict is verdict)
    return Seen(verdict, value, {k: v for member in members for k, v in member.evidence.items()})


def _where_required(field: Field, seen: Mapping[str, Seen]) -> Seen:
    """Make a field unknown unless the field it requires is protected at the same level."""
    own = seen[field.key]
    required = seen.get(field.requires, NOTHING_SEEN)
    if field.requires and required.verdict is not FieldVerdict.PROTECTED:
        return Seen(FieldVerdict.UNKNOWN, own.value, own.evidence)
    return own


def _lock(field: Field, bodies: object) -> Lock:
    if not field.lock_path:
        return Lock.NOT_LOCKABLE
    # The lock call knows this one option only.
    option = "meeting_security" if field.option == "meeting_security" else "default"
    locked = at_path(item(bodies, option), field.lock_path)
    if locked is True:
        return Lock.LOCKED
    return Lock.UNLOCKED if locked is False else Lock.UNKNOWN


def _has_type(value: object, name: str) -> bool:
    """Say whether `value` has the type of the map; no boolean is an integer, nor is 30.0."""
    if name == "array":
        return type(value) is list and all(type(entry) is str for entry in value)
    return type(value) is {"boolean": bool, "integer": int, "string": str}[name]


def _kept(path: str, value: object) -> Value | None:
    """Return `value` if it may be stored, else None."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) <= _LARGEST_NUMBER else None
    if isinstance(value, str):
        return value if _is_known_string(path, value) else None
    if isinstance(value, list) and len(value) <= _MOST_COUNTRIES:
        return list(value) if all(_is_known_string(path, entry) for entry in value) else None
    return None


def _is_known_string(path: str, text: str) -> bool:
    if path in _COUNTRY_PATHS:
        return _COUNTRY_CODE.fullmatch(text) is not None
    return text in _KNOWN_STRINGS.get(path, ())


def _type_name(value: object) -> str:
    """Return JSON's name for the type of `value`."""
    if value is None:
        return "null"
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}
    return names.get(type(value), "object")
