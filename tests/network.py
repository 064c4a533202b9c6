"""No network inside a transaction: whoever is slow there would hold the locks of everybody."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest
from django.core.mail import EmailMessage
from django.db import connections

INTERNET = (socket.AF_INET, socket.AF_INET6)


class NetworkInTransaction(AssertionError):
    """Code under test went to the network while its transaction was open."""


@contextmanager
def none_inside_transactions() -> Iterator[None]:
    """Refuse mail, HTTP and sockets of the internet in any transaction begun from here on.

    What is open already belongs to the test, not to what it tries. The database itself connects
    in C, past this.
    """
    before = _depths()

    def guarded(act: Callable[..., Any], is_meant: Callable[..., bool]) -> Callable[..., Any]:
        def checked(*args: Any, **kwargs: Any) -> Any:
            now = _depths()
            deeper = [alias for alias, depth in now.items() if depth > before.get(alias, 0)]
            if deeper and is_meant(*args):
                raise NetworkInTransaction(
                    f"{act.__qualname__} inside a transaction: end it first, or wait for on_commit"
                )
            return act(*args, **kwargs)

        return checked

    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            act = getattr(socket.socket, name)
            patch.setattr(socket.socket, name, guarded(act, _is_internet))
        for owner in (httpx2.Client, EmailMessage):
            patch.setattr(owner, "send", guarded(owner.send, lambda *args: True))
        yield


def _is_internet(own: socket.socket, *args: object) -> bool:
    return own.family in INTERNET


def _depths() -> dict[str, int]:
    """Return how many transactions are open, one in another, on the connections of this thread."""
    return {one.alias: len(one.atomic_blocks) for one in connections.all(initialized_only=True)}
