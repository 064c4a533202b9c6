"""Every readable field, flipped, removed, emptied and mistyped, gives what the map says."""

from __future__ import annotations

from typing import Any

import pytest

from notices.safeguards.states import Lock
from notices.safeguards.zoom.field_map import Field, fields
from notices.safeguards.zoom.verdicts import (
    ACCOUNT_LOCKS,
    ACCOUNT_SETTINGS,
    GROUP_SETTINGS,
    GROUPS,
    USER_SETTINGS,
    USERS,
    read_meeting,
    verify,
    verify_meeting,
)
from tests.safeguards.zoom.answers import (
    BY_KEY,
    GROUP,
    MISTYPED,
    OLDER_PLAN,
    OPPOSITES,
    READABLE,
    SMART,
    USER,
    account_body,
    account_responses,
    group_body,
    members,
    opposites,
    protecting,
    put,
    remove,
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


MEETING: dict[str, tuple[str, Any, list[Any]]] = {
    "host_video": ("video_off_at_start_host", False, [True]),
    "participant_video": ("video_off_at_start_participants", False, [True]),
    "join_before_host": ("join_before_host_off", False, [True]),
    "auto_start_meeting_summary": ("ai_summary_not_automatic", False, [True]),
    "auto_recording": ("auto_recording_off", "none", ["local", "cloud", "other"]),
    "waiting_room": ("waiting_room_on", True, [False]),
    "encryption_type": ("e2ee_default", "e2ee", ["enhanced_encryption", "other"]),
}


@pytest.mark.parametrize("name", MEETING)
def test_a_meeting_deviates_by_each_of_its_members(name: str) -> None:
    key, good, bad = MEETING[name]
    account = verify(responses())
    meeting = responses()["GET /meetings/{meetingId}"]["98765432101"]
    assert verify_meeting(account, meeting) == []
    for value in bad:
        meeting["settings"][name] = value
        assert verify_meeting(account, meeting) == [name]
        for other in (opposites(BY_KEY[key])[0], None):
            assert verify_meeting(verify(with_value(BY_KEY[key], other)), meeting) == []
    for value in (good, None, 0, 1, [], {}, 1.5):
        meeting["settings"][name] = value
        assert verify_meeting(account, meeting) == []
    del meeting["settings"][name]
    assert verify_meeting(account, meeting) == []


def test_a_meeting_without_password_deviates_while_the_account_asks_for_one() -> None:
    for name in (None, OLDER_PLAN):
        answers = responses(name) if name else responses()
        account = verify(answers)
        assert verify_meeting(account, {"password": ""}) == ["password"]
        assert verify_meeting(account, {"password": "secret"}) == []
        assert verify_meeting(account, {"password": None}) == []
        assert verify_meeting(account, {}) == []
    off = verify(with_value(BY_KEY["meeting_password_always"], False))
    assert verify_meeting(off, {"password": ""}) == []
    assert verify_meeting(verify({}), {"password": ""}) == []


@pytest.mark.parametrize("odd", [None, 1, "x", [], [{}], {"settings": []}, {"settings": None}])
def test_a_meeting_that_is_no_meeting_does_not_deviate(odd: object) -> None:
    assert verify_meeting(verify(responses()), odd) == []


def test_every_field_of_the_map_is_read_or_manual() -> None:
    reading = verify(responses())
    assert set(reading.fields) == {field.key for field in fields()}
    unread = {key for key, found in reading.fields.items() if found.verdict == "manual"}
    assert unread == {field.key for field in fields() if field.role == "manual"}


@pytest.mark.parametrize(
    ("said", "expected"),
    [("e2ee", True), ("enhanced_encryption", False), ("other", None), (None, None)],
)
def test_a_meeting_is_end_to_end_encrypted_only_if_zoom_says_so(
    said: str | None, expected: bool | None
) -> None:
    meeting = {"settings": {"encryption_type": said}}
    assert read_meeting(verify(responses()), meeting).end_to_end is expected


@pytest.mark.parametrize("password", [None, 5, [], True])
def test_the_password_of_a_meeting_is_unread_unless_it_is_text(password: object) -> None:
    account = verify(responses())
    meeting = responses()["GET /meetings/{meetingId}"]["98765432101"]
    assert "password" not in read_meeting(account, {**meeting, "password": "geheim"}).unread
    assert "password" in read_meeting(account, {**meeting, "password": password}).unread
