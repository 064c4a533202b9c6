from __future__ import annotations

from pathlib import Path

import pytest

from portal.serving.kept import claims_end

from .cache import Portal


@pytest.fixture(autouse=True)
def connection_of_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the connection that holds the test's rows open: another one would not see them."""
    monkeypatch.setattr(claims_end, "close_old_connections", lambda: None)


@pytest.fixture
def portal(db: None, tmp_path: Path) -> Portal:
    return Portal(tmp_path / "pages")
