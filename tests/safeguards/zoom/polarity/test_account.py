"""Every readable field, flipped, removed, emptied and mistyped, gives what the map says."""

from __future__ import annotations

import pytest

from notices.safeguards.states import Lock
from notices.safeguards.zoom.field_map import Field, fields
from notices.safeguards.zoom.verdicts import (
    ACCOUNT_LOCKS,
    ACCOUNT_SETTINGS,
    verify,
)
from tests.safeguards.zoom.answers import (
    BY_KEY,
    MISTYPED,
    OPPOSITES,
    READABLE,
    account_body,
    account_responses,
    members,
    opposites,
    protecting,
    put,
    remove,
    responses,
)
from tests.safeguards.zoom.polarity.fields import (
    ODD_LOCKS,
    each_field,
    related,
    verdict,
    with_value,
)

pytestmark = pytest.mark.thorough


def test_the_map_reads_account_settings_only_and_requirements_do_not_chain() -> None:
    assert {field.operation for field in READABLE} == {ACCOUNT_SETTINGS}
    assert not any(BY_KEY[field.requires].requires for field in READABLE if field.requires)
    typed = {field.key for field in READABLE if field.type != "boolean"}
    assert typed == set(OPPOSITES)


@each_field
def test_the_protected_values_protect(field: Field) -> None:
    for value in protecting(field):
        assert verdict(with_value(field, value), field) == "protected", value


@each_field
def test_other_values_of_the_right_type_do_not_protect(field: Field) -> None:
    for value in opposites(field):
        assert verdict(with_value(field, value), field) == "not_protected", value


@each_field
def test_a_value_of_another_type_is_unknown(field: Field) -> None:
    for value in MISTYPED[field.type]:
        for member in members(field, field.path):
            assert verdict(with_value(field, value, member), field) == "unknown", (member, value)


@each_field
def test_what_is_absent_is_unknown(field: Field) -> None:
    for member in members(field, field.path):
        answers = account_responses()
        remove(account_body(answers, field), member)
        assert verdict(answers, field) == "unknown", member


@each_field
def test_a_parent_that_is_absent_or_no_object_is_unknown(field: Field) -> None:
    names = field.path.split(".")
    for depth in range(1, len(names)):
        parent = ".".join(names[:depth])
        answers = account_responses()
        remove(account_body(answers, field), parent)
        assert verdict(answers, field) == "unknown", parent
        for odd in (None, False, True, 0, "", "false", [], [{names[depth]: field.protected_value}]):
            assert verdict(with_value(field, odd, parent), field) == "unknown", (parent, odd)


@each_field
def test_an_answer_that_is_missing_or_refused_is_unknown(field: Field) -> None:
    option = field.option or "default"
    answers = account_responses()
    body = answers[ACCOUNT_SETTINGS].pop(option)
    assert verdict(answers, field) == "unknown"
    answers[ACCOUNT_SETTINGS]["elsewhere"] = body
    assert verdict(answers, field) == "unknown"
    for refused in (None, False, [], [body], "refused", 403):
        answers[ACCOUNT_SETTINGS][option] = refused
        assert verdict(answers, field) == "unknown", refused
        assert verdict({**answers, ACCOUNT_SETTINGS: refused}, field) == "unknown", refused
    assert verdict({}, field) == "unknown"


@each_field
def test_a_field_changes_no_other_verdict(field: Field) -> None:
    before = verify(account_responses()).fields
    for value in [*protecting(field), *opposites(field), *MISTYPED[field.type]]:
        after = verify(with_value(field, value)).fields
        changed = {key for key in before if after[key].verdict != before[key].verdict}
        assert changed <= related(field), value


@pytest.mark.parametrize(
    ("field", "number"),
    [(field, field.letter_item) for field in READABLE if field.role == "primary"],
)
def test_a_letter_item_follows_each_of_its_fields(field: Field, number: int) -> None:
    assert verify(with_value(field, opposites(field)[0])).items[number].verdict == "not_protected"
    assert verify(with_value(field, protecting(field)[0])).items[number].verdict == "protected"
    assert verify(with_value(field, None)).items[number].verdict == "unknown"


@pytest.mark.parametrize(
    ("field", "key"),
    [(f, f.safeguard) for f in READABLE if f.safeguard and f.seen and f.role != "fallback"],
)
def test_a_safeguard_follows_each_of_its_fields(field: Field, key: str) -> None:
    off = verify(with_value(field, opposites(field)[0])).safeguards[key]
    assert (off.verdict, off.on_and_locked) == ("not_protected", False)
    assert verify(with_value(field, protecting(field)[0])).safeguards[key].verdict == "protected"
    unread = verify(with_value(field, None)).safeguards[key]
    assert (unread.verdict, unread.on_and_locked) == ("unknown", False)


@each_field
def test_locks_are_true_false_or_unknown(field: Field) -> None:
    expected: list[tuple[object, Lock]] = [
        (True, Lock.LOCKED),
        (False, Lock.UNLOCKED),
        *((odd, Lock.UNKNOWN) for odd in ODD_LOCKS),
    ]
    option = "meeting_security" if field.option == "meeting_security" else "default"
    for value, lock in expected:
        answers = account_responses()
        if field.lock_path:
            put(answers[ACCOUNT_LOCKS][option], field.lock_path, value)
        else:
            lock = Lock.NOT_LOCKABLE
        reading = verify(answers).fields[field.key]
        assert reading.lock is lock, value
        assert reading.verdict == verdict(account_responses(), field)
    for refused in ({}, {ACCOUNT_LOCKS: None}, {ACCOUNT_LOCKS: {option: [True]}}):
        unread = Lock.UNKNOWN if field.lock_path else Lock.NOT_LOCKABLE
        assert verify(refused).fields[field.key].lock is unread


def test_every_field_of_the_map_is_read_or_manual() -> None:
    reading = verify(responses())
    assert set(reading.fields) == {field.key for field in fields()}
    unread = {key for key, found in reading.fields.items() if found.verdict == "manual"}
    assert unread == {field.key for field in fields() if field.role == "manual"}
