"""When something on any page stops being true, or starts to be, without a new record."""

from __future__ import annotations

import threading
from datetime import datetime

from django.db import close_old_connections
from django.db.models import Min

from notices.editions.models import Edition, Withdrawal
from notices.safeguards.board import timelines


class ClaimsEnd:
    """The next such moment, asked for once for each state of the site.

    It counts for every page: what a page leans on need not be known, and nothing is forgotten.
    Only what a page alone depends on, such as the end of its meeting, the page says itself.
    """

    def __init__(self) -> None:
        self._stamp = ""
        self._known: list[tuple[datetime, datetime | None]] = []
        self._lock = threading.Lock()

    def after(self, moment: datetime, stamp: str) -> datetime | None:
        """Return the first such moment after `moment`, as recorded under `stamp`."""
        with self._lock:
            if stamp != self._stamp:
                self._stamp, self._known = stamp, []
            for start, end in self._known:
                if start <= moment and (end is None or moment < end):
                    return end
            try:
                end = next_after(moment)
            finally:
                # Django closes connections with its requests, and this is none.
                close_old_connections()
            # Two are asked for again and again: the one of now and the one after it.
            self._known = [*self._known[-3:], (moment, end)]
            return end


def next_after(moment: datetime) -> datetime | None:
    """Return when a state, or which edition is in force, changes next after `moment`."""
    starting = Edition.objects.published().filter(in_force_from__gt=moment)
    public = Edition.objects.published().filter(published_at__gt=moment)
    found = [
        timelines.load_now().next_change(moment),
        starting.aggregate(at=Min("in_force_from"))["at"],
        public.aggregate(at=Min("published_at"))["at"],
        Withdrawal.objects.filter(at__gt=moment).aggregate(at=Min("at"))["at"],
    ]
    return min((end for end in found if end), default=None)
