"""What an operator has to mend: told on the start page, by /readyz and by `check --deploy`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notices.firm import mailing
from notices.firm.jobs import CLOCK_SKEW, HEARTBEAT
from notices.firm.models import JobRun

BACKUP = "backup"
# Timers run the jobs every few minutes.
JOBS_SHOULD_RUN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing to mend; `key` is for machines and gives nothing away."""

    key: str
    sentence: str


def troubles(now: datetime, runs: Sequence[JobRun] | None = None) -> Iterator[Trouble]:
    """Yield what does not work, or has never been set up; `runs` if they were read already."""
    runs = list(JobRun.objects.all()) if runs is None else runs
    yield from _jobs(now, runs)
    yield from _backups(now, runs)
    yield from _mail()


def note_backup(at: datetime) -> None:
    """Record that a whole backup was written."""
    times = {"last_started_at": at, "last_finished_at": at}
    JobRun.objects.update_or_create(name=BACKUP, defaults=times)


def last_backup(now: datetime) -> datetime | None:
    """Return when the newest backup was written; a time in the future is no answer."""
    return _last(BACKUP, JobRun.objects.filter(name=BACKUP), now)


def _last(name: str, runs: Iterable[JobRun], now: datetime) -> datetime | None:
    ended = [run.last_finished_at for run in runs if run.name == name and run.last_finished_at]
    return next((at for at in ended if at <= now + CLOCK_SKEW), None)


def _jobs(now: datetime, runs: Sequence[JobRun]) -> Iterator[Trouble]:
    beat = _last(HEARTBEAT, runs, now)
    if beat is None:
        yield Trouble("jobs never ran", _("The recurring jobs have never run. Set up their timer."))
    elif beat < now - JOBS_SHOULD_RUN:
        yield Trouble("jobs stopped", _("The recurring jobs have stopped. Look at their timer."))
    for job in sorted(runs, key=lambda one: one.name):
        if not (job.last_error or _is_cut_off(job, now)):
            continue
        reason = job.last_error or _("it was cut off")
        said = _("The job “%(name)s” failed: %(reason)s. The log says more.")
        yield Trouble(f"job failed: {job.name}", said % {"name": job.name, "reason": reason})


def _is_cut_off(job: JobRun, now: datetime) -> bool:
    if job.leased_until is None or job.leased_until > now:
        return False
    ended, began = job.last_finished_at, job.last_started_at
    return ended is None or (began is not None and ended < began)


def _backups(now: datetime, runs: Sequence[JobRun]) -> Iterator[Trouble]:
    hours: int = settings.BACKUP_REMINDER_HOURS
    if not hours:
        return
    newest = _last(BACKUP, runs, now)
    if newest is None:
        yield Trouble("no backup", _("There is no backup yet."))
    elif newest < now - timedelta(hours=hours):
        yield Trouble("backup is old", _("The newest backup is too old."))


def _mail() -> Iterator[Trouble]:
    if not mailing.has_server():
        yield Trouble("no mail server", _("No mail server is set up, so alarms reach nobody."))
    reviewers = User.objects.filter(groups__name="reviewer", is_active=True, email="")
    if count := reviewers.distinct().count():
        yield Trouble(
            "reviewers without address",
            ngettext(
                "%(n)d reviewer has no e-mail address, so alarms do not arrive.",
                "%(n)d reviewers have no e-mail address, so alarms do not arrive.",
                count,
            )
            % {"n": count},
        )
