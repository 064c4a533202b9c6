"""What the map knows of Zoom's answers, and what in an answer it does not know.

Every field of the vendor's description is listed in `known_fields.csv`: as covering, or as
harmless with the reason. Whatever else an answer holds is reported by its path, never its value.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

KNOWN_FIELDS: Final = Path(__file__).with_name("known_fields.csv")

ACCOUNT, GROUP, USER, MEETING = "account", "group", "user", "meeting"
ACCOUNT_LOCK, GROUP_LOCK = "account_lock", "group_lock"
LOCKS: Final = frozenset({ACCOUNT_LOCK, GROUP_LOCK})

# Zoom's words for keeping or passing on what is said and shown.
CAPTURING: Final = frozenset(
    {"ai", "note", "record", "transcript", "caption", "archive", "bot", "stream", "summary"}
)
_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
_PLAINLY_OFF: Final = frozenset({"", "none", "off", "disabled", "disable", "no", "false"})
# A name of a field as Zoom writes them; anything else may be personal and is not repeated.
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,79}")
_OTHER_NAME: Final = "…"
_DEEPEST: Final = 20
# A path, the names that say what it may do, as they came, and the value there.
_Unlisted = tuple[str, tuple[str, ...], object]
# So that an answer made to flood us cannot fill a page.
MOST_REPORTED: Final = 200
# What Zoom says of a user or group that was deleted in the meantime.
GONE_CODES: Final = (1001, 4130)


@dataclass(frozen=True, slots=True, order=True)
class NewField:
    """A field of an answer that the map does not know; `may_capture` while it is not off."""

    level: str
    path: str
    may_capture: bool


@cache
def known_paths(level: str) -> frozenset[str]:
    """Return every path that is listed for this level."""
    with KNOWN_FIELDS.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return frozenset(row["path"] for row in rows if level in row["levels"].split())


@cache
def sections(level: str) -> frozenset[str]:
    """Return the names at the top of the answers of this level."""
    return frozenset(path.partition(".")[0] for path in known_paths(level))


def is_answer(level: str, body: object) -> bool:
    """Say whether `body` holds anything that belongs there; an error object in a 200 does not."""
    return isinstance(body, Mapping) and not sections(level).isdisjoint(body)


def is_gone(body: object) -> bool:
    """Say whether `body` is Zoom's word for somebody who does not exist any more."""
    if not isinstance(body, Mapping):
        return False
    code = body.get("code")
    return type(code) is int and code in GONE_CODES


def new_fields(level: str, body: object) -> Iterator[NewField]:
    """Yield the fields of `body` that are not listed for this level."""
    for path, own_names, value in _unlisted(body, level):
        names = [*own_names, *_names_on(value)]
        is_on = level not in LOCKS and not is_plainly_off(value)
        yield NewField(level, path, is_on and any(map(sounds_like_capture, names)))


def sounds_like_capture(name: str) -> bool:
    """Say whether one of Zoom's words for capturing is a whole word of the name, or its plural."""
    words = {word.lower() for word in _WORD.findall(name)}
    singular = {re.sub("ies$", "y", word) for word in words}
    return bool(CAPTURING & (words | singular | {word.removesuffix("s") for word in words}))


def is_plainly_off(value: object, depth: int = 0) -> bool:
    """Say whether a value of a field that nobody knows can only mean off; null says nothing."""
    if depth > _DEEPEST:
        return False
    if isinstance(value, Mapping):
        parts = [is_plainly_off(part, depth + 1) for part in value.values()]
        if value.get("enable") is False:
            # What is off is off with all its options, but not with another switch within.
            return not any(_has_switch_on(part) for part in value.values())
        return bool(parts) and all(parts)
    if isinstance(value, list):
        return all(is_plainly_off(part, depth + 1) for part in value)
    if isinstance(value, str):
        return value.strip().lower() in _PLAINLY_OFF
    return value is False


def _has_switch_on(node: object, depth: int = 0) -> bool:
    """Say whether something within has an `enable` of its own that is not off."""
    if depth > _DEEPEST:
        return True
    if isinstance(node, Mapping):
        if not is_plainly_off(node.get("enable", False)):
            return True
        return any(_has_switch_on(part, depth + 1) for part in node.values())
    return isinstance(node, list) and any(_has_switch_on(part, depth + 1) for part in node)


@cache
def _parents(level: str) -> frozenset[str]:
    """Return every path on the way to a listed one."""
    found = set()
    for path in known_paths(level):
        while path := path.rpartition(".")[0]:
            found.add(path)
    return frozenset(found)


def _leads_on(path: str, level: str) -> bool:
    """Say whether a path is listed or on the way to a listed one."""
    return path in known_paths(level) or path in _parents(level)


def _unlisted(
    node: object, level: str, path: str = "", above: tuple[str, ...] = ()
) -> Iterator[_Unlisted]:
    """Yield the topmost paths below `node` that are not listed.

    A value where the listed paths go on is not listed either: it may be a switch.
    """
    if not isinstance(node, Mapping):
        return
    for key, value in node.items():
        name = key if isinstance(key, str) and _NAME.fullmatch(key) else _OTHER_NAME
        here = f"{path}.{name}" if path else name
        if isinstance(value, Mapping) and _leads_on(here, level):
            # What lost its own members says by its name what others in their place may do.
            lost = not any(_leads_on(f"{here}.{inner}", level) for inner in value)
            yield from _unlisted(value, level, here, (*above, str(key)) if lost else ())
        elif here not in known_paths(level):
            yield here, (*above, str(key)), value


def _names_on(value: object, depth: int = 0) -> Iterator[str]:
    """Yield every name within `value` whose own value is not off."""
    if depth > _DEEPEST:
        # So deep nobody looks: it may be any of them.
        yield from CAPTURING
    elif isinstance(value, Mapping):
        for key, part in value.items():
            if not is_plainly_off(part):
                yield str(key)
                yield from _names_on(part, depth + 1)
    elif isinstance(value, list):
        for part in value:
            yield from _names_on(part, depth + 1)
