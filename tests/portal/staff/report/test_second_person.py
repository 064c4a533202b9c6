"""A setting changed at Zoom: what waits for a second person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from notices.safeguards.board import timelines
from notices.safeguards.models import Attestation, Finding, Safeguard
from notices.safeguards.states import State
from tests.conftest import SignIn
from tests.factories import (
    record_state,
)
from tests.pages import html_of
from tests.portal.staff.report.reporting import REPORT, answers

pytestmark = pytest.mark.django_db


def test_a_better_state_waits_and_the_second_person_makes_it_public(
    sign_in: SignIn, safeguard: Safeguard
) -> None:
    record_state(safeguard, "not_protected", promise="off", at=timezone.now() - timedelta(days=1))
    client, _ = sign_in("editor")
    client.post(REPORT, {**answers(safeguard, "on"), "_publish": "1"})
    assert timelines.load().state_of("waiting_room", timezone.now()) is State.OFF
    waiting = Attestation.objects.get()
    reviewer, _ = sign_in("reviewer")
    page = html_of(reviewer.get("/admin/"))
    assert f"/admin/meldungen/{waiting.pk}/" in page
    reviewer.post(f"/admin/meldungen/{waiting.pk}/", {"_confirm": "1", "as_read": waiting.digest})
    assert timelines.load().state_of("waiting_room", timezone.now()) is State.ON


def test_a_report_that_is_turned_down_changes_nothing(
    sign_in: SignIn, safeguard: Safeguard
) -> None:
    client, _ = sign_in("editor")
    client.post(REPORT, {**answers(safeguard, "on"), "_publish": "1"})
    waiting = Attestation.objects.get()
    before = Finding.objects.count()
    reviewer, _ = sign_in("reviewer")
    sent = {"_turn_down": "1", "reason": "Das Bild zeigt etwas anderes."}
    reviewer.post(f"/admin/meldungen/{waiting.pk}/", sent)
    waiting.refresh_from_db()
    assert waiting.accepted is False
    assert Finding.objects.count() == before


def test_nobody_confirms_their_own_report(sign_in: SignIn, safeguard: Safeguard) -> None:
    client, _ = sign_in("reviewer")
    client.post(REPORT, {**answers(safeguard, "on"), "_publish": "1"})
    waiting = Attestation.objects.get()
    assert f'href="/admin/meldungen/{waiting.pk}/"' not in html_of(client.get("/admin/"))
    client.post(f"/admin/meldungen/{waiting.pk}/", {"_confirm": "1", "as_read": waiting.digest})
    waiting.refresh_from_db()
    assert waiting.decided_at is None


def test_an_editor_does_not_confirm(sign_in: SignIn, safeguard: Safeguard) -> None:
    client, _ = sign_in("editor")
    client.post(REPORT, {**answers(safeguard, "on"), "_publish": "1"})
    other, _ = sign_in("editor")
    waiting = Attestation.objects.get()
    assert (
        other.post(
            f"/admin/meldungen/{waiting.pk}/", {"_confirm": "1", "as_read": waiting.digest}
        ).status_code
        == 403
    )


def test_an_operator_does_not_report(sign_in: SignIn) -> None:
    client, _ = sign_in("operator")
    assert client.get(REPORT).status_code == 403


def test_the_second_person_reads_the_same_review_and_the_newest_reading(
    sign_in: SignIn, safeguard: Safeguard
) -> None:
    record_state(safeguard, "not_protected")
    client, _ = sign_in("editor")
    client.post(REPORT, {**answers(safeguard, "on"), "_publish": "1"})
    waiting = Attestation.objects.get()
    path = f"/admin/meldungen/{waiting.pk}/"
    assert client.get(path).status_code == 403
    reviewer, _ = sign_in("reviewer")
    page = html_of(reviewer.get(path))
    assert "So wird es da stehen" in page
    assert "Zuletzt abgelesen:" in page
    assert f'name="as_read" value="{waiting.digest}"' in page
    done = reviewer.post(path, {"_confirm": "1", "as_read": waiting.digest}, follow=True)
    assert "Bestätigt. Ab jetzt steht auf den Seiten: Schutz aktiv." in html_of(done)


def test_what_was_overtaken_is_told_with_what_holds_by_now(
    sign_in: SignIn, safeguard: Safeguard
) -> None:
    record_state(safeguard, "not_protected")
    client, _ = sign_in("editor")
    client.post(REPORT, {**answers(safeguard, "on"), "_publish": "1"})
    waiting = Attestation.objects.get()
    client.post(REPORT, {**answers(safeguard, "off"), "_publish": "1"})
    reviewer, _ = sign_in("reviewer")
    sent = {"_confirm": "1", "as_read": waiting.digest}
    page = html_of(reviewer.post(f"/admin/meldungen/{waiting.pk}/", sent, follow=True))
    assert "Nicht bestätigt. Inzwischen gilt: Schutz nicht aktiv." in page
