"""Corrections that one person made alone leave the list once somebody else has looked at them."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import BigIntegerField, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from notices.firm.audit import Act
from notices.firm.models import AuditEntry

from ..models import Edition
from ..publishing import PublishingError, audit


class NothingToSee(PublishingError):
    """This edition is no correction, or was made by whoever looks."""


@transaction.atomic
def note_seen(edition: Edition, *, by: User) -> None:
    """Write down that `by` looked at a correction; a second look adds nothing."""
    # Locked, so that of two people who look at once one is written down.
    edition = Edition.objects.select_for_update(of=("self",)).get(pk=edition.pk)
    if not may_see(edition, by):
        raise NothingToSee(edition)
    if not seen([edition]):
        audit(by, Act.CORRECTION_SEEN, edition)


def may_see(edition: Edition, user: User) -> bool:
    """Say whether `user` is another person than who made this correction."""
    is_mine = edition.written_by_id == user.pk and settings.FOUR_EYES
    return edition.is_published and edition.correction > 0 and not is_mine


def unseen() -> QuerySet[Edition]:
    """Return the corrections that nobody has looked at, however old; the oldest first."""
    looked = AuditEntry.objects.filter(act=Act.CORRECTION_SEEN)
    # Compared where they are: in ten years there are many.
    of = Cast(KT("detail__edition"), BigIntegerField())
    made: QuerySet[Edition] = Edition.objects.published().filter(correction__gt=0)
    return made.exclude(pk__in=looked.values_list(of)).order_by("published_at", "id")


def seen(editions: Iterable[Edition]) -> set[int]:
    """Return which of `editions` somebody has looked at."""
    looked = AuditEntry.objects.filter(
        act=Act.CORRECTION_SEEN, detail__edition__in=[one.pk for one in editions]
    )
    return set(looked.values_list("detail__edition", flat=True))
