"""The firm and the settings that a meeting's page tells about."""

from __future__ import annotations

import pytest
from django.utils import timezone

from notices.safeguards.models import Safeguard
from tests.factories import (
    make_organisation,
    make_quick_answer,
    make_safeguard,
    record_state,
)
from tests.invitations.meeting_page.reading import ACCESS, DAYS


@pytest.fixture(autouse=True)
def firm() -> None:
    make_organisation()


@pytest.fixture
def recording() -> Safeguard:
    """Make a protection from recording with its quick answer, on for 100 days."""
    safeguard = make_safeguard("cloud_recording", max_age_days=366)
    make_quick_answer("recorded", safeguard)
    record_state(safeguard, at=timezone.now() - 100 * DAYS)
    return safeguard


@pytest.fixture
def access() -> dict[str, Safeguard]:
    """Make the safeguards about joining, all on."""
    made = {key: make_safeguard(key, listed=False, max_age_days=366) for key in ACCESS}
    for safeguard in made.values():
        record_state(safeguard, at=timezone.now() - 100 * DAYS)
    return made
