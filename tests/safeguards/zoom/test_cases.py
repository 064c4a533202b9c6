"""Answers that once gave a green sentence which was not proven, and their like."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from notices.safeguards import new_settings
from notices.safeguards.board import now, timelines
from notices.safeguards.models import Check, Finding, Safeguard, SettingStatement
from notices.safeguards.states import State
from notices.safeguards.zoom.verdicts import ACCOUNT_SETTINGS, USER_SETTINGS, USERS
from tests.factories import make_user

from .answers import ALL_PROTECTED, EXAMPLES, responses
from .check_zoom.commands import check_zoom, from_file
from .conftest import Fake

CASES = Path(__file__).with_name("cases")

pytestmark = [pytest.mark.usefixtures("starter"), pytest.mark.thorough]


def case(name: str) -> Path:
    [path] = CASES.glob(f"{name}-*.json")
    return path


def check(answers: dict[str, Any], folder: Path) -> tuple[int, str]:
    file = folder / "answers.json"
    file.write_text(json.dumps({"responses": answers}))
    return from_file(file)


def state(key: str) -> State | None:
    return timelines.load().state_of(key, timezone.now())


def recorded() -> now.AnswerRow:
    return next(
        answer
        for answer in now.answers_at(timelines.load(), timezone.now())
        if answer.key == "recorded"
    )


def line_of(key: str, text: str) -> str:
    name = Safeguard.objects.get(key=key).name
    return next(line for line in text.splitlines() if line.startswith(f"{name}  "))


def test_archiving_saved_captions_and_bots_are_part_of_the_answer() -> None:
    assert from_file(case("00"))[0] == 1
    assert recorded().state is State.OFF
    for key in ("automatic_capture", "saved_captions", "recording_bots"):
        assert state(key) is State.OFF


def test_a_default_that_users_can_change_is_not_on_while_no_user_was_read() -> None:
    code, text = from_file(case("01"))
    assert code == 1
    assert state("cloud_recording") is State.DUE
    assert recorded().state is State.DUE
    assert "0 von 2 Konten gelesen" in line_of("cloud_recording", text)
    assert "0 von 2 Konten gelesen" in Client().get("/de/schutz/").content.decode()
    row = next(
        row
        for row in Client().get("/api/safeguards.json").json()["safeguards"]
        if row["key"] == "cloud_recording"
    )
    assert (row["state"], row["read"]["users_read"], row["read"]["users_total"]) == ("due", 0, 2)
    assert "0 von 2 Konten" in row["due_reason"]["de"]


@pytest.mark.parametrize(("name", "lock"), [("02", "unlocked"), ("02b", "unknown")])
def test_what_zooms_intelligence_may_still_do_takes_the_broad_sentence_away(
    name: str, lock: str
) -> None:
    assert from_file(case(name))[0] == 1
    assert state("ai_features") is State.OFF
    finding = Finding.objects.filter(safeguard__key="ai_features").last()
    assert finding is not None
    assert finding.lock == lock
    assert recorded().state is State.OFF


@pytest.mark.parametrize("status", [400, 401])
def test_a_missing_permission_under_another_number_is_named(
    fake: Fake, waits: list[float], status: int
) -> None:
    scenario = json.loads(case("03").read_text())
    scenario["bundle"] = "../examples/01-all-protected.json"
    scenario["faults"][0]["status"] = status
    fake.play(scenario)
    code, text = check_zoom()
    assert code == 2
    assert "account:read:settings:admin" in text
    assert fake.calls("/v2/accounts") == 1
    assert fake.calls("/v2/users") == 0


def test_a_daily_limit_ends_the_asking_and_keeps_what_the_account_said(
    fake: Fake, waits: list[float]
) -> None:
    scenario = json.loads(case("05").read_text())
    scenario["bundle"] = "../examples/01-all-protected.json"
    fake.play(scenario)
    assert check_zoom()[0] == 1
    assert waits == []
    assert fake.calls("/v2/users/u-") == 1
    # Locked for everybody, so no user has to be read; the rest was not covered.
    check = Check.objects.latest("recorded_at")
    covered = set(check.safeguards.values_list("key", flat=True))
    assert "cloud_recording" in covered
    asked = len(fake.state["requests"])
    assert check_zoom()[0] == 2
    assert len(fake.state["requests"]) == asked


@pytest.mark.parametrize(
    ("read", "total", "expected"), [(19, 20, State.ON), (18, 20, State.DUE), (0, 0, State.DUE)]
)
def test_95_in_100_users_have_to_be_read(
    read: int, total: int, expected: State, tmp_path: Path
) -> None:
    answers = {
        ACCOUNT_SETTINGS: {"default": {"recording": {"cloud_recording": False}}},
        USERS: {"users": [{"id": f"u{number}"} for number in range(total)]},
        USER_SETTINGS: {
            f"u{number}": {"default": {"recording": {"cloud_recording": False}}}
            for number in range(read)
        },
    }
    check(answers, tmp_path)
    assert state("cloud_recording") is expected


def test_who_is_gone_does_not_count(tmp_path: Path) -> None:
    answers = responses(ALL_PROTECTED)
    answers[USERS]["users"].append({"id": "u-left"})
    answers[USER_SETTINGS]["u-left"] = {"default": {"code": 1001, "message": "User not exist"}}
    assert check(answers, tmp_path)[0] == 0
    finding = Finding.objects.filter(safeguard__key="password").last()
    assert finding is not None
    assert (finding.users_read, finding.users_total) == (2, 2)


@pytest.mark.parametrize("place", ["account", "user", "group"])
@pytest.mark.parametrize("value", [True, None, 1, "everyone", {"enable": True}, [1]])
def test_an_unknown_setting_that_may_capture_makes_the_answer_due(
    place: str, value: object, tmp_path: Path
) -> None:
    answers = responses(ALL_PROTECTED)
    bodies = {
        "account": answers[ACCOUNT_SETTINGS],
        "user": answers[USER_SETTINGS]["u-verwaltung-01"],
        "group": answers["GET /groups/{groupId}/settings"]["g-verwaltung"],
    }
    bodies[place]["default"]["in_meeting"]["live_note_taker"] = value
    code, text = check(answers, tmp_path)
    assert code == 1
    assert "in_meeting.live_note_taker" in text
    assert recorded().state is State.DUE
    assert "in_meeting.live_note_taker" in recorded().due_reason
    assert "live_note_taker" in Client().get("/de/").content.decode()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("live_note_taker", False),
        ("live_note_taker", "none"),
        ("live_note_taker", {"enable": False, "who": 3}),
        ("live_note_taker", []),
        ("main_email_noted", True),
        ("recorder_colour", True),
    ],
)
def test_what_is_off_or_only_looks_like_capturing_is_reported_and_nothing_more(
    name: str, value: object, tmp_path: Path
) -> None:
    answers = responses(ALL_PROTECTED)
    answers[ACCOUNT_SETTINGS]["default"]["in_meeting"][name] = value
    code, text = check(answers, tmp_path)
    assert code == 0
    assert f"in_meeting.{name}" in text


def test_two_people_say_that_a_setting_captures_nothing(tmp_path: Path, settings: Any) -> None:
    settings.FOUR_EYES = True
    answers = responses(ALL_PROTECTED)
    answers[ACCOUNT_SETTINGS]["default"]["in_meeting"]["summary_colour"] = True
    check(answers, tmp_path)
    one, other = make_user("editor"), make_user("reviewer")
    said = new_settings.say(
        "in_meeting.summary_colour", captures=False, what_it_does="A colour.", by=one
    )
    check(answers, tmp_path)
    assert recorded().state is State.DUE
    with pytest.raises(new_settings.SamePerson):
        new_settings.confirm(said, by=one)
    new_settings.confirm(said, by=other)
    assert check(answers, tmp_path)[0] == 0
    assert recorded().state is State.ON


def test_one_person_is_enough_to_say_that_a_setting_captures(tmp_path: Path) -> None:
    answers = responses(ALL_PROTECTED)
    answers[ACCOUNT_SETTINGS]["default"]["in_meeting"]["summary_colour"] = True
    check(answers, tmp_path)
    new_settings.say(
        "in_meeting.summary_colour", captures=True, what_it_does="Writes.", by=make_user()
    )
    check(answers, tmp_path)
    assert recorded().state is State.OFF
    assert SettingStatement.objects.get().counts


def test_an_answer_that_is_none_leaves_what_it_would_have_said_as_it_was(tmp_path: Path) -> None:
    assert from_file(EXAMPLES / ALL_PROTECTED)[0] == 0
    findings = Finding.objects.filter(safeguard__key="waiting_room").count()
    answers = responses(ALL_PROTECTED)
    answers[ACCOUNT_SETTINGS]["meeting_security"] = {"code": 300, "message": "Validation Failed."}
    assert check(answers, tmp_path)[0] == 1
    assert Finding.objects.filter(safeguard__key="waiting_room").count() == findings
    assert state("waiting_room") is State.ON


def test_what_may_capture_stays_open_until_the_place_where_it_stood_was_read(
    tmp_path: Path,
) -> None:
    answers = responses(ALL_PROTECTED)
    own = answers[USER_SETTINGS]["u-verwaltung-01"]["default"]["in_meeting"]
    own["live_note_taker"] = True
    check(answers, tmp_path)
    del own["live_note_taker"]
    check({**answers, USER_SETTINGS: {}}, tmp_path)
    assert state(new_settings.KEY) is State.DUE
    check(answers, tmp_path)
    assert state(new_settings.KEY) is State.ON


def test_a_body_with_a_doubled_key_is_unread_and_not_protected(tmp_path: Path) -> None:
    text = (EXAMPLES / ALL_PROTECTED).read_text()
    doubled = text.replace(
        '"cloud_recording": false', '"cloud_recording": true, "cloud_recording": false', 1
    )
    file = tmp_path / "doubled.json"
    file.write_text(doubled)
    before = Finding.objects.filter(safeguard__key="cloud_recording").count()
    assert from_file(file)[0] == 1
    assert Finding.objects.filter(safeguard__key="cloud_recording").count() == before
