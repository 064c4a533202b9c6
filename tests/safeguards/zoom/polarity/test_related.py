"""Fields that count together: alternatives, what they require, members, paths, fallbacks."""

from __future__ import annotations

from typing import Any

import pytest

from notices.safeguards.states import Lock
from notices.safeguards.zoom.field_map import Field
from notices.safeguards.zoom.verdicts import (
    ACCOUNT_SETTINGS,
    verify,
)
from tests.safeguards.zoom.answers import (
    BY_KEY,
    MISTYPED,
    READABLE,
    SMART,
    USER,
    account_body,
    group_body,
    opposites,
    protecting,
    put,
    remove,
    responses,
    user_body,
)
from tests.safeguards.zoom.polarity.fields import BELOW, verdict, with_value

pytestmark = pytest.mark.thorough


@pytest.mark.parametrize(
    ("value", "own", "expected"),
    [
        (False, "host", "protected"),
        (False, "all", "protected"),
        (False, None, "protected"),
        (False, 1, "protected"),
        (True, "host", "protected"),
        (True, "all", "not_protected"),
        (True, None, "unknown"),
        (0, "all", "not_protected"),
        ("false", "all", "not_protected"),
        (None, "all", "not_protected"),
        (None, 1, "unknown"),
    ],
)
def test_screen_sharing_that_is_off_protects_whoever_may_share(
    value: object, own: object, expected: str
) -> None:
    field = BY_KEY["desktop_sharing_selected_users"]
    answers = with_value(field, own)
    put(account_body(answers, field), "in_meeting.screen_sharing", value)
    assert verdict(answers, field) == expected
    remove(account_body(answers, field), "in_meeting.who_can_share_screen")
    absent = "protected" if value is False else "unknown"
    assert verdict(answers, field) == absent


def test_the_alternative_is_read_at_the_same_level() -> None:
    field = BY_KEY["desktop_sharing_selected_users"]
    answers = responses()
    put(account_body(answers, field), "in_meeting.screen_sharing", False)
    put(user_body(answers, field), "in_meeting.who_can_share_screen", "all")
    assert verify(answers).users.differing() == {USER: [field.key]}
    put(user_body(answers, field), "in_meeting.screen_sharing", False)
    assert verify(answers).users.differing() == {}


@pytest.mark.parametrize("field", [f for f in READABLE if f.requires], ids=lambda f: f.key)
def test_a_field_counts_only_while_the_one_it_requires_is_protected(field: Field) -> None:
    required = BY_KEY[field.requires]
    for value in [*opposites(required), *MISTYPED[required.type]]:
        for own in [*protecting(field), *opposites(field)]:
            answers = with_value(required, value)
            put(account_body(answers, field), field.path, own)
            assert verdict(answers, field) == "unknown", (value, own)
    below = responses()
    put(user_body(below, required), required.user_path, opposites(required)[0])
    put(user_body(below, field), field.user_path, opposites(field)[0])
    assert verify(below).users.differing() == {USER: [required.key]}


@pytest.mark.parametrize("name", SMART)
def test_smart_recording_is_off_only_if_all_three_members_are(name: str) -> None:
    field = BY_KEY["smart_recording_off"]
    answers = with_value(field, True, f"recording.smart_recording.{name}")
    reading = verify(answers)
    assert reading.fields[field.key].verdict == "not_protected"
    assert reading.fields[field.key].value is True
    assert reading.safeguards["ai_features"].evidence[f"recording.smart_recording.{name}"] is True
    for path, body_of, level in (
        (field.user_path, user_body, "users"),
        (field.group_path, group_body, "groups"),
    ):
        below = responses()
        put(body_of(below, field), f"{path.rpartition('.')[0]}.{name}", True)
        assert list(getattr(verify(below), level).differing().values()) == [[field.key]]


@pytest.mark.parametrize("key", [field.key for field in READABLE if "|" in field.user_path])
def test_of_two_paths_the_first_with_a_value_of_the_right_type_counts(key: str) -> None:
    field = BY_KEY[key]
    nested, _, plain = field.user_path.partition("|")
    option = nested.split(".")[1]
    for first, second, differs in [
        (False, True, True),
        (True, False, False),
        ("true", False, True),
        (None, False, True),
        (None, True, False),
        (0, None, False),
    ]:
        answers = with_value(field, True, below=True)
        body = user_body(answers, field)
        body["authentication_options"] = {option: {option: first}}
        body[plain] = second
        assert (USER in verify(answers).users.differing([key])) is differs, (first, second)


def test_fallbacks_replace_the_primary_fields_only_when_all_of_them_are_unknown() -> None:
    primaries = [f for f in READABLE if f.letter_item == 6 and f.role == "primary"]
    fallback = BY_KEY["meeting_password_scheduling_legacy"]
    answers = with_value(fallback, False)
    assert verify(answers).items[6].verdict == "protected"
    for field in primaries[:-1]:
        put(account_body(answers, field), field.path, None)
    assert verify(answers).items[6].verdict == "unknown"
    put(account_body(answers, primaries[-1]), primaries[-1].path, "true")
    reading = verify(answers)
    assert reading.items[6].verdict == "not_protected"
    assert reading.items[6].lock is Lock.LOCKED
    assert reading.safeguards["password"].verdict == "not_protected"
    put(account_body(answers, fallback), fallback.path, True)
    assert verify(answers).items[6].verdict == "protected"
    put(account_body(answers, fallback), fallback.path, 1)
    assert verify(answers).items[6].verdict == "unknown"


@pytest.mark.parametrize(
    ("field", "path", "body_of", "level"),
    [row for row in BELOW if row[0].role == "fallback"],
)
def test_fallbacks_are_compared_below_only_when_they_replaced_the_primaries(
    field: Field, path: str, body_of: Any, level: str
) -> None:
    answers = responses()
    put(body_of(answers, field), path, opposites(field)[0])
    assert getattr(verify(answers), level).differing() == {}
    del answers[ACCOUNT_SETTINGS]["meeting_security"]
    reading = verify(answers)
    assert list(getattr(reading, level).differing().values()) == [[field.key]]
    password = reading.safeguards["password"]
    assert (password.users_differing, password.groups_differing) == (
        (1, 0) if level == "users" else (0, 1)
    )


def test_primary_fields_are_compared_below_even_where_the_account_answer_was_refused() -> None:
    field = BY_KEY["meeting_password_always"]
    answers = responses()
    del answers[ACCOUNT_SETTINGS]["meeting_security"]
    put(user_body(answers, field), field.user_path, False)
    reading = verify(answers)
    assert reading.users.differing() == {USER: [field.key]}
    password = reading.safeguards["password"]
    assert (password.verdict.value, password.users_differing) == ("protected", 1)
    assert not password.on_and_locked
