"""Which fields of Zoom's API prove which safeguard: data that belongs to the API, not the firm."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

FIELD_MAP = Path(__file__).with_name("field_map.csv")


@dataclass(frozen=True, slots=True)
class Field:
    """One checkable field; `safeguard` is the key of the safeguard it proves, or empty.

    `role` is primary, fallback (used when every primary field is unknown), extra, access
    (decides how people can join) or manual (the API has no field). Paths are dotted; two
    joined by `|` are alternatives.
    """

    key: str
    safeguard: str
    letter_item: int | None
    role: str
    operation: str
    option: str
    path: str
    type: str
    op: str
    protected_value: Any
    alternative: str
    requires: str
    lock_path: str
    user_path: str
    group_path: str
    verified_on: date
    note: str


@cache
def fields() -> Sequence[Field]:
    """Return the shipped map, in its order."""
    with FIELD_MAP.open(encoding="utf-8", newline="") as file:
        return tuple(_field(row) for row in csv.DictReader(file))


def proving(safeguard: str) -> list[Field]:
    """Return the fields that prove the safeguard with this key."""
    return [field for field in fields() if field.safeguard == safeguard]


def _field(row: dict[str, str]) -> Field:
    converted: dict[str, Any] = {
        "letter_item": int(row["letter_item"]) if row["letter_item"] else None,
        "protected_value": json.loads(row["protected_value"]) if row["protected_value"] else None,
        "verified_on": date.fromisoformat(row["verified_on"]),
    }
    return Field(**{**row, **converted})
