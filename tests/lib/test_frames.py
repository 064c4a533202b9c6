"""Calls need no memory of their own, however many others they stand below."""

from __future__ import annotations

import resource
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from notices.lib.frames import with_room

CALLS = 2_000
# Enough to come past the end of a piece wherever the test begins.
DEPTHS = range(300)


def faults() -> int:
    """Return how often the system had to give memory while it called a function."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _call in range(CALLS):
        _called(1, 2, 3)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def _called(one: int, _two: int, _three: int) -> int:
    return one


def below(depth: int, act: Callable[[], int]) -> int:
    return act() if depth == 0 else below(depth - 1, act)


def most_faults() -> int:
    return max(below(depth, faults) for depth in DEPTHS)


def test_with_room_no_depth_is_slow_and_without_it_some_are() -> None:
    # In threads of their own: the tests themselves run with room.
    with ThreadPoolExecutor(1) as thread:
        without = thread.submit(most_faults).result()
    with ThreadPoolExecutor(1) as thread:
        within = thread.submit(with_room, most_faults).result()
    assert within < CALLS / 10
    # If this fails, Python keeps the memory by itself, and `with_room` can go.
    assert without >= CALLS


def test_what_is_done_returns_its_value_and_raises_its_error() -> None:
    assert with_room(lambda: 3) == 3
    with pytest.raises(ZeroDivisionError):
        with_room(lambda: 1 // 0)
