"""Noon in Berlin, on the day on which the archive is read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from tests.portal.pages.archive.reading import NOW


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield
