"""Outages of every kind: what kept pages, the health page and all the rest do meanwhile."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sqlite3
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlsplit

import psycopg

from tests.servers import Reader, Relay, Server, lupe

from .serving import PAGE, own_database

Report = Callable[[str], None]
Act = Callable[[], None]

# Never kept: each answer asks the database.
OTHER = "/de/fragen/?q=zoom"
CROWD = 150
READS = 300
MEGABYTES = 64
# What a search reads.
TABLES = ("faq_question", "editions_edition", "safeguards_safeguard")


def run(report: Report) -> None:
    """Print for each fault how many kept pages failed, and how long the rest took."""
    with small_disk() as disk:
        if disk is None:
            report("disk full: needs the right to mount one")
        else:
            _on_a_small_disk(report, disk)
    with tempfile.TemporaryDirectory() as name:
        _in_the_file(report, Path(name))
    url = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
    with tempfile.TemporaryDirectory() as name, own_database(url) as own:
        if own:
            _in_the_server(report, Path(name), own)
        else:
            report("PostgreSQL: no server answers; name one in TEST_POSTGRES_URL")


@contextmanager
def small_disk() -> Iterator[Path | None]:
    """Yield a real disk of a few megabytes, or nothing where none may be mounted."""
    folder = Path(tempfile.mkdtemp())
    command = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "lupe", str(folder)]
    try:
        is_there = subprocess.run(command, capture_output=True).returncode == 0
        yield folder if is_there else None
        if is_there:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _on_a_small_disk(report: Report, disk: Path) -> None:
    filler = disk / "filler"

    def fill() -> None:
        with suppress(OSError), filler.open("wb") as file:
            while True:
                file.write(b"x" * 2**16)
                file.flush()

    with lupe(disk) as portal:
        _warm(portal)
        measure(report, "disk full", portal, fill, filler.unlink)


def _in_the_file(report: Report, folder: Path) -> None:
    file = folder / "portal.sqlite3"

    def ask(statement: str) -> None:
        with closing(sqlite3.connect(file, timeout=20)) as connection:
            connection.execute(statement)
            connection.commit()

    with lupe(folder) as portal:
        _warm(portal)
        measure(
            report,
            "table missing",
            portal,
            lambda: ask("ALTER TABLE faq_question RENAME TO lost"),
            lambda: ask("ALTER TABLE lost RENAME TO faq_question"),
        )
        ask("PRAGMA wal_checkpoint(TRUNCATE)")
        good = file.read_bytes()
        measure(
            report,
            "file corrupt",
            portal,
            lambda: _overwrite(file, os.urandom(len(good))),
            lambda: _overwrite(file, good),
        )


def _overwrite(file: Path, content: bytes) -> None:
    with file.open("r+b") as opened:
        opened.write(content)


def _in_the_server(report: Report, folder: Path, database: str) -> None:
    parts = urlsplit(database)
    relay = Relay(parts.hostname or "", parts.port or 5432)
    user = f"{parts.username}:{parts.password}@" if parts.password else f"{parts.username}@"
    through = parts._replace(netloc=f"{user}127.0.0.1:{relay.port}").geturl()
    name = parts.path.lstrip("/")

    def is_now(state: str) -> Act:
        def change() -> None:
            relay.state = state
            if state == "stopped":
                relay.cut()

        return change

    with (
        lupe(folder, database=through) as portal,
        psycopg.connect(database, autocommit=True) as server,
        psycopg.connect(database) as holder,
    ):

        def read_only(value: str) -> Act:
            def change() -> None:
                server.execute(
                    f"ALTER DATABASE {name} SET default_transaction_read_only = {value}".encode()
                )
                relay.cut()

            return change

        def lock() -> None:
            holder.execute(f"LOCK TABLE {', '.join(TABLES)} IN ACCESS EXCLUSIVE MODE".encode())

        _warm(portal)
        measure(report, "PostgreSQL stopped", portal, is_now("stopped"), is_now("open"))
        measure(report, "PostgreSQL frozen", portal, is_now("frozen"), is_now("open"))
        measure(report, "tables locked", portal, lock, holder.rollback)
        measure(report, "PostgreSQL read-only", portal, read_only("on"), read_only("off"))
        _restarted_while_idle(report, portal, relay)


def _restarted_while_idle(report: Report, portal: Server, relay: Relay) -> None:
    time.sleep(5)
    relay.cut()
    time.sleep(1)
    took = [_timed(portal, OTHER) for _ in range(4)]
    answers = ", ".join(f"{status} in {milliseconds:.0f} ms" for status, milliseconds in took)
    report(f"PostgreSQL restarted while idle: the next four readers get {answers}")


def _warm(portal: Server) -> None:
    for _ in range(3):
        _timed(portal, PAGE)
        time.sleep(1)


def measure(report: Report, name: str, portal: Server, break_it: Act, mend: Act) -> None:
    """Break something while 150 wait for it; report kept pages, health, the rest and its end."""
    time.sleep(2)
    crowd = multiprocessing.get_context("fork").Process(target=_crowd, args=(portal,))
    break_it()
    try:
        crowd.start()
        kept, health = [], []
        for _ in range(READS):
            kept.append(_timed(portal, PAGE))
            health.append(_timed(portal, "/healthz")[1])
        # With nobody waiting in front of it.
        crowd.join(20)
        time.sleep(1)
        status, other = _timed(portal, OTHER)
    finally:
        mend()
    start = time.perf_counter()
    # Whoever is not back after half a minute never comes back by itself.
    while _timed(portal, OTHER)[0] != 200 and time.perf_counter() - start < 30:
        time.sleep(0.02)
    back = (time.perf_counter() - start) * 1000
    failed = sum(status != 200 for status, _took in kept)
    slowest = quantiles([took for _status, took in kept], n=100, method="inclusive")[98]
    report(
        f"{name}: {failed} of {READS} kept pages failed, p99 {slowest:.1f} ms; "
        f"health at most {max(health):.0f} ms; another page {status} in {other:.0f} ms; "
        f"back after {back:.0f} ms"
    )


def _timed(server: Server, path: str) -> tuple[int, float]:
    """Return status and milliseconds of one answer on a connection of its own."""
    start = time.perf_counter()
    reader = Reader(server)
    status = reader.get(path)[0]
    reader.close()
    return status, (time.perf_counter() - start) * 1000


def _ask_once(portal: Server, path: str) -> None:
    with suppress(OSError):
        _timed(portal, path)


def _crowd(portal: Server) -> None:
    """Ask with many readers at once, in a process of their own: they compute for themselves."""
    readers = [threading.Thread(target=_ask_once, args=(portal, OTHER)) for _ in range(CROWD)]
    for one in readers:
        one.start()
    for one in readers:
        one.join()
