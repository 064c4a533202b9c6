"""What several machines have in common."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories import make_organisation, make_user
from tests.machines import address_of_database, redis


@pytest.fixture
def database(transactional_db: None, tmp_path: Path) -> str:
    """Return the address of a database with a firm and one member of staff."""
    make_organisation()
    make_user("editor")
    return address_of_database(tmp_path)


@pytest.fixture(scope="session")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a place for the collected files of the first machine: compressing them takes long."""
    return tmp_path_factory.mktemp("collected") / "static"


@pytest.fixture(params=["without Redis", "with Redis"])
def cache_url(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Return what CACHE_URL says on each of several machines, and set it for servers."""
    if request.param == "without Redis":
        yield ""
        return
    with redis(tmp_path) as url:
        monkeypatch.setenv("CACHE_URL", url)
        yield url
