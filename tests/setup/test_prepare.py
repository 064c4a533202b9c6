"""Two machines that start at once on one empty database: one prepares it, the other waits."""

from __future__ import annotations

import fcntl
import time

import pytest
from django.db import connection

from portal.setup import prepare
from tests.machines import at_once


@pytest.fixture(params=["one folder", "a folder each"])
def machines(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the file in common only the database keeps them apart; SQLite is one machine's."""
    if request.param == "a folder each":
        if connection.vendor == "sqlite":
            pytest.skip("SQLite is a file of one machine")
        monkeypatch.setattr(fcntl, "flock", lambda *_: None)


def test_two_that_prepare_at_once_wait_for_each_other(file_database: None, machines: None) -> None:
    inside: list[str] = []

    def prepare_slowly() -> None:
        with prepare.alone():
            inside.append("begins")
            time.sleep(0.05)
            inside.append("ends")

    at_once([prepare_slowly] * 3)
    assert inside == ["begins", "ends"] * 3
