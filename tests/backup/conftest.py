"""Portals to back up and to restore into."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from tests import kept_portal
from tests.backup.portals import Portal

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Portal:
    """Return a portal on SQLite with the starter content and one file of evidence."""
    made = Portal(tmp_path_factory.mktemp("portals") / "first")
    kept_portal.begin(made.folder)
    evidence = made.folder / "evidence"
    evidence.mkdir()
    (evidence / ("0" * 32)).write_bytes(b"a picture")
    return made


@pytest.fixture(scope="module")
def backup(portal: Portal) -> Path:
    path = portal.folder / "backup.zip"
    assert "rows of" in portal.ok("backup", path)
    return path


@pytest.fixture
def empty(tmp_path: Path) -> Portal:
    return Portal(tmp_path / "empty")


@pytest.fixture
def migrated(tmp_path: Path) -> Portal:
    """Return a portal with its tables, as a restore would make them first, which takes long."""
    made = Portal(tmp_path / "migrated")
    kept_portal.begin_without_rows(made.folder)
    return made


@pytest.fixture
def postgres_database() -> Iterator[str]:
    try:
        server = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip("no PostgreSQL answers at TEST_POSTGRES_URL")
    name = f"test_backup_{uuid4().hex[:12]}"
    with server:
        server.execute(f'CREATE DATABASE "{name}"')
    server = psycopg.connect(POSTGRES, autocommit=True)
    yield POSTGRES.rsplit("/", 1)[0] + f"/{name}"
    server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    server.close()
