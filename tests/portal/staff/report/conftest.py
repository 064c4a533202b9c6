"""A safeguard that is reported about."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from notices.safeguards.models import Safeguard
from tests.factories import (
    make_organisation,
    make_safeguard,
    record_state,
)


@pytest.fixture
def safeguard() -> Safeguard:
    make_organisation()
    safeguard = make_safeguard("waiting_room")
    record_state(safeguard, at=timezone.now() - timedelta(days=3))
    return safeguard
