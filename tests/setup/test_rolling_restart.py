"""Two machines behind one door, restarted one after the other: nobody is turned away meanwhile."""

from __future__ import annotations

import threading
import time
from collections import Counter
from contextlib import ExitStack, closing
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tests.servers import lupe

READERS = 3
PAGE = "/api/safeguards.json"


class Door:
    """Readers who are led to one machine after the other, and past one that takes no connection.

    It is what the shipped proxies do, and less: a request that a machine has taken must be
    answered there.
    """

    def __init__(self) -> None:
        self.ports: dict[str, int] = {}
        self.answered: Counter[str] = Counter()
        self.failed: list[str] = []
        self._ended = threading.Event()
        self._readers = [
            threading.Thread(target=self._read, args=(number,)) for number in range(READERS)
        ]

    def __enter__(self) -> Door:
        for reader in self._readers:
            reader.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        for reader in self._readers:
            reader.join(60)

    def wait_for(self, name: str) -> None:
        """Wait until this machine has answered again."""
        before, until = self.answered[name], time.monotonic() + 60
        while self.answered[name] == before:
            assert time.monotonic() < until, self.failed[:3]
            time.sleep(0.01)

    def _read(self, turn: int) -> None:
        while not self._ended.is_set():
            turn += 1
            self._ended.wait(0.01)
            machines = sorted(self.ports)
            first = turn % len(machines)
            self._ask([*machines[first:], *machines[:first]])

    def _ask(self, machines: list[str]) -> None:
        for name in machines:
            connection = HTTPConnection("127.0.0.1", self.ports[name], timeout=30)
            with closing(connection):
                try:
                    connection.connect()
                except ConnectionRefusedError:
                    continue
                try:
                    connection.request("GET", PAGE, headers={"Host": "localhost"})
                    answer = connection.getresponse()
                    answer.read()
                except (OSError, HTTPException) as error:
                    self.failed.append(f"{name}: {error!r}")
                    return
            self.answered[name] += 1
            if answer.status != 200:
                self.failed.append(f"{name}: {answer.status}")
            return
        self.failed.append("nobody answered")


def test_nobody_is_turned_away_while_one_machine_restarts_after_the_other(
    database: str, cache_url: str, tmp_path: Path
) -> None:
    door = Door()
    with ExitStack() as all_of_them:
        running = {name: all_of_them.enter_context(ExitStack()) for name in ("one", "two")}

        def begin(name: str) -> None:
            (tmp_path / name).mkdir(exist_ok=True)
            server = running[name].enter_context(
                lupe(tmp_path / name, database=database, prepare=False)
            )
            door.ports[name] = server.port

        for name in running:
            begin(name)
        with door:
            for name, other in (("one", "two"), ("two", "one")):
                door.wait_for(name)
                running[name].close()
                door.wait_for(other)
                begin(name)
                door.wait_for(name)
    assert door.failed == []
