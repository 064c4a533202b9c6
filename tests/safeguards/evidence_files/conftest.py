"""A folder for files, and a safeguard that they are about."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from notices.safeguards.models import Safeguard
from tests.factories import make_organisation, make_safeguard, record_state


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.SHARED_DIR = tmp_path
    return tmp_path / "evidence"


@pytest.fixture
def safeguard() -> Safeguard:
    make_organisation()
    safeguard = make_safeguard("waiting_room")
    record_state(safeguard, at=timezone.now() - timedelta(days=3))
    return safeguard
