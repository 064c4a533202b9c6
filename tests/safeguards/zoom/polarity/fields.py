"""Each field that can be read, and the answers with one of its values changed."""

from __future__ import annotations

from typing import Any

import pytest

from notices.safeguards.zoom.field_map import Field
from notices.safeguards.zoom.verdicts import (
    verify,
)
from tests.safeguards.zoom.answers import (
    READABLE,
    account_body,
    account_responses,
    group_body,
    members,
    put,
    responses,
    user_body,
)

each_field = pytest.mark.parametrize("field", READABLE, ids=lambda field: field.key)
BELOW = [
    *((field, field.user_path, user_body, "users") for field in READABLE if field.user_path),
    *((field, field.group_path, group_body, "groups") for field in READABLE if field.group_path),
]
each_field_below = pytest.mark.parametrize(
    ("field", "path", "body_of", "level"),
    [row for row in BELOW if row[0].role != "fallback"],
    ids=lambda part: part.key if isinstance(part, Field) else None,
)
ODD_LOCKS: list[object] = [None, 0, 1, "true", "false", "yes", [], {}, [True]]


def verdict(answers: dict[str, Any], field: Field) -> str:
    return verify(answers).fields[field.key].verdict.value


def with_value(
    field: Field, value: object, path: str = "", *, below: bool = False
) -> dict[str, Any]:
    """Return the all-protected answers with this one member of the account set."""
    answers = responses() if below else account_responses()
    for member in [path] if path else members(field, field.path):
        put(account_body(answers, field), member, value)
    return answers


def related(field: Field) -> set[str]:
    """Return the keys that may change with the field."""
    same = {
        other.key for other in READABLE if (other.option, other.path) == (field.option, field.path)
    }
    requiring = {other.key for other in READABLE if other.requires in same}
    return same | requiring
