"""What every test can rely on: the browser, and a database that can be emptied between tests."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.test import TransactionTestCase
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from notices.faq import indexing
from notices.firm.freezing import thawed
from portal.starter.loading import load

hypothesis_settings.register_profile(
    "portal", deadline=None, max_examples=100, derandomize=os.environ.get("CI") == "true"
)
hypothesis_settings.load_profile("portal")

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that uses a browser, so that `-m "not browser"` is the quick suite."""
    for item in items:
        if {"browser", "page", "context", "new_context"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)


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
                stack.enter_context(thawed(connections[alias]))
            flush(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", thawed_flush)
        yield


@pytest.fixture(autouse=True)
def language_of_the_site() -> None:
    """Begin in German: the last page that a test before visited may have been English."""
    translation.activate("de")


@pytest.fixture
def starter(db: None) -> None:
    """Load the starter content, as a first start does, but for the search index."""
    load_without_index()


def load_without_index() -> None:
    """Load the starter content; indexing it takes most of the time, and few tests search."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(indexing, "index", lambda row: 0)
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
    # A copy, for new connections only: that of this thread still belongs to memory.
    monkeypatch.setitem(
        connections.settings, "default", {**connections.settings["default"], "NAME": str(path)}
    )
