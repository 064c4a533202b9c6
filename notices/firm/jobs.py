"""Recurring jobs: a lease in the database keeps two machines from running one at once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from django.db.models import F, Q
from django.utils import timezone

from .models import JobRun

HEARTBEAT = "heartbeat"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """A function to call every so often; it must end well within `lease`."""

    name: str
    title: str
    run: Callable[[], object]
    every: timedelta
    lease: timedelta = timedelta(hours=1)


class Outcome(Enum):
    DONE = "done"
    NOT_DUE = "not due yet"
    ELSEWHERE = "is running elsewhere"
    FAILED = "failed"


def run(job: Job) -> Outcome:
    """Run `job` if it is due and nobody else is at it."""
    taken_at = timezone.now()
    if not take(job, taken_at):
        held = JobRun.objects.filter(name=job.name, leased_until__gt=taken_at).exists()
        return Outcome.ELSEWHERE if held else Outcome.NOT_DUE
    error = ""
    try:
        job.run()
    except Exception as failure:  # one broken job must not stop the others
        logger.exception("The job %s failed.", job.name)
        # The class only: the text of an exception may hold personal data.
        error = type(failure).__name__
    give_back(job, taken_at, error)
    return Outcome.FAILED if error else Outcome.DONE


def take(job: Job, now: datetime) -> bool:
    """Take the lease of `job` if it is free and the job is due."""
    JobRun.objects.get_or_create(name=job.name)
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
    due = (
        Q(last_finished_at__isnull=True)
        | ~Q(last_error="")
        | Q(last_finished_at__lte=now - job.every)
        # Whoever held it never gave it back: that run did not finish.
        | Q(last_started_at__gt=F("last_finished_at"))
    )
    # One statement decides: of two machines the database lets only one change the row.
    taken = JobRun.objects.filter(free, due, name=job.name)
    return taken.update(leased_until=now + job.lease, last_started_at=now) == 1


def give_back(job: Job, taken_at: datetime, error: str) -> None:
    """End the lease taken at `taken_at` and record how it went."""
    # A job that outlived its lease must not end the lease of the next one.
    ours = JobRun.objects.filter(name=job.name, last_started_at=taken_at)
    ours.update(leased_until=None, last_finished_at=timezone.now(), last_error=error[:200])


def beat(now: datetime) -> None:
    """Record that the recurring jobs were looked after."""
    times = {"last_started_at": now, "last_finished_at": now}
    JobRun.objects.update_or_create(name=HEARTBEAT, defaults=times)


def last_heartbeat() -> datetime | None:
    """Return when the recurring jobs were last looked after."""
    beats = JobRun.objects.filter(name=HEARTBEAT)
    return beats.values_list("last_finished_at", flat=True).first()
