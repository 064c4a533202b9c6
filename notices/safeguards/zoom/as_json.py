"""Show a reading of the account as plain JSON, for operators and their scripts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from notices.safeguards.zoom.field_map import Field, fields
from notices.safeguards.zoom.users_and_groups import Level
from notices.safeguards.zoom.verdicts import FieldReading, ItemReading, Reading, SafeguardReading


def as_json(reading: Reading) -> dict[str, Any]:
    """Return the reading as plain JSON; it names ids of users and groups, so never publish it."""
    access = {field.key for field in fields() if _is_access(field)}
    twins = {field.key for field in fields() if field.role == "twin"}
    return {
        "items": {str(number): _item_json(found) for number, found in reading.items.items()},
        "fields": {k: _field_json(v) for k, v in reading.fields.items() if k not in access | twins},
        "access_fields": {k: _field_json(v) for k, v in reading.fields.items() if k in access},
        "twin_fields": {k: _field_json(v) for k, v in reading.fields.items() if k in twins},
        "safeguards": {key: _safeguard_json(s) for key, s in reading.safeguards.items()},
        "users": _level_json(reading.users),
        "groups": _level_json(reading.groups),
        "group_locks": {
            name: {key: lock.value for key, lock in locks.items()}
            for name, locks in reading.group_locks.items()
        },
        "skipped": {"users": reading.users.gone, "groups": reading.groups.gone},
        "unknown_fields": reading.unknown_fields,
    }


def _is_access(field: Field) -> bool:
    """Say whether the field decides how people can join; the letter does not speak of it."""
    return field.role == "access" or (field.role == "manual" and field.letter_item is None)


def _field_json(field: FieldReading) -> dict[str, Any]:
    if field.lock is None:
        return {"verdict": field.verdict.value}
    return {"verdict": field.verdict.value, "lock": field.lock.value, "value": field.value}


def _item_json(found: ItemReading) -> dict[str, Any]:
    return {
        "verdict": found.verdict.value,
        "lock": found.lock.value if found.lock else None,
        "lower_levels": {"users": _lists(found.users), "groups": _lists(found.groups)},
        "on_and_locked": found.on_and_locked,
    }


def _safeguard_json(found: SafeguardReading) -> dict[str, Any]:
    return {
        "verdict": found.verdict.value,
        "lock": found.lock.value if found.lock else None,
        "users_read": found.users_read,
        "users_total": found.users_total,
        "users_differing": found.users_differing,
        "groups_read": found.groups_read,
        "groups_total": found.groups_total,
        "groups_differing": found.groups_differing,
        "is_sure": found.is_sure,
        "on_and_locked": found.on_and_locked,
        "evidence": found.evidence,
    }


def _level_json(level: Level) -> dict[str, Any]:
    return {"listed": level.listed, "read": level.read, "differing": level.differing()}


def _lists(by_id: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    return {key: list(keys) for key, keys in by_id.items()}
