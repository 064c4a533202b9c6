"""The form of the firm's profile."""

from __future__ import annotations

import pytest
from django.utils import timezone

from notices.firm.models import Organisation
from notices.safeguards.board import timelines
from notices.safeguards.models import Finding
from notices.safeguards.states import State
from tests.conftest import SignIn
from tests.factories import (
    ORGANISATION,
    make_organisation,
    make_safeguard,
    record_state,
)
from tests.turns import seen

pytestmark = pytest.mark.django_db


def test_confirming_the_profile_ends_the_sample_data(sign_in: SignIn) -> None:
    make_organisation(confirmed_at=None)
    safeguard = make_safeguard("waiting_room")
    record_state(safeguard, source="import")
    client, _ = sign_in("editor")
    assert "sample-bar" in client.get("/admin/").content.decode()
    sent = {**ORGANISATION, "meeting_retention_months": 24, "these_are_ours": "on"}
    sent["seen"] = seen(Organisation.objects.get())
    assert client.post("/admin/firm/organisation/1/change/", sent).status_code == 302
    assert not Organisation.objects.current().is_sample
    assert timelines.load().state_of("waiting_room", timezone.now()) is State.DUE
    page = client.get("/admin/").content.decode()
    assert "sample-bar" not in page
    assert f"?safeguard={safeguard.pk}" in page


def test_saving_the_profile_without_the_tick_keeps_the_samples(sign_in: SignIn) -> None:
    make_organisation(confirmed_at=None)
    client, _ = sign_in("editor")
    sent = {**ORGANISATION, "meeting_retention_months": 6, "seen": seen(Organisation.objects.get())}
    client.post("/admin/firm/organisation/1/change/", sent)
    assert Organisation.objects.current().is_sample
    assert Organisation.objects.current().meeting_retention_months == 6
    assert not Finding.objects.exists()


def test_there_is_one_profile(sign_in: SignIn) -> None:
    make_organisation()
    client, _ = sign_in("editor")
    assert client.get("/admin/firm/organisation/add/").status_code == 403
    assert client.get("/admin/firm/organisation/1/delete/").status_code == 403
