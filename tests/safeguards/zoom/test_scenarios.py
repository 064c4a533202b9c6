"""Every scenario of the stand-in, end to end over real HTTP."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as portal_settings
from pytest_django.fixtures import Settings

from notices.safeguards.zoom import client
from notices.safeguards.zoom.account import MEETING, Answers, Refused, read_account
from notices.safeguards.zoom.as_json import as_json
from notices.safeguards.zoom.errors import (
    BadAnswer,
    MissingScope,
    NotFound,
    NotInPlan,
    OutOfOrder,
    RateLimited,
    Redirected,
    TooLarge,
    Unauthorised,
    Unreachable,
    ZoomError,
)
from notices.safeguards.zoom.verdicts import (
    ACCOUNT_LOCKS,
    ACCOUNT_SETTINGS,
    GROUP_SETTINGS,
    GROUPS,
    USER_SETTINGS,
    USERS,
    verify,
    verify_meeting,
)
from tests import kept_portal

from .conftest import TOKEN_PATH, Fake, example

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("waits"), pytest.mark.thorough]

EXAMPLES = ["01", "02", "03", "04", "05"]
ACCOUNT = "/v2/accounts/*/settings"


def read(**options: Any) -> Answers:
    with client.connect() as zoom:
        return read_account(zoom, **options)


def of_users(answers: Answers) -> list[Refused]:
    return [refused for refused in answers.refused if refused.operation == USER_SETTINGS]


def scenario(*faults: dict[str, Any], **token: Any) -> dict[str, Any]:
    return {"bundle": "../examples/01-all-protected.json", "token": token, "faults": list(faults)}


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_is_kept_of_the_answers_reads_like_the_whole(fake: Fake, name: str) -> None:
    responses = example(name)
    fake.play({"bundle": {"responses": responses}})
    meetings = list(responses[MEETING])
    answers = read(meetings=meetings)
    kept, whole = verify(answers.responses), verify(responses)
    assert as_json(kept) == as_json(whole)
    for meeting in meetings:
        found = verify_meeting(kept, answers.responses[MEETING][meeting])
        assert found == verify_meeting(whole, responses[MEETING][meeting])


def test_nothing_personal_is_kept(fake: Fake) -> None:
    fake.play({"bundle": {"responses": example("05")}})
    kept = json.dumps(read(meetings=["98765432101"]).responses)
    for word in ("@", "Muster", "Verwaltung", "join_url", '"topic"', "PLACEHOLDER"):
        assert word not in kept


def test_everything_answers(fake: Fake) -> None:
    answers = read()
    # The examples have no such bodies of groups.
    assert [(refused.operation, refused.option) for refused in answers.refused] == [
        (GROUP_SETTINGS, "meeting_authentication"),
        (GROUP_SETTINGS, "recording_authentication"),
    ]
    assert answers.responses[USERS] == {
        "users": [{"id": "u-verwaltung-01"}, {"id": "u-verwaltung-02"}]
    }
    assert {request["method"] for request in fake.state["requests"][1:]} == {"GET"}
    assert fake.tokens_issued == 1


def test_a_flaky_line_is_survived(
    fake: Fake, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "STEP", 1.0)  # the slow answer takes three seconds
    fake.play("flaky-wire")
    assert as_json(verify(read().responses)) == as_json(verify(example("01")))
    assert len(waits) == 5
    assert all(0 < wait <= client.LONGEST_WAIT for wait in waits)


def test_a_limit_is_waited_for(fake: Fake, waits: list[float]) -> None:
    fake.play("rate-limited")
    assert as_json(verify(read().responses)) == as_json(verify(example("02")))
    assert waits[0] == 1.0
    assert 0 < waits[1] <= 2.0


def test_a_small_plan_leaves_what_it_does_not_return_unknown(fake: Fake) -> None:
    fake.play("small-plan")
    answers = read()
    assert answers.responses[ACCOUNT_LOCKS] == {}
    assert {
        (refused.operation, refused.option, type(refused.error)) for refused in answers.refused
    } >= {
        (ACCOUNT_LOCKS, "", NotInPlan),
        (ACCOUNT_LOCKS, "meeting_security", NotInPlan),
        (ACCOUNT_SETTINGS, "meeting_security", NotInPlan),
    }
    assert as_json(verify(answers.responses)) == as_json(verify(example("03")))


def test_a_missing_permission_is_named_and_the_rest_is_read(fake: Fake) -> None:
    fake.play("unauthorised")
    answers = read()
    missing = {
        scope
        for refused in answers.refused
        if isinstance(refused.error, MissingScope)
        for scope in refused.error.scopes
    }
    assert missing == {"account:read:lock_settings:admin", "group:read:list_groups:admin"}
    assert answers.responses[ACCOUNT_LOCKS] == {}
    assert answers.responses[GROUPS] == {"groups": []}
    assert verify(answers.responses).items[1].verdict == "protected"
    assert fake.tokens_issued == 1


def test_a_permission_that_users_lack_is_asked_for_once(fake: Fake) -> None:
    fake.play(scenario(scope="account:read:settings:admin user:read:list_users:admin"))
    assert read().responses[USER_SETTINGS] == {}
    asked = [
        request["query"].get("option")
        for request in fake.state["requests"]
        if request["path"].startswith("/v2/users/")
    ]
    assert len(asked) == len(set(asked))


def test_tokens_that_live_for_two_seconds_are_renewed_in_time(
    fake: Fake, waits: list[float]
) -> None:
    fake.play("token-expiry")
    with client.connect() as zoom:
        read_account(zoom)
        fake.advance(3)
        read_account(zoom)
    assert 2 <= fake.tokens_issued <= 6
    assert waits  # the second request for a token failed once


def test_two_processes_share_a_token_although_a_new_one_ends_the_old(
    fake: Fake, tmp_path: Path
) -> None:
    wait = {"match": {"path": TOKEN_PATH}, "delay_s": 1}
    fake.play(scenario(wait, invalidate_previous=True))
    env = {
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": "only-for-tests-" * 4,
        "ZOOM_ACCOUNT_ID": "acc-demo",
        "ZOOM_CLIENT_ID": "demo-client",
        "ZOOM_CLIENT_SECRET": "demo-secret",
        "ZOOM_OAUTH_URL": fake.base + TOKEN_PATH,
        "ZOOM_API_URL": fake.base + "/v2",
    }
    kept_portal.begin_without_rows(tmp_path)
    run: dict[str, Any] = {"cwd": portal_settings.BASE_DIR, "env": env, "text": True}
    code = (
        "from notices.safeguards.zoom import account, client\n"
        "with client.connect() as zoom: print(len(account.read_account(zoom).refused))"
    )
    shell = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
    readers = [
        subprocess.Popen(shell, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **run)
        for _ in range(2)
    ]
    ends = [(*reader.communicate(timeout=300), reader.returncode) for reader in readers]
    assert [(out, code) for out, _err, code in ends] == [("2\n", 0)] * 2, ends
    assert fake.tokens_issued == 1


def many_users(count: int, noise: int = 10_000) -> dict[str, Any]:
    """Return answers of a large account whose bodies hold much that we do not need."""
    responses = example("01")
    bodies = responses[USER_SETTINGS]["u-verwaltung-01"]
    bodies["default"]["noise"] = "x" * noise
    names = [f"user-{number:03}" for number in range(count)]
    responses[USERS] = {"users": [{"id": name, "status": "active"} for name in names]}
    responses[USER_SETTINGS] = dict.fromkeys(names, bodies)
    return responses


def test_650_users_are_read_in_pages_while_the_token_ends(fake: Fake, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle.json"
    bundle.write_text(json.dumps(many_users(650)), encoding="utf-8")
    fake.play({"bundle": str(bundle)})
    heard: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        heard.append((done, total))
        if done == 300:
            fake.advance(3601)

    before = time.process_time()
    answers = read(progress=progress)
    computed = time.process_time() - before
    assert heard == [(done, 650) for done in range(1, 651)]
    assert len(answers.responses[USER_SETTINGS]) == 650
    assert of_users(answers) == []
    assert fake.tokens_issued == 2
    pages = [r for r in fake.state["requests"] if r["path"] == "/v2/users"]
    assert len(pages) == 3
    assert len(json.dumps(answers.responses)) < 5_000_000 < bundle.stat().st_size
    # Seconds of this process's own work; waiting for the wire does not count.
    assert computed < 60


def peak_of_reading(fake: Fake, bundle: Path) -> int:
    """Return how many bytes reading and judging an account takes at most."""
    fake.play({"bundle": str(bundle)})
    # Not `ru_maxrss`: a process inherits it from the one that started it.
    tracemalloc.start()
    try:
        answers = read()
        verify(answers.responses)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_the_memory_that_reading_takes_does_not_grow_with_what_users_answer(
    fake: Fake, tmp_path: Path
) -> None:
    read()  # all code is loaded and has run once
    peaks = {}
    for count in (20, 200):
        bundle = tmp_path / f"{count}.json"
        bundle.write_text(json.dumps(many_users(count, noise=100_000)), encoding="utf-8")
        peaks[count] = peak_of_reading(fake, bundle)
    came_over_the_wire = (tmp_path / "200.json").stat().st_size
    assert came_over_the_wire > 20_000_000
    # Ten times the users may cost a little more each, but nothing near what they answered.
    assert 0 < peaks[20] < peaks[200] < came_over_the_wire / 2
    assert peaks[200] - peaks[20] < came_over_the_wire / 3


def test_a_user_who_left_in_the_meantime_is_told(fake: Fake) -> None:
    responses = example("01")
    del responses[USER_SETTINGS]["u-verwaltung-02"]
    fake.play({"bundle": {"responses": responses}})
    answers = read()
    [refused] = of_users(answers)
    assert (refused.subject, type(refused.error)) == ("u-verwaltung-02", NotFound)
    users = verify(answers.responses).users
    assert (users.read, users.listed) == (1, 2)


def test_one_user_who_cannot_be_read_does_not_end_the_check(fake: Fake) -> None:
    broken = {"match": {"path": "/v2/users/u-verwaltung-01/*", "option": None}, "status": 500}
    fake.play(scenario(broken))
    answers = read()
    [refused] = of_users(answers)
    assert (refused.subject, refused.option) == ("u-verwaltung-01", "")
    assert isinstance(refused.error, OutOfOrder)


def test_one_failure_after_the_other_ends_the_check(fake: Fake) -> None:
    fake.play(scenario({"match": {"path": "/v2/users/*"}, "status": 500}))
    with pytest.raises(OutOfOrder):
        read()
    assert fake.calls("/v2/users/") == 3 * client.ATTEMPTS


def test_patience_ends(fake: Fake, waits: list[float]) -> None:
    fake.play(
        scenario({"match": {"path": "/v2/*"}, "status": 429, "headers": {"Retry-After": "9"}})
    )
    with client.connect(patience=20) as zoom, pytest.raises(RateLimited):
        read_account(zoom)
    assert waits == [9, 9]


@pytest.mark.parametrize(
    ("fault", "error", "attempts"),
    [
        ({"status": 500}, OutOfOrder, client.ATTEMPTS),
        (
            {"status": 503, "content_type": "text/html", "raw_body": "<p>"},
            OutOfOrder,
            client.ATTEMPTS,
        ),
        ({"drop": True}, Unreachable, client.ATTEMPTS),
        ({"truncate_at": 400}, Unreachable, client.ATTEMPTS),
        ({"truncate_at": 400, "truncate_clean": True}, BadAnswer, client.ATTEMPTS),
        ({"content_type": "text/html"}, BadAnswer, client.ATTEMPTS),
        ({"encoding": "utf-16"}, BadAnswer, client.ATTEMPTS),
        ({"raw_body": "[" * 100_000}, BadAnswer, client.ATTEMPTS),
        ({"raw_body": '{"recording": NaN}'}, BadAnswer, client.ATTEMPTS),
        ({"status": 204}, BadAnswer, client.ATTEMPTS),
        ({"pad_bytes": client.LARGEST_ANSWER}, TooLarge, 1),
        ({"status": 302, "headers": {"Location": "/v2/users"}}, Redirected, 1),
        ({"status": 401, "body": {"code": 124, "message": "no"}}, Unauthorised, 2),
        ({"status": 404, "body": {"code": 2001, "message": "no"}}, NotFound, 5),
    ],
)
def test_an_account_that_cannot_be_read_is_one_error(
    fake: Fake, fault: dict[str, Any], error: type[ZoomError], attempts: int
) -> None:
    fake.play(scenario({"match": {"path": ACCOUNT}, **fault}))
    with pytest.raises(error) as raised:
        read()
    assert type(raised.value) is error
    assert raised.value.__cause__ is raised.value.__context__ is None
    assert fake.calls("/v2/accounts/") == attempts


def test_an_answer_that_trickles_in_is_not_waited_for(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "WHOLE_ANSWER", 0.2)
    monkeypatch.setattr(client, "ATTEMPTS", 1)
    fake.play(scenario({"match": {"path": ACCOUNT}, "trickle_s": 2}))
    with pytest.raises(Unreachable):
        read()


def test_a_server_that_is_not_there_is_one_error(fake: Fake, settings: Settings) -> None:
    settings.ZOOM_OAUTH_URL = "http://127.0.0.1:9/oauth/token"
    with pytest.raises(Unreachable):
        read()
