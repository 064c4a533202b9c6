"""A safeguard about which a deviation is found, two days after a meeting."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from notices.safeguards.models import Safeguard
from tests.factories import (
    make_organisation,
    make_safeguard,
    record_state,
)
from tests.invitations.incidents.touching import HOUR, NOW, START


@pytest.fixture
def recording(db: None) -> Safeguard:
    """Protected at first, not protected from a quarter past the start for half an hour."""
    make_organisation(confirmed_at=START - timedelta(days=90))
    safeguard = make_safeguard("cloud_recording", name_de="Aufzeichnung", name_en="Recording")
    record_state(safeguard, at=START - timedelta(days=30))
    record_state(safeguard, "not_protected", at=START + HOUR / 4)
    record_state(safeguard, at=START + HOUR * 3 / 4)
    return safeguard


@pytest.fixture
def later(recording: Safeguard) -> object:
    with time_machine.travel(NOW, tick=False):
        yield
