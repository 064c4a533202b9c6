"""Kept pages against a bare gunicorn with the same bytes; freshness, slow senders, memory."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlsplit

import psycopg

from tests.servers import ROOT, Reader, Server, environment, free_port, lupe, running

Report = Callable[[str], None]

PAGE = "/de/schutz/"
BROTLI = "Accept-Encoding: br"
REQUESTS = 1_500
ROUNDS = 5
COMMITS = 200
WORKERS = 4
HELLO = """
import json, pathlib
page = json.loads(pathlib.Path(__file__).with_name("page.json").read_text())
body, headers = b"x" * page["length"], [tuple(one) for one in page["headers"]]
def application(environ, start_response):
    start_response("200 OK", headers)
    return [body]
"""

# The same portal without its page cache, behind the one that Django ships.
SHIPPED_SETTINGS = """
from portal.settings import *
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# Within the first two, which name every page one that has to be asked for again.
MIDDLEWARE[2:2] = ["django.middleware.cache.UpdateCacheMiddleware"]
MIDDLEWARE += ["django.middleware.cache.FetchFromCacheMiddleware"]
"""
SHIPPED = """
from django.core.wsgi import get_wsgi_application
application = get_wsgi_application()
"""


def run(report: Report) -> None:
    """Print ratios and times."""
    with tempfile.TemporaryDirectory() as name:
        _ratios(report, "SQLite", Path(name), "")
    url = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
    with tempfile.TemporaryDirectory() as name, own_database(url) as own:
        if own:
            _ratios(report, "PostgreSQL", Path(name), own)
            folders = [Path(name, "here"), Path(name, "there")]
            for folder in folders:
                folder.mkdir()
            _freshness_on_two(report, folders, own)
        else:
            report("PostgreSQL: no server answers; name one in TEST_POSTGRES_URL")
    with tempfile.TemporaryDirectory() as name:
        _freshness_on_one(report, Path(name))


@contextmanager
def own_database(url: str) -> Iterator[str]:
    """Make a database for this run only; yield its address, or nothing without a server."""
    name = f"lupe_bench_{os.getpid()}"
    try:
        server = psycopg.connect(url, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        yield ""
        return
    with server:
        server.execute(f"CREATE DATABASE {name}".encode())
        try:
            yield urlsplit(url)._replace(path=f"/{name}").geturl()
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _ratios(report: Report, name: str, folder: Path, database: str) -> None:
    with lupe(folder, database=database) as portal:
        reader = Reader(portal)
        for _ in range(3):
            _status, head, body = reader.get(PAGE, BROTLI)
            time.sleep(1)
        tag = next(line for line in head.decode().split("\r\n") if line.startswith("ETag: "))
        with _hello(folder, head, len(body)) as hello, _shipped(folder, database) as shipped:
            ratios: dict[str, list[float]] = {
                name: [] for name in ("kept", "304", "uncached", "Django's cache middleware")
            }
            for _ in range(ROUNDS):
                bare = _rate(hello, "/", REQUESTS)
                ratios["kept"].append(_rate(portal, PAGE, REQUESTS) / bare)
                known = f"If-None-Match: {tag.removeprefix('ETag: ')}"
                ratios["304"].append(_rate(portal, PAGE, REQUESTS, known) / bare)
                ratios["uncached"].append(_rate(portal, f"{PAGE}?x=1", 40) / bare)
                ratios["Django's cache middleware"].append(_rate(shipped, PAGE, 200) / bare)
            for kind, found in ratios.items():
                report(f"{name}: {kind} {median(found):.3f} x hello world")
        if not database:
            _slow_senders(report, portal)
        _memory(report, name, portal)


@contextmanager
def _hello(folder: Path, head: bytes, length: int) -> Iterator[Server]:
    named = [line.split(": ", 1) for line in head.decode().split("\r\n")[1:]]
    own = {"server", "date", "connection"}
    headers = [one for one in named if one[0].lower() not in own]
    (folder / "page.json").write_text(json.dumps({"length": length, "headers": headers}))
    (folder / "hello.py").write_text(HELLO)
    with _bare("hello:application", folder, {}) as server:
        yield server


@contextmanager
def _shipped(folder: Path, database: str) -> Iterator[Server]:
    (folder / "shipped_settings.py").write_text(SHIPPED_SETTINGS)
    (folder / "shipped.py").write_text(SHIPPED)
    env = {"DJANGO_SETTINGS_MODULE": "shipped_settings", "PYTHONPATH": f"{ROOT}:{folder}"}
    with _bare("shipped:application", folder, environment(folder, 0, database) | env) as server:
        yield server


@contextmanager
def _bare(application: str, folder: Path, env: dict[str, str]) -> Iterator[Server]:
    """Run gunicorn as it comes, with as many threads as the portal has."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--threads", "64"]
    command += ["--worker-class", "gthread", "--no-control-socket", "--chdir", str(folder)]
    with running([*command, application], port, env) as server:
        yield server


def _rate(server: Server, path: str, requests: int, *headers: str) -> float:
    reader = Reader(server)
    start = time.perf_counter()
    for _ in range(requests):
        reader.get(path, BROTLI, *headers)
    took = time.perf_counter() - start
    reader.close()
    return requests / took


def _slow_senders(report: Report, portal: Server) -> None:
    slow = [portal.connect() for _ in range(200)]
    for number, one in enumerate(slow):
        post = b"POST /admin/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\na"
        one.sendall(post if number % 2 else b"GET / HTTP/1.1\r\nHo")
    report(f"200 slow senders: p99 of a page {_times(portal, PAGE, 500)[98]:.1f} ms")
    for one in slow:
        one.close()


def _times(server: Server, path: str, requests: int) -> list[float]:
    """Return the percentiles of the time for one answer, in milliseconds."""
    reader, times = Reader(server), []
    for _ in range(requests):
        start = time.perf_counter()
        reader.get(path, BROTLI)
        times.append((time.perf_counter() - start) * 1000)
    reader.close()
    return quantiles(times, n=100, method="inclusive")


def _memory(report: Report, name: str, portal: Server) -> None:
    reader, worker, sizes = Reader(portal), portal.children()[0], []
    paths = ["/de/", PAGE, "/en/safeguards/", "/de/fragen/", "/api/safeguards.json", "/de/x/"]
    for number in range(20_000):
        extra = f"/de/archiv/2026-{1 + number // 28 % 9:02}-{1 + number % 28:02}/"
        missing = f"/de/{number}/"
        odd = missing if number % 500 == 0 else extra
        reader.get(odd if number % 20 == 0 else paths[number % 5], BROTLI)
        if number in (10_000, 19_999):
            pages = int(Path(f"/proc/{worker}/statm").read_text().split()[1])
            sizes.append(pages * os.sysconf("SC_PAGE_SIZE") / 2**20)
    growth = sizes[1] / sizes[0]
    report(f"{name}: memory of a worker {sizes[0]:.0f} MB, at 20,000 requests x {growth:.3f}")


def _freshness_on_one(report: Report, folder: Path) -> None:
    with (
        lupe(folder, workers=WORKERS) as portal,
        closing(sqlite3.connect(folder / "portal.sqlite3", timeout=20)) as writer,
    ):
        times = _until_shown([portal] * WORKERS, lambda phone: _write(writer, phone, "?"))
    report(f"SQLite: fresh on {WORKERS} workers: {times}")


def _freshness_on_two(report: Report, folders: list[Path], database: str) -> None:
    """Two machines with half of the workers each, on one database."""
    here, there = folders
    half = WORKERS // 2
    with (
        lupe(here, half, database) as one,
        lupe(there, half, database) as other,
        closing(psycopg.connect(database)) as writer,
    ):
        portals = [one] * half + [other] * half
        times = _until_shown(portals, lambda phone: _write(writer, phone, "%s"))
    report(f"PostgreSQL: fresh on two machines with {half} workers each: {times}")


def _write(writer: Any, phone: str, mark: str) -> None:
    writer.execute(f"UPDATE firm_organisation SET phone = {mark}", [phone])
    writer.commit()


def _until_shown(workers: list[Server], write: Callable[[str], None]) -> str:
    """Say how long a change takes until several new connections to each worker show it."""
    for server in workers:
        Reader(server).get("/de/kontakt/")
    times = []
    for number in range(COMMITS):
        phone = f"030 {100_000 + number}"
        write(phone)
        start = time.perf_counter()
        while not all(_shows(server, phone) for server in workers * 3):
            pass
        times.append((time.perf_counter() - start) * 1000)
    cuts = quantiles(times, n=100, method="inclusive")
    return f"p99 {cuts[98]:.0f} ms, longest {max(times):.0f} ms of {COMMITS}"


def _shows(portal: Server, phone: str) -> bool:
    reader = Reader(portal)
    body = reader.get("/de/kontakt/")[2]
    reader.close()
    return phone.encode() in body
