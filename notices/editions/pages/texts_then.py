"""Which texts held at a time of the past: the archive and a meeting's page ask the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from notices.firm.days import day_of

from ..models import Edition, Notice
from ..validity import fallen_by
from .history import LONG_TEXTS, Held, held_of
from .sentences import Fallen


@dataclass(frozen=True, slots=True)
class TextThen:
    """One edition that held, and what of it no longer was right by then."""

    held: Held
    fallen: Fallen


@dataclass(frozen=True, slots=True)
class NoticeThen:
    """A notice with the editions that held at any time of a span, the latest first."""

    notice: Notice
    texts: Sequence[TextThen]


def texts_between(start: datetime, end: datetime, now: datetime) -> list[NoticeThen]:
    """Return the notices in force at any time of [start, end), as known `now`."""
    came = Edition.objects.came_into_force_by(now)
    own = came.filter(notice=OuterRef("pk"))
    before = own.filter(in_force_from__lt=start).in_force_order()
    after = own.filter(in_force_from__gte=end).in_force_order().reverse()
    beside = Notice.objects.order_by().annotate(
        before=Subquery(before.values("pk")[:1]), after=Subquery(after.values("pk")[:1])
    )
    told = came.exclude(notice__kind__in=Notice.SINGLE_KINDS).filter(
        Q(in_force_from__gte=start, in_force_from__lt=end)
        | Q(pk__in=beside.values("before"))
        | Q(pk__in=beside.values("after"))
    )
    related = told.select_related("notice", "withdrawal").defer(*LONG_TEXTS)
    order = ("-notice__kind", "notice__key", "-in_force_from", "-number", "-correction")
    found = []
    for notice, rows in groupby(related.order_by(*order), attrgetter("notice")):
        editions = list(rows)
        # The latest first: only the first one can be from after the span.
        is_later = editions[0].in_force_from is not None and editions[0].in_force_from >= end
        later = editions.pop(0) if is_later else None
        held = held_of(editions, later, now)
        if held := [one for one in held if one.end is None or one.end > start]:
            found.append((notice, held))
    until = day_of(end - timedelta(microseconds=1))
    fallen = fallen_by((one.edition for _notice, held in found for one in held), until)
    return [
        NoticeThen(notice, [TextThen(one, fallen[one.edition.pk]) for one in held])
        for notice, held in found
    ]


def nothing_held(start: datetime, now: datetime) -> str:
    """Say why no text held from `start` on: there was none yet, or it had been withdrawn."""
    before = Edition.objects.came_into_force_by(now).filter(in_force_from__lt=start)
    if before.exclude(notice__kind__in=Notice.SINGLE_KINDS).exists():
        return _("The last edition had been withdrawn by then.")
    return _("There was no edition in this portal yet at that time.")
