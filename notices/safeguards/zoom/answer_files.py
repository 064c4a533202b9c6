"""Read the answers of a Zoom account from a file, as the examples hold them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from .account import LEVELS, MEETING
from .fields import item
from .known_fields import NewField, is_answer, is_gone, new_fields
from .verdicts import ACCOUNT_LOCKS, ACCOUNT_SETTINGS

LARGEST = 20 * 1024 * 1024


class UnreadableBundle(Exception):
    """The file holds no answers of a Zoom account; the text says why, in one sentence."""


def read_bundle(path: Path) -> Mapping[str, Any]:
    """Return the answers by operation; the file holds them as such or as "responses"."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise UnreadableBundle(_("The file cannot be read.")) from error
    if len(raw) > LARGEST:
        raise UnreadableBundle(_("The file is larger than 20 MB and was not read."))
    try:
        content = json.loads(
            raw.decode(), parse_constant=_no_constant, object_pairs_hook=_marked_if_doubled
        )
    except (ValueError, RecursionError) as error:
        raise UnreadableBundle(_("The file is not valid JSON.")) from error
    answers = content.get("responses", content) if isinstance(content, dict) else None
    if not isinstance(answers, dict) or isinstance(answers, _Doubled):
        raise UnreadableBundle(_("The file holds no settings of a Zoom account."))
    try:
        read = {operation: _readable(operation, found) for operation, found in answers.items()}
    except RecursionError as error:
        raise UnreadableBundle(_("The file is not valid JSON.")) from error
    if not _holds_settings(read):
        raise UnreadableBundle(_("The file holds no settings of a Zoom account."))
    return read


def new_fields_in(answers: Mapping[str, Any]) -> Iterator[NewField]:
    """Yield the fields of all answers that the map does not know."""
    for operation, level in LEVELS.items():
        for body in _bodies(operation, answers.get(operation)):
            if is_answer(level, body):
                yield from new_fields(level, body)


def _bodies(operation: str, found: Any) -> Iterator[Any]:
    """Yield every body of one operation, whoever and whatever option it is of."""
    of_each = found.values() if isinstance(found, Mapping) else ()
    if operation in (ACCOUNT_SETTINGS, ACCOUNT_LOCKS, MEETING):
        yield from of_each
        return
    for bodies in of_each:
        yield from bodies.values() if isinstance(bodies, Mapping) else ()


def _readable(operation: str, found: Any) -> Any:
    """Return the answers of one operation, with nothing in place of each that is no answer."""
    if operation not in LEVELS or not isinstance(found, dict):
        return None if _is_doubled(found) else found
    if isinstance(found, _Doubled):
        return None
    level = LEVELS[operation]
    if operation in (ACCOUNT_SETTINGS, ACCOUNT_LOCKS, MEETING):
        return {key: _body(level, body) for key, body in found.items()}
    return {
        key: {option: _body(level, body) for option, body in bodies.items()}
        if isinstance(bodies, dict) and not isinstance(bodies, _Doubled)
        else None
        for key, bodies in found.items()
    }


def _body(level: str, body: Any) -> Any:
    if _is_doubled(body):
        return None
    return body if is_answer(level, body) or is_gone(body) else None


class _Doubled(dict[str, Any]):
    """An object that holds a key twice: which of the two values counts, nobody can say."""


def _marked_if_doubled(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    return found if len(found) == len(pairs) else _Doubled(found)


def _is_doubled(node: Any) -> bool:
    """Say whether a key stands twice in `node` or anywhere within it."""
    if isinstance(node, dict):
        return isinstance(node, _Doubled) or any(map(_is_doubled, node.values()))
    return isinstance(node, list) and any(map(_is_doubled, node))


def _holds_settings(answers: Mapping[str, Any]) -> bool:
    bodies = item(answers, ACCOUNT_SETTINGS)
    return isinstance(bodies, Mapping) and any(isinstance(b, Mapping) for b in bodies.values())


def _no_constant(name: str) -> None:
    raise ValueError(name)  # NaN and Infinity are no JSON
