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
# Another tool would bring rows, and a client, of its own.
ZOOM = "zoom"


@dataclass(frozen=True, slots=True)
class Field:
    """One checkable field; `safeguard` is the key of the safeguard it proves, or empty.

    `provider` is the tool in whose interface the field stands.
    `role` is primary, fallback (used when every primary field is unknown), extra, access
    (decides how people can join), twin (another place of a field) or manual (the API has no
    field). Paths are dotted; two joined by `|` are alternatives. `weighs_on` is the key of
    another safeguard for which the field counts where an account returns it, and only there.
    `vendor_mark` is the day up to which the vendor's changes were compared; a field that was
    not `seen` in a real answer has its place from there, which is a guess.
    """

    provider: str
    key: str
    safeguard: str
    weighs_on: str
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
    compared_on: date
    vendor_mark: date
    seen: bool
    note: str

    @property
    def is_expected(self) -> bool:
        """Say whether an account that does not return the field leaves a gap."""
        only_where_returned = bool(self.weighs_on) and not self.safeguard
        return bool(self.path) and self.seen and not only_where_returned


@cache
def fields(provider: str = ZOOM) -> Sequence[Field]:
    """Return what the shipped map says of one tool, in its order."""
    with FIELD_MAP.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["provider"] == provider]
    return tuple(map(_field, rows))


def proving(safeguard: str) -> list[Field]:
    """Return the fields that prove the safeguard with this key."""
    return [field for field in fields() if field.safeguard == safeguard]


def is_guess(safeguard: str) -> bool:
    """Say whether nobody saw the fields of this safeguard in a real answer yet."""
    return any(field.path and not field.seen for field in proving(safeguard))


def weighing_on(safeguard: str) -> list[Field]:
    """Return the fields that count for this safeguard where an account returns them."""
    return [field for field in fields() if field.weighs_on == safeguard]


def _field(row: dict[str, str]) -> Field:
    converted: dict[str, Any] = {
        "letter_item": int(row["letter_item"]) if row["letter_item"] else None,
        "protected_value": json.loads(row["protected_value"]) if row["protected_value"] else None,
        "compared_on": date.fromisoformat(row["compared_on"]),
        "seen": row["seen"] == "yes",
        "vendor_mark": date.fromisoformat(row["vendor_mark"]),
    }
    return Field(**{**row, **converted})
