"""Whatever Zoom answers: no exception, nothing falsely protected, nothing personal kept."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notices.safeguards.zoom.as_json import as_json
from notices.safeguards.zoom.field_map import FIELD_MAP
from notices.safeguards.zoom.verdicts import (
    ACCOUNT_LOCKS,
    ACCOUNT_SETTINGS,
    GROUP_LOCKS,
    GROUP_SETTINGS,
    GROUPS,
    USER_SETTINGS,
    USERS,
    Reading,
    verify,
    verify_meeting,
)
from tests.safeguards.zoom.answers import GROUP, READABLE, SMART, USER, responses

pytestmark = pytest.mark.thorough

with FIELD_MAP.open(encoding="utf-8", newline="") as file:
    ROWS = {row["key"]: row for row in csv.DictReader(file) if row["path"]}

MARK = "SECRET@"
NAMES = sorted({name for row in ROWS.values() for name in row["path"].split(".")})
OPERATIONS = [
    ACCOUNT_SETTINGS,
    ACCOUNT_LOCKS,
    USERS,
    USER_SETTINGS,
    GROUPS,
    GROUP_SETTINGS,
    GROUP_LOCKS,
]

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 130),
    st.integers(10**9, 10**300),
    st.floats(),
    st.sampled_from(["none", "host", "all", "e2ee", "both", "true", "false", "DE", "NL", "US"]),
    st.text(max_size=8).map(MARK.__add__),
)
names = st.one_of(
    st.sampled_from([*NAMES, *SMART, "default", "users", "groups", "id", USER, GROUP]),
    st.text(max_size=5).map(MARK.__add__),
)
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(names, inner, max_size=5)),
    max_leaves=12,
)


def naively_protected(key: str, bodies: Any) -> bool:
    """Judge one field of the account by the text of its JSON, apart from the code under test."""
    row = ROWS[key]

    def text_at(path: str) -> str:
        try:
            node = bodies[row["option"] or "default"]
            for name in path.split("."):
                node = node[name]
        except (KeyError, TypeError, IndexError):
            return ""
        return json.dumps(node)

    if row["requires"] and not naively_protected(row["requires"], bodies):
        return False
    if row["alternative"]:
        path, _, wanted = row["alternative"].partition("=")
        if text_at(path) == wanted:
            return True
    if key == "smart_recording_off":
        return all(text_at(f"recording.smart_recording.{name}") == "false" for name in SMART)
    found, wanted = text_at(row["path"]), row["protected_value"]
    if row["op"] == "eq":
        return found == wanted
    if row["op"] == "lte":
        return re.fullmatch(r"[1-9]\d*", found) is not None and int(found) <= int(wanted)
    if row["op"] == "in":
        return found in [json.dumps(entry) for entry in json.loads(wanted)]
    entry = "|".join(json.dumps(entry) for entry in json.loads(wanted))
    return re.fullmatch(rf"\[({entry})(, ({entry}))*\]", found) is not None


def judge(answers: dict[str, Any]) -> Reading:
    """Read the answers and compare every claim with the naive judgement."""
    reading = verify(answers)
    bodies = answers.get(ACCOUNT_SETTINGS)
    protected = {key for key, found in reading.fields.items() if found.verdict == "protected"}
    assert protected == {key for key in ROWS if naively_protected(key, bodies)}
    for number, found in reading.items.items():
        if found.verdict == "protected":
            assert_proven(protected, "letter_item", str(number))
    for key, safeguard in reading.safeguards.items():
        if safeguard.verdict == "protected":
            assert_proven(protected, "safeguard", key)
        assert safeguard.users_differing <= safeguard.users_read <= reading.users.listed
        assert safeguard.groups_differing <= safeguard.groups_read <= reading.groups.listed
    shown = json.dumps(as_json(reading), allow_nan=False)
    assert MARK not in repr(reading) + shown
    return reading


def assert_proven(protected: set[str], column: str, value: str) -> None:
    own = {key: row["role"] for key, row in ROWS.items() if row[column] == value}
    fallbacks = {key for key, role in own.items() if role == "fallback"}
    others = set(own) - fallbacks
    assert others <= protected or (fallbacks and fallbacks <= protected)


@given(answers=st.dictionaries(st.sampled_from(OPERATIONS), anything))
def test_arbitrary_answers_are_judged_without_error(answers: dict[str, Any]) -> None:
    reading = judge(answers)
    assert set(reading.fields) >= set(ROWS)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_answers_spoilt_at_any_depth_are_judged_without_error(data: st.DataObject) -> None:
    answers = responses()
    for _ in range(data.draw(st.integers(1, 4))):
        node: Any = answers
        key = data.draw(st.sampled_from(OPERATIONS))
        while isinstance(node.get(key), dict) and node[key] and data.draw(st.integers(0, 5)):
            node = node[key]
            key = data.draw(st.sampled_from(sorted(node)))
        node[key] = data.draw(anything)
    judge(answers)


@settings(deadline=None)
@given(
    values=st.dictionaries(st.sampled_from(sorted(ROWS)), scalars | anything, min_size=1),
    meeting=anything,
)
def test_odd_values_in_read_fields_are_never_falsely_protected(
    values: dict[str, Any], meeting: Any
) -> None:
    answers = responses()
    for key, value in values.items():
        *parents, last = ROWS[key]["path"].split(".")
        node = answers[ACCOUNT_SETTINGS][ROWS[key]["option"] or "default"]
        for name in parents:
            node = node[name]
        node[last] = value
    reading = judge(answers)
    verify_meeting(reading, meeting)
    verify_meeting(reading, {"settings": meeting, "password": meeting})


@settings(deadline=None)
@given(value=scalars | anything)
def test_odd_values_in_meetings_deviate_only_by_values_of_the_right_type(value: Any) -> None:
    account = verify(responses())
    flags = ["host_video", "participant_video", "join_before_host", "auto_start_meeting_summary"]
    words = {"auto_recording": "none", "encryption_type": "e2ee"}
    meeting = {"settings": dict.fromkeys([*flags, *words, "waiting_room"], value)}
    expected = set(flags) if value is True else {"waiting_room"} if value is False else set()
    if isinstance(value, str):
        expected = {name for name, good in words.items() if value != good}
    assert set(verify_meeting(account, meeting)) == expected


PERSONAL: list[Any] = [
    "vera.muster@example.org",
    "eyJhbGciOiJIUzI1NiJ9.c2VjcmV0",
    "Vera Muster",
    4915112345678,
    98765432101,
]
DISGUISES: list[Callable[[Any], Any]] = [
    lambda secret: secret,
    lambda secret: [secret],
    lambda secret: ["DE", secret],
    lambda secret: {"value": secret},
    lambda secret: {str(secret): False},
]


def leaves_replaced(body: Any, secret: Any) -> Any:
    if isinstance(body, dict):
        return {name: leaves_replaced(member, secret) for name, member in body.items()}
    return secret


@pytest.mark.parametrize("disguise", range(len(DISGUISES)))
@pytest.mark.parametrize("secret", PERSONAL)
def test_nothing_personal_gets_into_a_reading(secret: Any, disguise: int) -> None:
    hidden = DISGUISES[disguise](secret)
    spoilt = leaves_replaced(responses(), hidden)
    spoilt[USERS] = {"users": [{"id": "u-verwaltung-01", "email": hidden, "first_name": hidden}]}
    beside = responses()
    for bodies in (beside[ACCOUNT_SETTINGS], beside[USER_SETTINGS][USER]):
        for body in bodies.values():
            body["operator"] = hidden
            body[str(secret)] = hidden
    for answers in (spoilt, beside):
        reading = verify(answers)
        assert str(secret) not in repr(reading)
        assert str(secret) not in json.dumps(as_json(reading))


@pytest.mark.parametrize("field", READABLE, ids=lambda field: field.key)
def test_an_odd_value_leaves_only_its_type_as_evidence(field: Any) -> None:
    names = {"boolean": "string", "integer": "integer", "string": "string", "array": "array"}
    odd: Any = {"integer": 4915112345678, "array": ["DE", "vera@example.org"]}.get(
        field.type, "vera@example.org"
    )
    *parents, last = field.path.split(".")
    answers = responses()
    node = answers[ACCOUNT_SETTINGS][field.option or "default"]
    for name in parents:
        node = node[name]
    node[last] = odd
    found = verify(answers).fields[field.key]
    assert found.value is None
    assert found.evidence[field.path] == {"type": names[field.type]}


def test_ids_that_are_not_zooms_own_are_replaced_by_a_number() -> None:
    answers = responses()
    bodies = answers[USER_SETTINGS].pop(USER)
    bodies["default"]["recording"]["cloud_recording"] = True
    answers[USER_SETTINGS]["vera@example.org"] = bodies
    answers[USERS] = {"users": [{"id": "u-verwaltung-01"}, {"id": "vera@example.org"}]}
    reading = verify(answers)
    assert reading.users.differing() == {"no. 2": ["cloud_recording_off"]}
    assert (reading.users.listed, reading.users.read) == (2, 2)


def test_lists_of_countries_are_kept_only_while_they_are_short() -> None:
    answers = responses()
    for length, kept in ((1, True), (40, True), (41, False)):
        answers[ACCOUNT_SETTINGS]["default"]["in_meeting"]["data_center_regions"] = ["DE"] * length
        found = verify(answers).fields["data_centres_eu_only"]
        assert found.verdict == "protected"
        assert (found.value is not None) is kept
