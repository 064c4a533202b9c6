"""Corrections and withdrawals, as the tests of editions need them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from notices.editions.integrity.digests import edition_digest
from notices.editions.models import Edition, Withdrawal
from notices.editions.publishing import render


def make_correction(edition: Edition, at: datetime, **changes: Any) -> Edition:
    """Make the next correction of `edition`, in force from `at`."""
    row = Edition.objects.get(pk=edition.pk)
    row.pk = None
    row._state.adding = True
    row.correction = edition.correction + 1
    row.published_at = row.in_force_from = at
    row.previous_digest = edition.digest
    for name, value in changes.items():
        setattr(row, name, value)
    row.rendered = render(row)
    row.digest = edition_digest(row)
    row.save()
    for html in row.rendered.values():
        html.edition = row
        html.save()
    return row


def withdraw(edition: Edition, at: datetime) -> Withdrawal:
    return Withdrawal.objects.create(
        edition=edition, at=at, reason_de="Ein Satz war falsch.", reason_en="A sentence was wrong."
    )
