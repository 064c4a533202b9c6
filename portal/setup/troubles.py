"""What an operator has to mend: told on the start page, by /readyz and by `check --deploy`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notices.editions.review import samples
from notices.firm import mailing
from notices.firm.jobs import CLOCK_SKEW, last_heartbeat
from notices.firm.models import JobRun

BACKUP = "backup"
# Timers run the jobs every few minutes.
JOBS_SHOULD_RUN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing to mend; `key` is for machines and gives nothing away."""

    key: str
    sentence: str


def troubles(now: datetime) -> Iterator[Trouble]:
    """Yield what does not work, or has never been set up."""
    yield from _jobs(now)
    yield from _backups(now)
    yield from _mail()
    yield from _samples(now)


def note_backup(at: datetime) -> None:
    """Record that a whole backup was written."""
    times = {"last_started_at": at, "last_finished_at": at}
    JobRun.objects.update_or_create(name=BACKUP, defaults=times)


def last_backup(now: datetime) -> datetime | None:
    """Return when the newest backup was written; a time in the future is no answer."""
    rows = JobRun.objects.filter(name=BACKUP, last_finished_at__lte=now + CLOCK_SKEW)
    return rows.values_list("last_finished_at", flat=True).first()


def _jobs(now: datetime) -> Iterator[Trouble]:
    beat = last_heartbeat(now)
    if beat is None:
        yield Trouble("jobs never ran", _("The recurring jobs have never run. Set up their timer."))
    elif beat < now - JOBS_SHOULD_RUN:
        yield Trouble("jobs stopped", _("The recurring jobs have stopped. Look at their timer."))
    dead = Q(leased_until__lte=now) & (
        Q(last_finished_at=None) | Q(last_finished_at__lt=F("last_started_at"))
    )
    for job in JobRun.objects.filter(~Q(last_error="") | dead).order_by("name"):
        reason = job.last_error or _("it was cut off")
        said = _("The job “%(name)s” failed: %(reason)s. The log says more.")
        yield Trouble(f"job failed: {job.name}", said % {"name": job.name, "reason": reason})


def _backups(now: datetime) -> Iterator[Trouble]:
    hours: int = settings.BACKUP_REMINDER_HOURS
    if not hours:
        return
    newest = last_backup(now)
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


def _samples(now: datetime) -> Iterator[Trouble]:
    for edition in samples.left_over(now):
        yield Trouble(
            f"sample text: {edition.notice.key}",
            _("The text “%(title)s” still names the sample firm.") % {"title": edition.notice},
        )
