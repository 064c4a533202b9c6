"""Remember that the account should be read again soon; any number of requests are one."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q
from django.utils import timezone

from notices.firm.models import JobRun

NAME = "zoom-reread"


def request_reread() -> None:
    """Ask for a check of the Zoom account; the recurring jobs run it."""
    JobRun.objects.update_or_create(name=NAME, defaults={"last_started_at": timezone.now()})


def reread_is_due() -> bool:
    """Say whether somebody asked for a check that has not been made since."""
    waiting = Q(last_finished_at__isnull=True) | Q(last_finished_at__lt=F("last_started_at"))
    return JobRun.objects.filter(waiting, name=NAME, last_started_at__isnull=False).exists()


def reread_was_done(began_at: datetime) -> None:
    """Record a check that began at `began_at`; what was asked for later still waits."""
    JobRun.objects.filter(name=NAME).update(last_finished_at=began_at)
