"""Every readable field of users and groups, weaker or absent, gives what the map says."""

from __future__ import annotations

from typing import Any

import pytest

from notices.safeguards.zoom.field_map import Field
from notices.safeguards.zoom.verdicts import (
    GROUP_SETTINGS,
    GROUPS,
    USER_SETTINGS,
    USERS,
    verify,
)
from tests.safeguards.zoom.answers import (
    GROUP,
    MISTYPED,
    USER,
    members,
    opposites,
    protecting,
    put,
    remove,
    responses,
)
from tests.safeguards.zoom.polarity.fields import each_field_below, with_value

pytestmark = pytest.mark.thorough


@each_field_below
def test_a_weaker_value_below_is_listed_and_nothing_else(
    field: Field, path: str, body_of: Any, level: str
) -> None:
    name = USER if level == "users" else GROUP

    def differing(value: object, account: object) -> list[str]:
        answers = with_value(field, account, below=True)
        for member in members(field, path):
            put(body_of(answers, field), member, value)
        found: dict[str, list[str]] = getattr(verify(answers), level).differing([field.key])
        return found.get(name, [])

    good, bad = protecting(field)[0], opposites(field)[0]
    for value in opposites(field):
        assert differing(value, good) == [field.key], value
    for value in [*protecting(field), *MISTYPED[field.type]]:
        assert differing(value, good) == [], value
    # A setting that is off for everybody differs nowhere; one that is unread still may.
    assert differing(bad, bad) == []
    assert differing(bad, None) == [field.key]


@each_field_below
def test_what_is_absent_below_is_unread_and_does_not_differ(
    field: Field, path: str, body_of: Any, level: str
) -> None:
    answers = with_value(field, protecting(field)[0], below=True)
    body = body_of(answers, field)
    for member in members(field, path):
        remove(body, member)
    reading = verify(answers)
    name = USER if level == "users" else GROUP
    assert name not in getattr(reading, level).differing([field.key])
    if field.safeguard and field.seen:
        found = reading.safeguards[field.safeguard]
        read, everybody = (found.users_read, 2) if level == "users" else (found.groups_read, 1)
        assert read == everybody - 1


def test_a_user_who_is_gone_is_skipped_and_counted() -> None:
    answers = responses()
    answers[USERS]["users"].append({"id": "u-gone"})
    answers[USER_SETTINGS]["u-refused"] = {"default": None}
    reading = verify(answers)
    assert (reading.users.listed, reading.users.read) == (4, 2)
    assert reading.safeguards["cloud_recording"].users_read == 2
    assert reading.safeguards["cloud_recording"].on_and_locked


def test_levels_that_were_refused_are_unread() -> None:
    answers = responses()
    for operation in (USERS, USER_SETTINGS, GROUPS, GROUP_SETTINGS):
        answers[operation] = None
    reading = verify(answers)
    assert (reading.users.listed, reading.groups.listed) == (0, 0)
    assert all(found.users_read == 0 for found in reading.safeguards.values())
    # Zoom returns the integrations for the account only.
    assert verify(responses()).safeguards["integrations"].users_read == 0
