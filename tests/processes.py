"""Which tests start programs: told from what they name, and refused to all others.

`make quick` leaves them out. What a fixture of the session starts, all tests share: it starts
once, and makes none of them slow.
"""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

EVENTS = frozenset({"subprocess.Popen", "os.posix_spawn", "os.system", "os.fork", "os.forkpty"})
SENTENCE = (
    "This test starts a program, and nothing in it says so: mark it `processes`, "
    "or ask the code without a program."
)


class StartsProgram(AssertionError):
    """A test that is not marked `processes` started a program."""

    def __init__(self, what: object) -> None:
        super().__init__(f"{SENTENCE} It was: {what!r:.200}")


class _Test:
    """What the running test was refused; None where programs may be started."""

    refused: list[StartsProgram] | None = None


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if _Test.refused is not None and event in EVENTS:
        error = StartsProgram(arguments[:2] or event)
        _Test.refused.append(error)
        raise error


@contextmanager
def none_started() -> Iterator[None]:
    """Refuse programs, and say so at the end even where the code took the error as an answer."""
    before, _Test.refused = _Test.refused, []
    try:
        yield
        if _Test.refused:
            raise _Test.refused[0]
    finally:
        _Test.refused = before


@contextmanager
def may_be_started() -> Iterator[None]:
    before, _Test.refused = _Test.refused, None
    try:
        yield
    finally:
        _Test.refused = before


class Guard:
    """Refuse programs to every test that is not known to start some."""

    def __init__(self) -> None:
        # It sees every way to start one, and stays for good.
        sys.addaudithook(_refuse)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Iterator[None]:
        with _guarded(item):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        with _guarded(item):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Iterator[None]:
        """Let the session start what its tests have in common, whichever test comes first."""
        is_common = fixturedef.scope == "session"
        with may_be_started() if is_common else nullcontext():
            return (yield)


def _guarded(item: pytest.Item) -> AbstractContextManager[None]:
    is_known = item.get_closest_marker("processes") or item.get_closest_marker("browser")
    return may_be_started() if is_known else none_started()


def are_named_by(item: pytest.Item) -> bool:
    """Say whether a test, or a fixture that is not the session's, starts programs by its words."""
    case = getattr(item, "cls", None)
    prepared = [getattr(case, name, None) for name in ("setUp", "setUpClass", "setUpTestData")]
    fixtures = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
    own = [one.func for all_of in fixtures.values() for one in all_of if one.scope != "session"]
    functions = [getattr(item, "function", None), *prepared, *own]
    return any(are_reached_from(one) for one in functions if one is not None)


@cache
def are_reached_from(start: Callable[..., Any]) -> bool:
    """Say whether a function leads to `subprocess` through functions and classes of the tests."""
    seen: set[int] = set()
    waiting: list[Any] = [start]
    while waiting:
        value = waiting.pop()
        if value is subprocess or getattr(value, "__module__", "") == "subprocess":
            return True
        if id(value) not in seen:
            seen.add(id(value))
            waiting += _named_by(value)
    return False


def _named_by(value: Any) -> Iterator[Any]:
    """Yield what a function or a class of the tests names."""
    if isinstance(value, type) and value.__module__.startswith("tests."):
        yield from (getattr(one, "fget", None) or one for one in vars(value).values())
        yield from value.__bases__
        return
    function = inspect.unwrap(getattr(value, "__func__", value))
    if inner := getattr(function, "hypothesis", None):
        function = inspect.unwrap(inner.inner_test)
    if not isinstance(function, FunctionType) or not function.__module__.startswith("tests."):
        return
    names = set(_names(function.__code__))
    for name in names & function.__globals__.keys():
        found = function.__globals__[name]
        yield found
        if isinstance(found, ModuleType) and found.__name__.startswith("tests."):
            yield from (vars(found)[inside] for inside in names & vars(found).keys())


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for inside in code.co_consts:
        if isinstance(inside, CodeType):
            yield from _names(inside)
