"""Recurring jobs: a lease in the database keeps two machines from running one at once."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from django.db import Error, connection
from django.db.models import F, Q
from django.utils import timezone

from .models import JobRun

HEARTBEAT = "heartbeat"
# By so much the clocks of two machines may differ; a later time comes from a clock that was wrong.
CLOCK_SKEW = timedelta(minutes=5)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """A function to call every so often, or whenever `is_due` says so.

    The lease is renewed while it runs, so a short one only says how soon after a crash the
    next run may begin. What has not ended within `limit` is ended.
    """

    name: str
    title: str
    run: Callable[[], object]
    every: timedelta = timedelta(0)
    lease: timedelta = timedelta(hours=1)
    limit: timedelta = timedelta(minutes=30)
    is_due: Callable[[datetime], bool] | None = None


class TookTooLong(BaseException):
    """A job did not end within its limit; code that survives every failure must not survive it."""


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
        with holding(job, taken_at), ended_after(job.limit):
            job.run()
    except (Exception, TookTooLong) as failure:  # one broken job must not stop the others
        logger.exception("The job %s failed.", job.name)
        # The class only: the text of an exception may hold personal data.
        error = type(failure).__name__
    give_back(job, taken_at, error)
    return Outcome.FAILED if error else Outcome.DONE


def take(job: Job, now: datetime, *, at_once: bool = False) -> bool:
    """Take the lease of `job` if it is free and the job is due, or wanted `at_once`."""
    if job.is_due and not at_once and not job.is_due(now):
        return False
    JobRun.objects.get_or_create(name=job.name)
    # Nobody holds a lease that was taken in the future: that clock was wrong.
    ahead = now + CLOCK_SKEW
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=now) | Q(last_started_at__gt=ahead)
    due = (
        Q(last_finished_at__isnull=True)
        | ~Q(last_error="")
        | Q(last_finished_at__lte=now - job.every)
        | Q(last_finished_at__gt=ahead)
        # Whoever held it never gave it back: that run did not finish.
        | Q(last_started_at__gt=F("last_finished_at"))
    )
    if job.is_due or at_once:
        due = Q()
    # One statement decides: of two machines the database lets only one change the row.
    taken = JobRun.objects.filter(free, due, name=job.name)
    return taken.update(leased_until=now + job.lease, last_started_at=now) == 1


@contextmanager
def holding(job: Job, taken_at: datetime) -> Iterator[None]:
    """Renew the lease taken at `taken_at` while the block runs, but not beyond the job's limit."""
    ended = threading.Event()
    renewing = threading.Thread(target=_renew, args=(job, taken_at, ended), daemon=True)
    renewing.start()
    try:
        yield
    finally:
        ended.set()
        renewing.join()


def _renew(job: Job, taken_at: datetime, ended: threading.Event) -> None:
    last = time.monotonic() + job.limit.total_seconds()
    while not ended.wait(job.lease.total_seconds() / 5) and time.monotonic() < last:
        ours = JobRun.objects.filter(name=job.name, last_started_at=taken_at)
        try:
            ours.update(leased_until=timezone.now() + job.lease)
        except Error:  # the database is busy or away: the next time may do
            logger.warning("The lease of the job %s could not be renewed.", job.name)
        finally:
            # A thread has a connection of its own.
            connection.close()


@contextmanager
def ended_after(limit: timedelta) -> Iterator[None]:
    """Raise TookTooLong in the block once `limit` is over, also while it waits for a network.

    Only the main thread can be interrupted; in another one the block runs on.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, _too_long)
    signal.setitimer(signal.ITIMER_REAL, limit.total_seconds())
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _too_long(*_signal: object) -> None:
    raise TookTooLong


def give_back(job: Job, taken_at: datetime, error: str) -> None:
    """End the lease taken at `taken_at` and record how it went."""
    # A job that outlived its lease must not end the lease of the next one.
    ours = JobRun.objects.filter(name=job.name, last_started_at=taken_at)
    ours.update(leased_until=None, last_finished_at=timezone.now(), last_error=error[:200])


def beat(now: datetime) -> None:
    """Record that the recurring jobs were looked after."""
    times = {"last_started_at": now, "last_finished_at": now}
    JobRun.objects.update_or_create(name=HEARTBEAT, defaults=times)


def last_heartbeat(now: datetime) -> datetime | None:
    """Return when the recurring jobs were last looked after; a time in the future is no answer."""
    beats = JobRun.objects.filter(name=HEARTBEAT, last_finished_at__lte=now + CLOCK_SKEW)
    return beats.values_list("last_finished_at", flat=True).first()
