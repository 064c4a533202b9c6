"""What people report becomes history, and who may make it better."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from notices.firm.models import AuditEntry
from notices.safeguards.board import timelines
from notices.safeguards.board.now import answers_at, rows_at
from notices.safeguards.by_hand import reporting
from notices.safeguards.models import Attestation, Finding, Promise, Source
from notices.safeguards.states import State
from tests.factories import make_quick_answer, make_safeguard, make_user, record_state

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def two_people_needed(settings: object) -> None:
    settings.FOUR_EYES = True  # type: ignore[attr-defined]


def state_now(key: str) -> State | None:
    return timelines.load().state_of(key, timezone.now())


def test_a_change_for_the_worse_is_public_at_once() -> None:
    safeguard = make_safeguard("waiting_room")
    record_state(safeguard, at=timezone.now() - timedelta(days=1))
    reporting.report_change(safeguard, "off", by=make_user(), reason_de="Eine Panne.")
    assert state_now("waiting_room") is State.OFF


def test_an_exception_is_weaker_than_on_and_public_at_once() -> None:
    safeguard = make_safeguard("recording")
    record_state(safeguard, at=timezone.now() - timedelta(days=1))
    reporting.report_change(safeguard, "exception", by=make_user(), reason_de="Für Schulungen.")
    assert state_now("recording") is State.EXCEPTION


def test_a_better_state_waits_for_a_second_person() -> None:
    safeguard = make_safeguard("waiting_room")
    record_state(safeguard, "not_protected", promise="off", at=timezone.now() - timedelta(days=1))
    report = reporting.report_change(safeguard, "on", by=make_user(), reason_de="Wieder an.")
    assert report is not None
    assert state_now("waiting_room") is State.OFF
    reporting.confirm(report, by=make_user("reviewer"))
    assert state_now("waiting_room") is State.ON


def test_who_reports_does_not_confirm() -> None:
    safeguard = make_safeguard()
    author = make_user()
    report = reporting.report_change(safeguard, "on", by=author, reason_de="Geprüft.")
    assert report is not None
    with pytest.raises(reporting.SamePerson):
        reporting.confirm(report, by=author)
    assert not Finding.objects.exists()


def test_a_one_person_firm_confirms_at_once_and_that_is_recorded(settings: object) -> None:
    settings.FOUR_EYES = False  # type: ignore[attr-defined]
    safeguard = make_safeguard("password")
    author = make_user()
    reporting.report_change(safeguard, "on", by=author, reason_de="Geprüft.")
    assert state_now("password") is State.ON
    finding = Finding.objects.get()
    assert finding.recorded_by == finding.confirmed_by == author


def test_a_report_is_decided_once() -> None:
    report = reporting.report_change(make_safeguard(), "on", by=make_user(), reason_de="Geprüft.")
    assert report is not None
    reporting.turn_down(report, by=make_user("reviewer"), reason="Nein.")
    with pytest.raises(reporting.AlreadyDecided):
        reporting.confirm(report, by=make_user("reviewer"))
    assert not Promise.objects.exists()


def test_a_renewal_adds_a_check_but_neither_finding_nor_promise() -> None:
    safeguard = make_safeguard()
    record_state(safeguard, at=timezone.now() - timedelta(days=100))
    report = reporting.report_change(safeguard, "on", by=make_user(), reason_de="Geprüft.")
    assert report is not None
    reporting.confirm(report, by=make_user("reviewer"))
    assert (Promise.objects.count(), Finding.objects.count()) == (1, 1)
    assert state_now(safeguard.key) is State.ON


def test_the_future_cannot_be_recorded() -> None:
    with pytest.raises(reporting.InTheFuture):
        reporting.report_change(
            make_safeguard(),
            "off",
            by=make_user(),
            reason_de="Morgen.",
            seen_at=timezone.now() + timedelta(minutes=5),
        )
    assert not Promise.objects.exists()


def test_backdating_more_than_a_day_needs_a_reason() -> None:
    safeguard = make_safeguard()
    earlier = timezone.now() - timedelta(hours=25)
    with pytest.raises(reporting.NeedsAReason):
        reporting.report_change(safeguard, "off", by=make_user(), reason_de="Aus.", seen_at=earlier)
    reporting.report_change(
        safeguard,
        "off",
        by=make_user(),
        reason_de="Aus.",
        seen_at=earlier,
        note="Erst heute bemerkt.",
    )
    assert Promise.objects.get().effective_from == earlier


@pytest.mark.parametrize(("value", "state"), [("off", State.OFF), ("on", State.ON)])
def test_what_has_held_for_long_also_holds_now(value: str, state: State) -> None:
    safeguard = make_safeguard("key")
    opposite = "protected" if value == "off" else "not_protected"
    record_state(safeguard, opposite, at=timezone.now() - timedelta(days=10))
    report = reporting.report_change(
        safeguard,
        value,
        by=make_user(),
        reason_de="Schon lange.",
        # Longer ago than the age limit and than the newest finding.
        seen_at=timezone.now() - timedelta(days=200),
        note="Im Protokoll von Zoom gesehen.",
    )
    if report:
        reporting.confirm(report, by=make_user("reviewer"))
    assert state_now("key") is state


def test_an_exception_where_nothing_protects_is_better_and_waits() -> None:
    safeguard = make_safeguard("key")
    record_state(safeguard, "not_protected")
    report = reporting.report_change(
        safeguard, "exception", by=make_user(), reason_de="Nur noch für eine Gruppe."
    )
    assert report is not None
    assert rows_at(timelines.load(), timezone.now())[0].deviation
    reporting.confirm(report, by=make_user("reviewer"))
    assert state_now("key") is State.EXCEPTION


def test_forgotten_samples_are_neither_last_known_nor_checked() -> None:
    safeguard = make_safeguard("key")
    record_state(safeguard, source="import", at=timezone.now() - timedelta(days=1))
    make_quick_answer("question", safeguard)
    reporting.forget_samples()
    read = timelines.load()
    (row,), (answer,) = rows_at(read, timezone.now()), answers_at(read, timezone.now())
    assert row.state is State.DUE
    assert (row.situation.last_known, row.checked_at) == (None, None)
    assert (answer.last_known, answer.checked_at) == (None, None)


def test_every_report_and_decision_is_audited() -> None:
    report = reporting.report_change(make_safeguard(), "on", by=make_user(), reason_de="Geprüft.")
    assert report is not None
    reporting.confirm(report, by=make_user("reviewer"))
    acts = list(AuditEntry.objects.order_by("id").values_list("act", flat=True))
    assert acts == ["safeguard-reported", "safeguard-confirmed"]


def test_replacing_the_sample_profile_forgets_the_sample_states() -> None:
    sample = make_safeguard("sample")
    record_state(sample, source=Source.IMPORT, at=timezone.now() - timedelta(hours=1))
    reporting.forget_samples()
    assert state_now("sample") is State.DUE


def test_only_the_age_limit_of_the_day_of_the_check_counts() -> None:
    safeguard = make_safeguard("cdn", max_age_days=30)
    start = timezone.now() - timedelta(days=20)
    record_state(safeguard, at=start)
    safeguard.max_age_days = 10
    safeguard.save()
    assert state_now("cdn") is State.ON


def test_nothing_is_left_behind_when_a_report_fails_half_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(reporting, "record_check", broken)
    with pytest.raises(RuntimeError):
        reporting.report_change(make_safeguard(), "off", by=make_user(), reason_de="Aus.")
    for model in (Promise, Finding, Attestation):
        assert not model._default_manager.exists()


def test_retired_waits_for_a_second_person_too() -> None:
    safeguard = make_safeguard("cdn")
    record_state(safeguard, "not_protected", at=timezone.now() - timedelta(days=1))
    report = reporting.report_change(safeguard, "retired", by=make_user(), reason_de="Entfallen.")
    assert report is not None
    assert state_now("cdn") is State.OFF
    reporting.confirm(report, by=make_user("reviewer"))
    assert state_now("cdn") is State.RETIRED
    assert Finding.objects.count() == 1
