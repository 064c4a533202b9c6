"""No network inside a transaction: whoever is slow there would hold the locks of everybody."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import httpx2
from django.core.mail import EmailMessage
from django.db import connections

INTERNET = (socket.AF_INET, socket.AF_INET6)


class NetworkInTransaction(AssertionError):
    """Code under test went to the network while its transaction was open."""


class _Test:
    """How many transactions were open when the running test began; None between tests."""

    began_with: dict[str, int] | None = None


def watch() -> None:
    """Put the guards in place for good.

    Once, not test by test: what a test patches over them it gives back only after its call, and
    a guard that had gone meanwhile would come back with the numbers of that test.
    """
    for name in ("connect", "connect_ex"):
        setattr(socket.socket, name, _guarded(getattr(socket.socket, name), _is_internet))
    for owner in (httpx2.Client, EmailMessage):
        owner.send = _guarded(owner.send, lambda *args: True)  # type: ignore[method-assign]


@contextmanager
def none_inside_transactions() -> Iterator[None]:
    """Refuse mail, HTTP and sockets of the internet in any transaction begun from here on.

    What is open already belongs to the test, not to what it tries. The database itself connects
    in C, past this.
    """
    before, _Test.began_with = _Test.began_with, _depths()
    try:
        yield
    finally:
        _Test.began_with = before


def _guarded(act: Callable[..., Any], is_meant: Callable[..., bool]) -> Callable[..., Any]:
    @wraps(act)
    def checked(*args: Any, **kwargs: Any) -> Any:
        if (before := _Test.began_with) is not None:
            deeper = any(depth > before.get(alias, 0) for alias, depth in _depths().items())
            if deeper and is_meant(*args):
                raise NetworkInTransaction(
                    f"{act.__qualname__} inside a transaction: end it first, or wait for on_commit"
                )
        return act(*args, **kwargs)

    return checked


def _is_internet(own: socket.socket, *args: object) -> bool:
    return own.family in INTERNET


def _depths() -> dict[str, int]:
    """Return how many transactions are open, one in another, on the connections of this thread."""
    return {one.alias: len(one.atomic_blocks) for one in connections.all(initialized_only=True)}
