"""Promise and finding find back together: lifting, retiring, and reports that were overtaken."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from notices.safeguards.board import timelines
from notices.safeguards.board.now import row_at
from notices.safeguards.by_hand import reporting
from notices.safeguards.deviations import deviations
from notices.safeguards.mails import alerts
from notices.safeguards.models import Attestation, Safeguard
from notices.safeguards.states import State
from tests.conftest import SignIn
from tests.factories import make_safeguard, make_user, record_state
from tests.pages import html_of
from tests.safeguards.test_states import ON, at, finding, promise, timeline

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(settings: object) -> Safeguard:
    """Make a safeguard that a connected account is read for and that was reported off once."""
    settings.ZOOM_ACCOUNT_ID = "account"  # type: ignore[attr-defined]
    settings.ZOOM_CLIENT_ID = "client"  # type: ignore[attr-defined]
    settings.ZOOM_CLIENT_SECRET = "secret"  # type: ignore[attr-defined]
    settings.FOUR_EYES = True  # type: ignore[attr-defined]
    safeguard = make_safeguard("cloud_recording", checked_by="account")
    now = timezone.now()
    record_state(safeguard, at=now - timedelta(days=4), source="account")
    record_state(safeguard, "not_protected", promise="off", at=now - timedelta(days=3))
    record_state(safeguard, promise="off", at=now - timedelta(days=2), source="account")
    return safeguard


def drift(safeguard: Safeguard) -> None:
    record_state(
        safeguard,
        "not_protected",
        promise=safeguard.promises.last().value,  # type: ignore[union-attr]
        source="account",
    )


def test_what_readers_saw_as_on_deviates_though_the_promise_was_lowered_once() -> None:
    rows = (*ON, promise("off", 5), finding("not_protected", 5), finding("protected", 7))
    assert deviations(timeline(*rows), at(8)) == []
    for drifted in (finding("not_protected", 9), finding("protected", 9, differs=True)):
        [deviation] = deviations(timeline(*rows, drifted), at(20))
        assert (deviation.start, deviation.end) == (at(9), None)


def test_an_announcement_after_the_account_protected_again_is_no_deviation() -> None:
    rows = (*ON, promise("off", 5), finding("not_protected", 5), finding("protected", 7))
    again = (promise("off", 9), finding("not_protected", 9), finding("not_protected", 12))
    assert deviations(timeline(*rows, *again), at(20)) == []


def test_a_promised_exception_mutes_only_itself() -> None:
    rows = (*ON, promise("exception", 5), finding("protected", 6, differs=True))
    assert deviations(timeline(*rows), at(8)) == []
    off = (*rows, finding("not_protected", 9))
    assert [one.start for one in deviations(timeline(*off), at(20))] == [at(9)]
    [closed] = deviations(timeline(*off, finding("protected", 11, differs=True)), at(20))
    assert (closed.start, closed.end) == (at(9), at(11))


def test_after_a_lowered_promise_a_new_deviation_is_public_told_and_listed(
    read: Safeguard, sign_in: SignIn
) -> None:
    reviewer, user = sign_in("reviewer")
    user.email = "pruefung@muster.example"
    user.save()
    drift(read)
    row = row_at(timelines.load_now(), read, timezone.now())
    assert row is not None
    assert (row.state, bool(row.deviation)) == (State.OFF, True)
    alerts.send_pending()
    assert len(mail.outbox) == 1
    page = reviewer.get("/admin/abweichungen/?stand=offen")
    assert [one.safeguard.pk for one in page.context["rows"]] == [read.pk]


def test_the_promise_is_lifted_by_one_click_where_the_lag_is_shown(
    read: Safeguard, sign_in: SignIn
) -> None:
    client, _ = sign_in("editor")
    lift = f"/admin/versprechen/{read.pk}/"
    assert f'action="{lift}"' in html_of(client.get("/admin/"))
    before = row_at(timelines.load_now(), read, timezone.now())
    assert client.post(lift).status_code == 302
    promise = read.promises.last()
    assert promise is not None
    assert (promise.value, bool(promise.reason_de), bool(promise.reason_en)) == ("on", True, True)
    after = row_at(timelines.load_now(), read, timezone.now())
    assert before is not None
    assert after is not None
    assert (after.state, after.claim, after.since) == (before.state, before.claim, before.since)
    assert lift not in html_of(client.get("/admin/"))


def test_nothing_is_lifted_that_the_account_does_not_keep(read: Safeguard, sign_in: SignIn) -> None:
    drift(read)
    client, _ = sign_in("editor")
    client.post(f"/admin/versprechen/{read.pk}/")
    assert read.promises.last().value == "off"  # type: ignore[union-attr]
    with pytest.raises(reporting.NothingToLift):
        reporting.lift_promise(read, by=make_user())


@pytest.mark.parametrize("role", ["operator"])
def test_who_may_not_report_does_not_lift(read: Safeguard, sign_in: SignIn, role: str) -> None:
    client, _ = sign_in(role)
    assert client.post(f"/admin/versprechen/{read.pk}/").status_code == 403


def test_reporting_off_again_is_an_announcement_and_no_deviation(read: Safeguard) -> None:
    reporting.report_change(read, "off", by=make_user(), reason_de="Wieder aus.")
    row = row_at(timelines.load_now(), read, timezone.now())
    assert row is not None
    assert (row.state, row.deviation) == (State.OFF, None)
    assert read.promises.filter(value="off").count() == 2


@pytest.mark.parametrize("verdict", ["protected", "not_protected"])
def test_retired_is_refused_while_the_account_returns_the_setting(
    read: Safeguard, sign_in: SignIn, verdict: str
) -> None:
    record_state(read, verdict, promise="off", source="account")
    with pytest.raises(reporting.StillReturned):
        reporting.report_change(read, "retired", by=make_user(), reason_de="Weg.")
    client, _ = sign_in("editor")
    sent = {"safeguard": read.pk, "value": "retired", "lock": "unknown", "reason_de": "Weg."}
    page = client.post("/admin/einstellung-geaendert/", {**sent, "_publish": "1"})
    assert "value" in page.context["form"].errors
    assert not Attestation.objects.exists()


def test_retired_is_refused_when_the_setting_came_back_before_it_was_confirmed(
    read: Safeguard,
) -> None:
    record_state(read, "unknown", promise="off", source="account")
    report = reporting.report_change(read, "retired", by=make_user(), reason_de="Weg.")
    assert report is not None
    record_state(read, promise="off", source="account")
    with pytest.raises(reporting.StillReturned):
        reporting.confirm(report, by=make_user("reviewer"))


def test_a_part_that_is_still_returned_is_not_retired(read: Safeguard) -> None:
    odd = {"recording.cloud_recording": {"type": "null"}}
    record_state(read, "unknown", promise="off", source="account", evidence=odd)
    with pytest.raises(reporting.StillReturned):
        reporting.report_change(read, "retired", by=make_user(), reason_de="Weg.")


@pytest.mark.parametrize("value", ["off", "on"])
def test_a_report_overtaken_by_a_newer_one_cannot_be_confirmed(sign_in: SignIn, value: str) -> None:
    safeguard = make_safeguard("waiting_room")
    record_state(safeguard, at=timezone.now() - timedelta(days=3))
    old = reporting.report_change(safeguard, "on", by=make_user(), reason_de="Geprüft.")
    assert old is not None
    newer = reporting.report_change(safeguard, value, by=make_user(), reason_de="Neuer.")
    with pytest.raises(reporting.Overtaken):
        reporting.confirm(old, by=make_user("reviewer"))
    client, _ = sign_in("reviewer")
    assert 'name="_confirm"' not in html_of(client.get(f"/admin/meldungen/{old.pk}/"))
    if newer:
        assert 'name="_confirm"' in html_of(client.get(f"/admin/meldungen/{newer.pk}/"))
    client.post(f"/admin/meldungen/{old.pk}/", {"_confirm": "1"})
    old.refresh_from_db()
    assert old.decided_at is None
    client.post(f"/admin/meldungen/{old.pk}/", {"_turn_down": "1", "reason": "Überholt."})
    if newer:
        reporting.confirm(newer, by=make_user("reviewer"))


def test_a_newer_report_that_was_turned_down_overtakes_nothing() -> None:
    safeguard = make_safeguard("waiting_room")
    old = reporting.report_change(safeguard, "on", by=make_user(), reason_de="Geprüft.")
    newer = reporting.report_change(safeguard, "retired", by=make_user(), reason_de="Weg.")
    assert old is not None
    assert newer is not None
    reporting.turn_down(newer, by=make_user("reviewer"), reason="Nein.")
    reporting.confirm(old, by=make_user("reviewer"))


def test_a_newer_look_of_the_account_overtakes_a_report_that_all_is_well(read: Safeguard) -> None:
    report = reporting.report_change(read, "on", by=make_user(), reason_de="Wieder an.")
    assert report is not None
    drift(read)
    with pytest.raises(reporting.Overtaken):
        reporting.confirm(report, by=make_user("reviewer"))


def test_what_was_attested_in_the_sample_phase_is_forgotten_with_the_samples() -> None:
    attested, gone = make_safeguard("attested"), make_safeguard("gone")
    record_state(attested, source="hand", at=timezone.now() - timedelta(hours=1))
    record_state(gone, promise="retired", at=timezone.now() - timedelta(hours=1))
    reporting.forget_samples()
    for safeguard in (attested, gone):
        row = row_at(timelines.load_now(), safeguard, timezone.now())
        assert row is not None
        assert (row.state, row.situation.last_known, row.checked_at) == (State.DUE, None, None)


def test_what_a_file_told_is_forgotten_a_connected_account_is_nobodys_sample(
    read: Safeguard, settings: object
) -> None:
    reporting.forget_samples()
    assert timelines.load_now().situation(read, timezone.now()).state is State.ON  # type: ignore[union-attr]
    settings.ZOOM_ACCOUNT_ID = ""  # type: ignore[attr-defined]
    settings.ZOOM_CLIENT_ID = ""  # type: ignore[attr-defined]
    settings.ZOOM_CLIENT_SECRET = ""  # type: ignore[attr-defined]
    reporting.forget_samples()
    assert timelines.load_now().situation(read, timezone.now()).state is State.DUE  # type: ignore[union-attr]
