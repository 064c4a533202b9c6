"""The questions are tested with everything that a search can find."""

from __future__ import annotations

import pytest

from portal.starter.loading import load


@pytest.fixture
def starter(db: None) -> None:
    """Load the starter content with its search index, as a first start does."""
    load()
