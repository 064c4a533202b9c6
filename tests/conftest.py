"""What every test can rely on: the browser, and a database that can be emptied between tests."""

from __future__ import annotations

import errno
import gc
import os
import shutil
import sqlite3
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any

import pytest
from _pytest import runner
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection, connections
from django.test import Client, TransactionTestCase
from django.utils import translation
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker

from notices.firm.storage.append_only import thawed
from notices.lib.frames import with_room
from portal.starter.loading import load
from tests import kept_portal, kept_tables, network, processes
from tests.emptying import delete_all_rows
from tests.factories import make_user
from tests.starter import KeptStarter

SignIn = Callable[[str], tuple[Client, User]]

# Every run explores anew, in continuous integration too: what it finds is printed with the words
# that repeat it, and becomes a test. MUTANTS need the same examples each time.
hypothesis_settings.register_profile(
    "portal",
    deadline=None,
    max_examples=100,
    print_blob=True,
    database=None,
    derandomize=bool(os.environ.get("MUTANTS")),
)
hypothesis_settings.load_profile("portal")

# The one without windows first: pages take a third less in it.
BROWSERS = (
    *("chromium-headless-shell", "chromium", "chromium-browser"),
    *("google-chrome", "google-chrome-stable"),
)
# The sandbox needs rights a container lacks; the rest keeps the browser from calling home.
BROWSER_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


KEPT = pytest.StashKey[KeptStarter]()
LEFT_OUT = pytest.StashKey[int]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database-only",
        action="store_true",
        help="only tests that touch the database and need no browser",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.stash[KEPT] = KeptStarter()
    if cache := getattr(config, "cache", None):
        kept_portal.use(cache.mkdir("portals"))
    network.watch()
    # Not as hooks of this file: fixtures of the session would not meet them.
    config.pluginmanager.register(processes.Guard())


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark every test that uses a browser or starts programs; put together those that share the
    starter content.
    """
    for item in items:
        if {"browser", "page", "context", "new_context"} & _fixtures(item):
            item.add_marker(pytest.mark.browser)
        if processes.are_named_by(item):
            item.add_marker(pytest.mark.processes)
    if config.getoption("--database-only"):
        wanted = [item for item in items if _touches_database(item)]
        left_out = [item for item in items if item not in set(wanted)]
        items[:] = wanted
        config.hook.pytest_deselected(items=left_out)
        getattr(config, "workeroutput", {})["left_out"] = config.stash[LEFT_OUT] = len(left_out)
    items.sort(key=lambda item: not _shares_starter(item))


def pytest_collection_finish() -> None:
    """Have the collector of garbage pass over what stays until the end: thousands of tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Hear from a worker of pytest-xdist how many tests it left out; all leave out the same."""
    node.config.stash[LEFT_OUT] = getattr(node, "workeroutput", {}).get("left_out", 0)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if count := config.stash.get(LEFT_OUT, 0):
        terminalreporter.write_line(
            f"{count} tests left out: they touch no database or need a browser."
        )


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> None:
    """Before the transaction of a test begins, have the starter content there or have it gone."""
    if fixturedef.argname != "_django_db_helper":  # pytest-django opens the database there
        return
    kept = request.config.stash[KEPT]
    with request.getfixturevalue("django_db_blocker").unblock():
        if _shares_starter(request.node):
            kept.open()
        else:
            kept.close()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """Run every test with room for its calls, as the programs of the portal do."""
    return with_room(lambda: runner.pytest_runtest_protocol(item, nextitem))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Iterator[None]:
    """Hold every test to the rule that nothing waits for a network in a transaction."""
    with network.none_inside_transactions():
        return (yield)


def _fixtures(item: pytest.Item) -> set[str]:
    return set(getattr(item, "fixturenames", ()))


def _touches_database(item: pytest.Item) -> bool:
    """Say whether a test can behave differently on another database."""
    if item.get_closest_marker("browser"):
        return False
    case = getattr(item, "cls", None)
    is_case = isinstance(case, type) and issubclass(case, TransactionTestCase)
    marked = item.get_closest_marker("django_db") is not None
    return is_case or marked or bool({"db", "transactional_db"} & _fixtures(item))


def _shares_starter(item: pytest.Item) -> bool:
    """Say whether a test wants the starter content and stays in one transaction."""
    marker = item.get_closest_marker("django_db")
    is_transactional = marker is not None and marker.kwargs.get("transaction", False)
    fixtures = _fixtures(item)
    return "starter" in fixtures and not is_transactional and "transactional_db" not in fixtures


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest,
    django_db_blocker: DjangoDbBlocker,
    django_db_use_migrations: bool,
    django_db_modify_db_settings_parallel_suffix: None,
) -> None:
    """Begin with tables that an earlier run, or the process beside, has migrated."""
    cache = getattr(request.config, "cache", None)
    if cache is not None and django_db_use_migrations:
        with django_db_blocker.unblock():
            kept_tables.use(cache.mkdir("tables"))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """Before the test database goes, let the pools go that a test left to close by themselves."""
    yield
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.join(10)


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], browser_type: Any
) -> dict[str, Any]:
    """Use the Chromium of the machine, else Playwright's own, else say why there is none."""
    own = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if own is None and not Path(browser_type.executable_path).exists():
        reason = "no Chromium here: install it, or run `playwright install chromium`"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return {**browser_type_launch_args, "executable_path": own, "args": BROWSER_ARGS}


@pytest.fixture(autouse=True, scope="session")
def flush_append_only_tables() -> Iterator[None]:
    """Lift the append-only triggers while a transactional test (live_server) is cleaned up."""
    flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def thawed_flush(case: TransactionTestCase) -> None:
        with ExitStack() as stack:
            for alias in case._databases_names(include_mirrors=False):  # type: ignore[attr-defined]
                if delete_all_rows(connections[alias]):
                    return
                stack.enter_context(thawed(connections[alias]))
            flush(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", thawed_flush)
        yield


@pytest.fixture(autouse=True)
def no_earlier_codes() -> None:
    """Forget which codes of an app were used before: the next test may use them again."""
    cache.clear()


@pytest.fixture
def one_person(settings: object) -> None:
    """Let one person change everything at once: what waits otherwise, `test_proposing` tells."""
    settings.FOUR_EYES = False  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def language_of_the_site() -> None:
    """Begin in German: the last page that a test before visited may have been English."""
    translation.activate("de")


@pytest.fixture
def editor(db: None) -> User:
    return make_user("editor")


@pytest.fixture
def reviewer(db: None) -> User:
    return make_user("reviewer")


@pytest.fixture
def operator(db: None) -> User:
    return make_user("operator")


@pytest.fixture
def sign_in(db: None) -> SignIn:
    """Return a client that is signed in with a role, and its user."""

    def signed_in(role: str) -> tuple[Client, User]:
        client, user = Client(), make_user(role)
        client.force_login(user)
        return client, user

    return signed_in


@pytest.fixture
def starter(db: None, request: pytest.FixtureRequest) -> None:
    """Fill the portal with the starter content, as a first start does."""
    if not request.config.stash[KEPT].is_open:
        load()


@pytest.fixture
def file_database(transactional_db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Give every thread a connection of its own, as machines have: memory cannot be shared so."""
    if connection.vendor != "sqlite":
        return
    path = tmp_path / "portal.sqlite3"
    connection.ensure_connection()
    with closing(sqlite3.connect(path)) as copy:
        connection.connection.backup(copy)
        # As the file of a portal is; several who switch it at the same moment lock each other out.
        copy.execute("PRAGMA journal_mode = WAL")
    # A copy, for new connections only: that of this thread still belongs to memory.
    monkeypatch.setitem(
        connections.settings, "default", {**connections.settings["default"], "NAME": str(path)}
    )


@pytest.fixture
def full_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a folder on a disk that is full: a small one in memory, or writing that fails.

    Empty files can still be made, as on most disks that are full.
    """
    folder = tmp_path / "full"
    folder.mkdir()
    mounted = (
        shutil.which("mount")
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", folder], capture_output=True
        ).returncode
    )
    if not mounted:
        monkeypatch.setattr(os, "fdopen", _no_room)
        monkeypatch.setattr(tempfile, "NamedTemporaryFile", _no_room)
        monkeypatch.setattr(Path, "write_text", _no_room)
        yield folder
        return
    try:
        (folder / "day-pdfs").mkdir()
        with suppress(OSError), (folder / "filling").open("wb", buffering=0) as filling:
            while filling.write(bytes(1024)):
                pass
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def _no_room(*_args: object, **_kwargs: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")
