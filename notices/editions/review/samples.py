"""Texts that still name the sample firm: which are public, and which may never become it."""

from __future__ import annotations

from datetime import datetime

from notices.firm.languages import texts_of
from notices.firm.models import Organisation
from notices.firm.words.sample import names_sample

from ..models import Edition, Notice

FIELDS = ("title", "summary", "text", "change_note")


def holds_sample(edition: Edition) -> bool:
    """Say whether `edition` names the sample firm or one of its made-up details."""
    return any(names_sample(text) for field in FIELDS for text in texts_of(edition, field).values())


def holds_left_over(notice: Notice, moment: datetime) -> bool:
    """Say whether what readers see of `notice` holds a sample, once the profile is our own."""
    edition = notice.in_force_at(moment)
    is_own = not Organisation.objects.current().is_sample
    return is_own and edition is not None and holds_sample(edition)


def left_over(moment: datetime) -> list[Edition]:
    """Return the editions in force at `moment` that hold a sample, once the profile is our own.

    Before that all of the portal is a sample and says so on every page.
    """
    if Organisation.objects.current().is_sample:
        return []
    in_force = [notice.in_force_at(moment) for notice in Notice.objects.all()]
    return [edition for edition in in_force if edition and holds_sample(edition)]
