"""The shipped map of Zoom's fields fits the shipped safeguards."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

import portal.starter
from notices.safeguards import new_settings
from notices.safeguards.zoom.field_map import fields, proving
from notices.safeguards.zoom.known_fields import is_plainly_off, sounds_like_capture

STARTER = Path(portal.starter.__file__).with_name("safeguards.toml")


def starter_safeguards() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads(STARTER.read_text("utf-8"))["safeguard"]
    return rows


def test_every_field_proves_a_shipped_safeguard_or_none() -> None:
    keys = {row["key"] for row in starter_safeguards()}
    assert {field.safeguard for field in fields()} - {""} == keys - {new_settings.KEY}


def test_what_is_read_from_the_account_has_a_field_that_was_seen_and_by_hand_has_none() -> None:
    for row in starter_safeguards():
        if row["key"] != new_settings.KEY:
            seen = [field for field in proving(row["key"]) if field.path and field.seen]
            assert bool(seen) is (row["checked_by"] == "account"), row["key"]


def test_what_the_account_is_read_for_holds_a_week_and_what_people_compare_three_months() -> None:
    for row in starter_safeguards():
        assert row["max_age_days"] == (7 if row["checked_by"] == "account" else 90), row["key"]


def test_letter_items_agree_with_the_safeguards() -> None:
    items = {row["key"]: row.get("letter_item") for row in starter_safeguards()}
    for field in fields():
        if field.letter_item is not None:
            # The letter's item 5 speaks of both cameras; the host's is a fact of its own.
            is_hosts = field.safeguard == "host_camera_at_start"
            assert items[field.safeguard] == (None if is_hosts else field.letter_item)


def test_protected_values_have_the_type_they_are_compared_with() -> None:
    expected = {"boolean": bool, "integer": int, "string": str, "array": list}
    for field in fields():
        if not field.path:
            continue
        if field.op in ("eq", "lte"):
            assert type(field.protected_value) is expected[field.type], field.key
        else:
            assert field.op in ("in", "subset")
            assert type(field.protected_value) is list


def test_keys_are_unique_and_requirements_exist() -> None:
    keys = [field.key for field in fields()]
    assert len(keys) == len(set(keys))
    assert {field.requires for field in fields()} - {""} <= set(keys)


def test_signing_in_is_wanted_off_for_access_and_on_for_the_extra_row() -> None:
    by_key = {field.key: field for field in fields()}
    assert by_key["sign_in_not_required"].protected_value is False
    assert by_key["only_authenticated_users"].protected_value is True


def test_the_shipped_map_is_zooms_and_says_nothing_of_another_tool() -> None:
    assert {field.provider for field in fields()} == {"zoom"}
    assert fields("another tool") == ()


@pytest.mark.parametrize(
    "name",
    ["summaries", "allowSummaries", "AINotes", "live_transcripts", "BotMode", "summary2"],
)
def test_a_word_for_capturing_is_heard_in_every_spelling_and_number(name: str) -> None:
    assert sounds_like_capture(name)


@pytest.mark.parametrize("name", ["maintain", "email_noted", "bottom", "upstream", "archiver"])
def test_a_word_that_only_holds_one_is_not(name: str) -> None:
    assert not sounds_like_capture(name)


def test_a_switch_within_what_is_off_is_not_plainly_off() -> None:
    assert is_plainly_off({"enable": False, "who": 3, "modes": {"enable": False, "size": 2}})
    assert not is_plainly_off({"enable": False, "live": {"enable": True}})
    assert not is_plainly_off({"enable": False, "list": [{"enable": True}]})
