"""`make quick` starts no program: tests that do are told apart, and no other one may."""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress

import pytest
from django.conf import settings

from tests import processes, servers


@pytest.fixture
def program() -> int:
    return subprocess.run(["true"]).returncode


def _in_a_helper() -> int:
    return servers.free_port() if os.environ.get("NOWHERE") else 0


def _in_the_helper_of_a_helper() -> object:
    return [servers.lupe for _each in range(1)]


def test_a_test_is_known_by_what_its_fixtures_start(
    program: int, request: pytest.FixtureRequest
) -> None:
    assert program == 0
    assert request.node.get_closest_marker("processes")


def test_a_test_is_known_by_what_its_helpers_start() -> None:
    assert processes.are_reached_from(_in_the_helper_of_a_helper)
    assert not processes.are_reached_from(_in_a_helper)


def test_any_other_test_is_refused_a_program(request: pytest.FixtureRequest) -> None:
    assert not request.node.get_closest_marker("processes")
    refused = pytest.raises(processes.StartsProgram, match="mark it `processes`")
    with refused, processes.none_started():
        os.system("true")  # noqa: S605 - refused


def test_code_that_takes_the_refusal_for_an_answer_hides_nothing() -> None:
    with (
        pytest.raises(processes.StartsProgram),
        processes.none_started(),
        suppress(AssertionError),
    ):
        os.system("true")  # noqa: S605 - refused


def test_the_quick_run_leaves_out_these_and_the_long_walks() -> None:
    [line] = [
        one for one in (settings.BASE_DIR / "Makefile").read_text().splitlines() if "-n 2" in one
    ]
    assert '-m "not browser and not processes and not thorough"' in line
