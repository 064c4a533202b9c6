"""Examples of what Zoom added since, of users that were not read and of settings nobody knows.

Each file names an example that it is based on, what it sets in it and what has to be found.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from notices.safeguards.checking import judge
from notices.safeguards.zoom.fields import FieldVerdict
from notices.safeguards.zoom.verdicts import USER_SETTINGS, USERS, verify

from .answers import EXAMPLES, NAMES, NEWER, example, put, responses
from .test_cases import check, recorded, state

NEWER_NAMES = sorted(path.name for path in EXAMPLES.glob("*.json") if path.name[:2] > "06")
# Zoom returned these two before the map knew them.
RETURNED_BEFORE = {"chat_ai_summary_off", "chat_ai_compose_off"}
each_example = pytest.mark.parametrize("name", NEWER_NAMES)


def answers_of(name: str) -> dict[str, Any]:
    """Return the answers of an example that is based on another one."""
    given = example(name)
    answers = responses(given["based_on"])
    for place, path, value in given["set"]:
        body = answers
        for key in place:
            body = body[key]
        put(body, path, value)
    if users := given.get("users"):
        names = [f"u-{number:02}" for number in range(users["listed"])]
        own = answers[USER_SETTINGS][users["like"]]
        answers[USERS] = {"users": [{"id": name} for name in names]}
        answers[USER_SETTINGS] = dict.fromkeys(names[: users["read"]], own)
    return answers


@each_example
def test_fields_have_the_expected_verdicts(name: str) -> None:
    reading = verify(answers_of(name))
    expected = example(name)["expected"]["settings"]
    assert {key: reading.fields[key].verdict.value for key in expected} == expected


@each_example
def test_what_the_map_does_not_know_is_reported(name: str) -> None:
    found = sorted({field.path for field in judge(answers_of(name)).new_fields})
    assert found == example(name)["expected"]["new_fields"]


@pytest.mark.usefixtures("starter")
@each_example
def test_states_answer_and_exit_are_as_expected(name: str, tmp_path: Path) -> None:
    expected = example(name)["expected"]
    code, _text = check(answers_of(name), tmp_path)
    assert (code, recorded().state) == (expected["exit"], expected["answer"])
    assert {key: state(key) for key in expected["states"]} == expected["states"]


@pytest.mark.parametrize("name", NAMES)
def test_the_older_examples_know_nothing_of_the_newer_rows(name: str) -> None:
    reading = verify(responses(name))
    unseen = NEWER - RETURNED_BEFORE
    assert {reading.fields[key].verdict for key in unseen} == {FieldVerdict.UNKNOWN}
