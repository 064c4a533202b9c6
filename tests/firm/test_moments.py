"""Moments that are read as text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from notices.firm.days import BERLIN
from notices.firm.storage.moments import as_text, moment_of
from notices.safeguards.models import Check

MOMENTS = [
    datetime(2026, 3, 1, 12, tzinfo=UTC),
    datetime(2026, 3, 1, 12, 30, 5, 120_000, tzinfo=UTC),
    datetime(2026, 3, 29, 2, 59, 59, 999_999, tzinfo=UTC),
    datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=0),
    datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1),
]


@pytest.mark.django_db
def test_a_moment_that_is_read_as_text_is_the_one_that_was_stored() -> None:
    Check.objects.bulk_create(
        Check(at=one, recorded_at=one, source="account", outcome="done") for one in MOMENTS
    )
    rows = Check.objects.order_by("at").values_list(as_text("at"), "at")
    found = [(moment_of(text), at) for text, at in rows]
    assert [at for at, _same in found] == [one.astimezone(UTC) for one in MOMENTS]
    assert all(one == same and one.utcoffset() == timedelta(0) for one, same in found)
    assert connection.settings_dict["TIME_ZONE"] is None
