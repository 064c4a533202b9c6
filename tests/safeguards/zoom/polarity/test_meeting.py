"""Every member of a meeting, flipped, removed and mistyped, gives what the map says."""

from __future__ import annotations

from typing import Any

import pytest

from notices.safeguards.zoom.verdicts import (
    read_meeting,
    verify,
    verify_meeting,
)
from tests.safeguards.zoom.answers import (
    BY_KEY,
    OLDER_PLAN,
    opposites,
    responses,
)
from tests.safeguards.zoom.polarity.fields import with_value

pytestmark = pytest.mark.thorough

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
