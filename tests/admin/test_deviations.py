"""Staff see every deviation on one page: open, closed, explained and told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from notices.safeguards import alerts
from notices.safeguards.models import Explanation
from notices.safeguards.recording import report_change
from tests.factories import make_organisation, make_safeguard, make_user, record_state

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], tuple[Client, User]]
PAGE = "/admin/abweichungen/"


def text(client: Client, query: str = "") -> str:
    response = client.get(PAGE + query)
    assert response.status_code == 200
    return response.content.decode()


def test_open_and_closed_ones_are_told_apart(sign_in: SignIn) -> None:
    make_organisation()
    now = timezone.now()
    lasting, mended = make_safeguard("waiting_room"), make_safeguard("password")
    for safeguard in (lasting, mended):
        record_state(safeguard, at=now - timedelta(days=3))
        record_state(safeguard, "not_protected", at=now - timedelta(days=2))
    record_state(mended, at=now - timedelta(days=1))
    client, _user = sign_in("editor")
    assert "Schutz waiting_room" in text(client)
    assert "Schutz password" not in text(client)
    assert "Schutz password" in text(client, "?zustand=geschlossen")
    assert "Schutz waiting_room" not in text(client, "?zustand=geschlossen")
    both = text(client, "?zustand=alle")
    assert "Schutz password" in both
    assert "Schutz waiting_room" in both
    assert "Schutz waiting_room" in text(client, "?zustand=nonsense")


def test_explanations_in_both_languages_and_the_mails_stand_beside_it(sign_in: SignIn) -> None:
    make_organisation()
    client, user = sign_in("reviewer")
    user.email = "pruefung@muster.example"
    user.save()
    safeguard = make_safeguard("waiting_room")
    record_state(safeguard, at=timezone.now() - timedelta(days=3))
    record_state(safeguard, "not_protected", at=timezone.now() - timedelta(days=2))
    assert "noch nicht erklärt" in text(client).lower()
    finding = safeguard.findings.last()
    assert finding is not None
    Explanation.objects.create(
        finding=finding, text_de="Zoom hat umgestellt.", text_en="Zoom changed it."
    )
    alerts.send_pending()
    page = text(client)
    assert "Zoom hat umgestellt." in page
    assert '<dd lang="en">Zoom changed it.' in page
    assert "noch nicht" not in page
    assert f"explanation/add/?finding={finding.pk}" in page


def test_reporting_off_by_hand_closes_no_deviation(sign_in: SignIn) -> None:
    make_organisation()
    safeguard = make_safeguard("waiting_room")
    record_state(safeguard, at=timezone.now() - timedelta(days=3))
    record_state(safeguard, "not_protected", at=timezone.now() - timedelta(days=2))
    report_change(safeguard, "off", by=make_user("editor"), reason_de="Wir schalten es aus.")
    client, _user = sign_in("reviewer")
    assert "Schutz waiting_room" in text(client)
    assert "Schutz waiting_room" not in text(client, "?zustand=geschlossen")
    assert "Abweichung:" in Client().get("/de/schutz/").content.decode()


def test_operators_have_nothing_to_do_with_it(sign_in: SignIn) -> None:
    client, _user = sign_in("operator")
    assert client.get(PAGE).status_code == 403
    assert Client().get(PAGE).status_code == 302
