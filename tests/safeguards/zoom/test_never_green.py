"""No answer, readable or not, is green on too few users or beside an unknown way of capturing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from notices.safeguards import checking, new_settings, states
from notices.safeguards.models import Promise, Safeguard
from notices.safeguards.states import Coverage, State, Timeline
from notices.safeguards.zoom import known_fields
from notices.safeguards.zoom.field_map import Field, fields
from notices.safeguards.zoom.fields import at_path
from notices.safeguards.zoom.verdicts import (
    ACCOUNT_LOCKS,
    ACCOUNT_SETTINGS,
    GROUP_SETTINGS,
    USER_SETTINGS,
    USERS,
)

from .answers import GROUP, put, responses

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
AT = datetime(2026, 11, 27, tzinfo=UTC)
KEYS = sorted({field.safeguard for field in fields()} - {""})
RECORDED = (
    *("cloud_recording", "local_recording", "automatic_capture", "saved_captions"),
    *("live_streaming", "ai_features", new_settings.KEY),
)
# What came back for one user, and whether it is a reading of that user.
USER_ANSWERS: dict[str, Any] = {
    "missing": None,
    "refused": {"code": 4711, "message": "does not contain scopes: [user:read:settings:admin]"},
    "an error in a 200": {"code": 300, "message": "Validation Failed."},
    "empty": {},
    "no object": "settings",
    "gone": {"code": 1001, "message": "User not exist"},
}
READ, GONE = "read", "gone"
# Most were read, so that the limit itself is tried and not only what is far below it.
users = st.builds(
    lambda read, others: [READ] * read + others,
    st.integers(0, 30),
    st.lists(st.sampled_from(sorted(USER_ANSWERS)), max_size=5),
)
lock_paths = sorted({field.lock_path for field in fields() if field.lock_path and field.safeguard})
locks = st.dictionaries(
    st.sampled_from(lock_paths), st.sampled_from([False, None, 0, "true"]), min_size=3, max_size=9
)
ON = st.sampled_from([True, 1, None, "all", {"enable": True}, [1], {"who": 2}, 0, "on"])
WORDS = sorted(known_fields.CAPTURING)
NAMES = st.builds(
    lambda before, word, after, plural: "_".join(filter(None, (before, word + plural, after))),
    st.sampled_from(["", "live", "my", "allow_new"]),
    st.sampled_from(WORDS),
    st.sampled_from(["", "taker", "for_guests", "v2"]),
    st.sampled_from(["", "s"]),
)
SECTIONS = st.sampled_from(["in_meeting", "recording", "chat", "brand_new"])


def state(key: str, seen: checking.Judged) -> State:
    """Return what a portal without any history would show after this one check."""
    safeguard = Safeguard(key=key, checked_by="account")
    reading = checking._reading_of(safeguard, seen)
    if reading is None:
        return State.DUE
    found = checking._finding(safeguard, reading, AT)
    found.recorded_at = AT
    promise = Promise(value="on", effective_from=AT, recorded_at=AT)
    covered = Coverage(AT, AT + timedelta(days=7), AT)
    situation = states.situation_at(Timeline([promise], [found], [covered]), AT)
    assert situation is not None
    return situation.state


def with_users(came: list[str]) -> dict[str, Any]:
    """Return the all-protected answers, with these answers for its users instead."""
    answers = responses()
    own = next(iter(answers[USER_SETTINGS].values()))
    answers[USERS] = {"users": [{"id": f"u{number}"} for number in range(len(came))]}
    answers[USER_SETTINGS] = {
        f"u{number}": own if how == READ else dict.fromkeys(own, USER_ANSWERS[how])
        for number, how in enumerate(came)
        if how != "missing"
    }
    return answers


def is_open(field: Field, answers: dict[str, Any]) -> bool:
    """Say whether users can change a field: only a lock that reads true prevents it."""
    option = "meeting_security" if field.option == "meeting_security" else "default"
    body = answers[ACCOUNT_LOCKS].get(option, {})
    locked = bool(field.lock_path) and at_path(body, field.lock_path) is True
    return bool(field.user_path) and not locked


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(came=users, changed=locks)
def test_what_users_can_change_is_never_green_on_too_few_of_them(
    came: list[str], changed: dict[str, object]
) -> None:
    answers = with_users(came)
    for path, value in changed.items():
        for body in answers[ACCOUNT_LOCKS].values():
            put(body, path, value)
    seen = checking.judge(answers)
    total = len(came) - came.count(GONE)
    if total and came.count(READ) * 100 >= 95 * total:
        return
    for key in KEYS:
        own = [one for one in fields() if one.safeguard == key and one.role != "fallback"]
        if any(is_open(field, answers) for field in own):
            assert state(key, seen) is not State.ON, (key, came)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
# A switch, and members nobody knows, where the listed ones go on below an object.
@example(name="archive", value=True, section="recording", level="group")
@example(name="archive", value={"who": 2}, section="recording", level="group")
@given(name=NAMES, value=ON, section=SECTIONS, level=st.sampled_from(["account", "user", "group"]))
def test_an_unknown_setting_that_may_capture_leaves_no_green_answer(
    name: str, value: object, section: str, level: str
) -> None:
    answers = responses()
    user = next(iter(answers[USER_SETTINGS]))
    body = {
        "account": answers[ACCOUNT_SETTINGS],
        "user": answers[USER_SETTINGS][user],
        "group": answers[GROUP_SETTINGS][GROUP],
    }[level]
    put(body["default"], f"{section}.{name}", value)
    seen = checking.judge(answers)
    assert states.worst(state(key, seen) for key in RECORDED) is not State.ON


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.recursive(
        st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["code", "recording", "in_meeting", "enable"]), inner)
        ),
        max_leaves=8,
    ),
    place=st.sampled_from([ACCOUNT_SETTINGS, ACCOUNT_LOCKS, USERS, USER_SETTINGS]),
)
def test_an_answer_that_is_none_gives_no_green(body: object, place: str) -> None:
    answers = {**responses(), place: {"default": body} if place.startswith("GET /acc") else body}
    seen = checking.judge(answers)
    unlocked = place == ACCOUNT_LOCKS
    if place == ACCOUNT_SETTINGS:
        assert {state(key, seen) for key in KEYS} & {State.ON} == set()
    elif not unlocked:
        opened = [k for k in KEYS if any(is_open(f, answers) for f in fields() if f.safeguard == k)]
        assert {state(key, seen) for key in opened} & {State.ON} == set()


def test_the_answers_that_these_tests_break_are_green_before() -> None:
    seen = checking.judge(responses())
    assert states.worst(state(key, seen) for key in RECORDED) is State.ON
