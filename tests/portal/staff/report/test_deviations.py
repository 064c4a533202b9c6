"""A setting changed at Zoom: what closes a deviation and what does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from notices.safeguards.board import timelines
from notices.safeguards.board.now import row_at
from notices.safeguards.by_hand import reporting
from notices.safeguards.by_hand.reporting import ReadFromAccount
from notices.safeguards.check_requests import reread_is_due
from notices.safeguards.models import Attestation, Check, Promise, Safeguard
from notices.safeguards.states import State
from portal.staff.report_form import SENTENCES
from tests.conftest import SignIn
from tests.factories import (
    make_organisation,
    make_safeguard,
    make_user,
    record_state,
)
from tests.pages import html_of
from tests.portal.staff.report.reporting import REPORT, answers, counts

pytestmark = pytest.mark.django_db


def test_unchanged_needs_no_reason_and_renews_the_state_on_record(
    sign_in: SignIn, safeguard: Safeguard
) -> None:
    client, _ = sign_in("editor")
    client.post(REPORT, {**answers(safeguard, "unchanged", reason_de=""), "_publish": "1"})
    assert Attestation.objects.get().value == "on"


def test_unchanged_never_closes_an_open_deviation(sign_in: SignIn, safeguard: Safeguard) -> None:
    record_state(safeguard, "not_protected", at=timezone.now() - timedelta(days=1))
    client, _ = sign_in("editor")
    checks = Check.objects.count()
    client.post(REPORT, {**answers(safeguard, "unchanged", reason_de=""), "_publish": "1"})
    assert Check.objects.count() == checks + 1
    row = row_at(timelines.load(), safeguard, timezone.now())
    assert row is not None
    assert row.state is State.OFF
    assert row.deviation is not None
    assert row.deviation.end is None
    assert not Promise.objects.filter(value="off").exists()


def test_unchanged_is_refused_where_nothing_is_known(sign_in: SignIn) -> None:
    client, _ = sign_in("editor")
    sent = answers(make_safeguard("new"), "unchanged")
    assert "value" in client.post(REPORT, sent).context["form"].errors


def test_what_the_account_tells_is_refused_by_hand_and_a_check_is_asked_for(
    sign_in: SignIn, settings: object
) -> None:
    make_organisation()
    cloud = make_safeguard("cloud_recording", checked_by="account")
    record_state(cloud, at=timezone.now() - timedelta(days=3))
    settings.ZOOM_ACCOUNT_ID = "acc"  # type: ignore[attr-defined]
    client, _ = sign_in("editor")
    before = counts()
    for value in ("on", "unchanged"):
        page = client.post(REPORT, {**answers(cloud, value), "_publish": "1"})
        assert page.status_code == 200
        assert page.context["form"].errors["value"] == [SENTENCES[ReadFromAccount]]
    assert counts() == before
    assert reread_is_due()
    assert client.post(REPORT, {**answers(cloud), "_publish": "1"}).status_code == 302
    assert timelines.load().state_of("cloud_recording", timezone.now()) is State.OFF


def test_open_deviations_stand_on_the_staff_start_page_until_a_check_closes_them(
    sign_in: SignIn, safeguard: Safeguard
) -> None:
    client, _ = sign_in("editor")
    finding = record_state(
        safeguard, "not_protected", at=timezone.now() - timedelta(hours=2), source="account"
    )
    assert finding is not None
    link = f"/admin/safeguards/explanation/add/?finding={finding.pk}"
    assert link in html_of(client.get("/admin/"))
    assert client.get(link).status_code == 200
    record_state(safeguard, source="account")
    assert link not in html_of(client.get("/admin/"))


def test_a_report_is_taken_back_by_a_new_record_that_the_list_begins(
    sign_in: SignIn, safeguard: Safeguard
) -> None:
    client, _ = sign_in("editor")
    client.post(REPORT, {**answers(safeguard), "_publish": "1"})
    off = Promise.objects.get(value="off")
    page = html_of(client.get("/admin/safeguards/promise/"))
    link = f"{REPORT}?safeguard={safeguard.pk}&amp;value=on"
    assert page.count(link) == 1
    form = client.get(link.replace("&amp;", "&")).context["form"]
    assert (form["safeguard"].value(), form["value"].value()) == (str(safeguard.pk), "on")
    client.post(REPORT, {**answers(safeguard, "on"), "_publish": "1"})
    reporting.confirm(Attestation.objects.get(), by=make_user("reviewer"))
    values = list(safeguard.promises.values_list("value", flat=True))
    assert values == ["on", "off", "on"]
    assert Promise.objects.filter(pk=off.pk).exists()
    assert timelines.load().state_of(safeguard.key, timezone.now()) is State.ON
