"""What the tests of evidence files begin with."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from notices.editions.models import Edition
from notices.firm.models import AuditEntry
from notices.safeguards.models import Attestation, Explanation
from tests.editions.corrections import withdraw
from tests.factories import (
    make_edition,
    make_notice,
    make_organisation,
    make_safeguard,
    make_user,
    record_state,
)
from tests.portal.evidence.exporting import NOW, at


@pytest.fixture
def one_moment() -> Any:
    """Stay at the moment that the exports are made."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def content() -> None:
    """Make what an export should hold: texts, states, a deviation, people in roles."""
    make_organisation()
    editor = make_user("editor", "Erika Probe")
    notice = make_notice("video")
    for day, text in ((1, "Eins"), (10, "Zwei"), (20, "Drei")):
        moment = at(day) - timedelta(days=30) if day == 1 else at(day)
        make_edition(notice, in_force_from=moment, text_de=text, written_by=editor)
    withdraw(Edition.objects.get(number=2), at(12))
    make_edition(make_notice("other"), in_force_from=at(24, 23))
    make_edition(make_notice("later"), in_force_from=at(25, 0))
    safeguard = make_safeguard("waiting_room")
    record_state(safeguard, at=at(1) - timedelta(days=9), recorded_by=editor)
    finding = record_state(safeguard, "not_protected", at=at(5, 18), check=False)
    record_state(safeguard, at=at(7))
    assert finding is not None
    Explanation.objects.create(
        finding=finding, text_de="Eine Panne.", recorded_at=at(6), recorded_by=editor
    )
    Attestation.objects.create(
        safeguard=safeguard,
        value="on",
        seen_at=at(7),
        reason_de="Geprüft",
        note="Erika Probe hat nachgesehen",
        reported_by=editor,
        reported_at=at(7),
    )
    AuditEntry.objects.create(
        at=at(8), by=editor, act="edition-sent-back", subject="video", detail={"comment": "Probe!"}
    )
