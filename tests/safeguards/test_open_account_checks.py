"""What an earlier release read from the account holds no longer than what is read today."""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from notices.firm.storage import append_only
from notices.safeguards.apps import derive_once
from notices.safeguards.board import timelines
from notices.safeguards.derived import intervals
from notices.safeguards.models import Check, CheckCoverage, Safeguard, Source
from notices.safeguards.states import State
from tests.factories import make_safeguard, write_finding, write_promise

pytestmark = pytest.mark.django_db

MIGRATION = import_module("notices.safeguards.migrations.0015_open_account_checks")
NOW = timezone.now()
BY_ACCOUNT: dict[str, Any] = {"checked_by": Safeguard.CheckedBy.ACCOUNT, "max_age_days": 7}


def read(safeguard: Safeguard, days_ago: int, source: str = Source.ACCOUNT) -> CheckCoverage:
    """Write what a release with a limit of 90 days left behind."""
    at = NOW - timedelta(days=days_ago)
    made = Check.objects.create(at=at, recorded_at=at, source=source, outcome=Check.Outcome.DONE)
    row = CheckCoverage.objects.create(
        check_made=made, safeguard=safeguard, valid_until=at + timedelta(days=90)
    )
    intervals.append([row])
    write_promise(safeguard=safeguard, value="on", effective_from=at, recorded_at=at)
    write_finding(
        safeguard=safeguard, verdict="protected", seen_at=at, recorded_at=at, source=source
    )
    return row


def bring_up_to_date() -> None:
    MIGRATION.shorten(apps, SimpleNamespace(connection=connection))
    append_only.install(connection, [CheckCoverage])
    derive_once("default")


def state_at(safeguard: Safeguard, moment: datetime) -> State | None:
    return timelines.load().state_of(safeguard.key, moment)


def test_who_reads_meanwhile_sees_no_moment_without_a_state() -> None:
    safeguard = make_safeguard(**BY_ACCOUNT)
    read(safeguard, days_ago=2)
    MIGRATION.shorten(apps, SimpleNamespace(connection=connection))
    assert state_at(safeguard, NOW) is State.ON
    assert state_at(safeguard, NOW + timedelta(days=6)) is State.DUE
    assert safeguard.runs.exists()


def test_where_a_later_release_has_other_tables_they_are_derived_after_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(MIGRATION, "has_todays_tables", lambda apps: False)
    safeguard = make_safeguard(**BY_ACCOUNT)
    read(safeguard, days_ago=2)
    bring_up_to_date()
    assert state_at(safeguard, NOW) is State.ON
    assert state_at(safeguard, NOW + timedelta(days=6)) is State.DUE


def test_a_fresh_reading_holds_a_week_from_its_moment() -> None:
    safeguard = make_safeguard(**BY_ACCOUNT)
    row = read(safeguard, days_ago=2)
    bring_up_to_date()
    row.refresh_from_db()
    assert row.valid_until == NOW + timedelta(days=5)
    assert state_at(safeguard, NOW + timedelta(days=4)) is State.ON
    assert state_at(safeguard, NOW + timedelta(days=6)) is State.DUE


def test_an_old_reading_is_unknown_from_now_on_and_past_days_stay() -> None:
    safeguard = make_safeguard(**BY_ACCOUNT)
    row = read(safeguard, days_ago=30)
    bring_up_to_date()
    row.refresh_from_db()
    assert NOW <= row.valid_until <= timezone.now()
    assert state_at(safeguard, timezone.now()) is State.DUE
    assert state_at(safeguard, NOW - timedelta(days=10)) is State.ON


@pytest.mark.parametrize(
    ("days_ago", "source"), [(2, Source.HAND), (100, Source.ACCOUNT)], ids=["by hand", "over"]
)
def test_what_people_compared_and_what_is_over_stays(days_ago: int, source: str) -> None:
    row = read(make_safeguard(**BY_ACCOUNT), days_ago, source)
    before = row.valid_until
    bring_up_to_date()
    row.refresh_from_db()
    assert row.valid_until == before


def test_the_database_refuses_a_change_again_afterwards() -> None:
    row = read(make_safeguard(**BY_ACCOUNT), days_ago=2)
    bring_up_to_date()
    with pytest.raises(DatabaseError), transaction.atomic():
        CheckCoverage.objects.filter(pk=row.pk).update(valid_until=NOW)
