"""manage.py run_due_jobs: for cron or a systemd timer, on one machine or on several."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.firm import jobs
from portal.jobs import JOBS
from portal.staff.start.happened import JOB_WORDS

OUTCOME_WORDS = {
    jobs.Outcome.DONE: gettext_lazy("done"),
    jobs.Outcome.NOT_DUE: gettext_lazy("not due yet"),
    jobs.Outcome.ELSEWHERE: gettext_lazy("is running elsewhere"),
    jobs.Outcome.FAILED: gettext_lazy("failed"),
}


class Command(BaseCommand):
    help = "Run the recurring jobs that are due; exit 1 if one failed."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            failed = self.run_all()
            jobs.beat(timezone.now())
        except OperationalError as error:
            raise CommandError(_("The database does not answer; the jobs wait.")) from error
        if failed:
            told = _("Failed: %(names)s. The log says why.")
            raise CommandError(told % {"names": ", ".join(failed)})

    def run_all(self) -> list[str]:
        """Run what is due; return the titles of what failed."""
        failed = []
        for job in JOBS:
            outcome = jobs.run(job)
            words = str(JOB_WORDS.get(job.name, job.title))
            self.stdout.write(f"{words}: {OUTCOME_WORDS[outcome]}.")
            if outcome is jobs.Outcome.FAILED:
                failed.append(words)
        return failed
