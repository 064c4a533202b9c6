"""manage.py run_due_jobs: for cron or a systemd timer, on one machine or on several."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.utils import timezone

from notices.firm import jobs
from portal.jobs import JOBS


class Command(BaseCommand):
    help = "Run the recurring jobs that are due; exit 1 if one failed."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            failed = self.run_all()
            jobs.beat(timezone.now())
        except OperationalError as error:
            raise CommandError("The database does not answer; the jobs wait.") from error
        if failed:
            raise CommandError(f"Failed: {', '.join(failed)}. The log says why.")

    def run_all(self) -> list[str]:
        """Run what is due; return the titles of what failed."""
        failed = []
        for job in JOBS:
            outcome = jobs.run(job)
            self.stdout.write(f"{job.title}: {outcome.value}.")
            if outcome is jobs.Outcome.FAILED:
                failed.append(job.title)
        return failed
