"""A file of content is read and checked before anybody looks at the database.

Whoever wrote it, a program or somebody with bad intentions: what is wrong is told with its place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import models

from notices.firm.languages import CODES

from .exporting import FORMAT, VERSION, Record
from .kinds import CURRENT, KINDS, Kind, field_of, is_translated

LARGEST = 10 * 1024 * 1024
MOST_RECORDS = 5000
HIGHEST = 32767
DIGITS = 9
# Control signs and halves of characters: PostgreSQL stores no NUL, and no page shows the others.
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

Document = dict[str, list[Record]]


class ContentError(Exception):
    """The file cannot be taken; the text says where and why."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}" if path else reason)


def read_file(path: Path) -> Document:
    """Read the file at `path`, and no more of it than a file of content may have."""
    try:
        with path.open("rb") as file:
            return read(file.read(LARGEST + 1))
    except OSError as error:
        raise ContentError("", f"It cannot be read: {error.strerror}.") from error


def read(raw: bytes) -> Document:
    """Return the records of a file by kind; raise ContentError for what is no such file."""
    if len(raw) > LARGEST:
        raise ContentError("", f"The file is larger than {LARGEST // 1024 // 1024} MB.")
    try:
        data = json.loads(
            raw.decode(),
            object_pairs_hook=_object,
            parse_constant=_no_constant,
            parse_float=_no_fraction,
            parse_int=_number,
        )
    except UnicodeDecodeError as error:
        raise ContentError("", "The file is not UTF-8 text.") from error
    except RecursionError as error:
        raise ContentError("", "The file is nested too deeply.") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ContentError(place, f"This is not JSON: {error.msg}.") from error
    return _document(data)


def _document(data: Any) -> Document:
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ContentError("format", f'This is no file of content: it must say "{FORMAT}".')
    version = data.get("version")
    if type(version) is not int or not 1 <= version <= VERSION:
        raise ContentError(
            "version", f"This release reads version {VERSION}, not {_short(version)}."
        )
    known = {kind.name for kind in KINDS}
    if unknown := data.keys() - known - {"format", "version"}:
        raise ContentError(_short(sorted(unknown)[0]), "Nothing of this name is known.")
    return {kind.name: list(_records(kind, data.get(kind.name, []))) for kind in KINDS}


def _records(kind: Kind, rows: Any) -> Iterator[Record]:
    if not isinstance(rows, list):
        raise ContentError(kind.name, f"This must be a list, not {_short(rows)}.")
    if len(rows) > MOST_RECORDS:
        raise ContentError(kind.name, f"These are more than {MOST_RECORDS} records.")
    seen: set[str] = set()
    for number, row in enumerate(rows):
        path = f"{kind.name}[{number}]"
        if not isinstance(row, dict):
            raise ContentError(path, f"A record must be an object, not {_short(row)}.")
        if unknown := row.keys() - set(kind.names):
            raise ContentError(f"{path}.{_short(sorted(unknown)[0])}", "No such field is known.")
        for name, value in row.items():
            _check(kind, name, value, f"{path}.{name}")
        name = identity(kind, row, path)
        if name in seen:
            raise ContentError(path, f"{kind.name} has {_short(name)} twice.")
        seen.add(name)
        yield row


def identity(kind: Kind, row: Record, path: str = "") -> str:
    """Return what tells a record from others of its kind, as `kinds.identity_of` does of rows."""
    parts = []
    for name in kind.identity:
        value = row.get(name)
        is_named = field_of(kind, name).is_relation
        if value is None and is_named and len(kind.identity) > 1:
            continue
        if not isinstance(value, str) or not value:
            raise ContentError(f"{path}.{name}", "This must not be missing.")
        several = is_named and len(kind.identity) > 1
        # By the field: a safeguard of the list of safeguards, an answer of that of answers.
        parts.append(f"{name}s/{value}" if several else value)
    if not parts and kind.identity:
        raise ContentError(path, "It is not said which record this is.")
    return "/".join(parts)


def _check(kind: Kind, name: str, value: Any, path: str) -> None:
    """Raise ContentError unless `value` is of the type that the field holds."""
    if name == CURRENT:
        _strings(value, path)
        if unknown := set(value) - set(CODES):
            raise ContentError(path, f"{_short(sorted(unknown)[0])} is no language of this portal.")
        return
    if is_translated(kind, name):
        if not isinstance(value, dict):
            raise ContentError(path, f"This must be a text per language, not {_short(value)}.")
        for language, text in value.items():
            if language not in CODES:
                raise ContentError(path, f"{_short(language)} is no language of this portal.")
            _string(text, f"{path}.{language}")
        return
    field = field_of(kind, name)
    if field.many_to_many or isinstance(field, models.JSONField):
        _strings(value, path)
    elif value is None and field.null:
        return
    elif isinstance(field, models.BooleanField):
        if type(value) is not bool:
            raise ContentError(path, f"This must be true or false, not {_short(value)}.")
    elif isinstance(field, models.IntegerField):
        if type(value) is not int or not 0 <= value <= HIGHEST:
            raise ContentError(
                path, f"This must be a whole number from 0 to {HIGHEST}, not {_short(value)}."
            )
    else:
        _string(value, path)
        if isinstance(field, models.DateField):
            _moment(field, value, path)


def _moment(field: Any, value: str, path: str) -> None:
    kind: type[date] = datetime if isinstance(field, models.DateTimeField) else date
    try:
        found = kind.fromisoformat(value)
    except ValueError as error:
        raise ContentError(path, f"{_short(value)} is no date, as 2026-11-27.") from error
    if isinstance(found, datetime) and found.tzinfo is None:
        raise ContentError(path, f"{_short(value)} does not say in which time zone it is.")


def _strings(value: Any, path: str) -> None:
    if not isinstance(value, list):
        raise ContentError(path, f"This must be a list of texts, not {_short(value)}.")
    for number, text in enumerate(value):
        _string(text, f"{path}[{number}]")
    if len(set(value)) != len(value):
        raise ContentError(path, "The same stands here twice.")


def _string(value: Any, path: str) -> None:
    if not isinstance(value, str):
        raise ContentError(path, f"This must be a text, not {_short(value)}.")
    if found := UNSEEN.search(value):
        raise ContentError(path, f"There is a sign that no page can show: {found.group()!r}.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _value in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise ContentError(_short(twice), "This name stands twice in one object.")
    return found


def _no_constant(text: str) -> None:
    raise ContentError("", f"{text} is no number that this format knows.")


def _no_fraction(text: str) -> None:
    raise ContentError("", f"{text[:20]} is no whole number.")


def _number(text: str) -> int:
    if len(text) > DIGITS:
        raise ContentError("", f"The number {text[:DIGITS]}… has more than {DIGITS} digits.")
    return int(text)


def _short(value: Any) -> str:
    """Return a value as it may stand in a sentence, however long or strange it is."""
    if value is None or isinstance(value, bool):
        return {None: "nothing", True: "true", False: "false"}[value]
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    words = repr(value)
    return words if len(words) <= 60 else f"{words[:59]}…"
