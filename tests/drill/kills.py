"""SIGKILL at random moments: of the workers that serve, and of commands that run beside them."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from .portal import Portal, manifest_of

COMMANDS = ("backup", "run_due_jobs", "prepare", "create_staff", "rebuild_derived")


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8")
    return [int(child) for child in listed.split()]


def kill(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        return True
    return False


def kill_workers(server: subprocess.Popen[str], kills: int, dice: random.Random) -> None:
    """Kill one worker after the other, each at a random moment of its work."""
    done = 0
    while done < kills:
        time.sleep(dice.uniform(0.05, 0.6))
        workers = children(server.pid)
        if workers:
            done += kill(dice.choice(workers))


class Commands(threading.Thread):
    """Commands that are killed beside the workers; what one acknowledged before counts as well."""

    def __init__(self, portal: Portal, kills: int, dice: random.Random) -> None:
        super().__init__()
        self.portal, self.kills, self.dice = portal, kills, dice
        self.killed: Counter[str] = Counter()
        self.acknowledged: set[str] = set()
        self.damaged: list[str] = []
        self._took: dict[str, float] = {}
        self._count = 0

    def run(self) -> None:
        # Each to its end first: a random moment needs to know how long it takes.
        for name in COMMANDS:
            began = time.monotonic()
            self._end(name, *self._start(name), None)
            self._took[name] = time.monotonic() - began
        while self.killed.total() < self.kills:
            name = self.dice.choice(COMMANDS)
            self._end(name, *self._start(name), self.dice.uniform(0, self._took[name]))

    def _start(self, name: str) -> tuple[subprocess.Popen[str], Path | str]:
        self._count += 1
        made: Path | str = ""
        words: list[str | Path] = [name]
        if name == "backup":
            made = self.portal.folder / f"cut-{self._count}.zip"
            words += [made]
        elif name == "create_staff":
            made = f"drill-{self._count}"
            words += [made, "--role=editor", "--email="]
        return self.portal.start(*words), made

    def _end(
        self,
        name: str,
        process: subprocess.Popen[str],
        made: Path | str,
        patience: float | None,
    ) -> None:
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=patience)
        if process.poll() is None and kill(process.pid):
            self.killed[name] += 1
        process.wait()
        if isinstance(made, Path) and made.exists():
            # The name stands for a whole file only.
            manifest_of(made)
            made.unlink()
        elif process.returncode == 0 and isinstance(made, str) and made:
            self.acknowledged.add(made)
        elif process.returncode > 0:
            self.damaged.append(name)


def kill_restores(
    portal: Portal, backup: Path, kills: int, whole: float, dice: random.Random
) -> int:
    """Kill restores into one portal at random moments of the `whole` seconds that one takes.

    Return how many were cut off: one that was quicker than its moment is tried anew.
    """
    killed = 0
    for _ in range(3 * kills):
        if killed == kills:
            break
        process = portal.start("restore", backup, "--overwrite")
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=dice.uniform(0.1, 1) * whole)
        if process.poll() is None and kill(process.pid):
            killed += 1
        process.wait()
        if process.returncode > 0:
            sys.exit("FAILED: a restore that was cut off cannot be repeated")
    if not killed:
        sys.exit("FAILED: no restore was cut off")
    return killed
