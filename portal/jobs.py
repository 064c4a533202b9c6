"""What the portal does by itself, time and again."""

from __future__ import annotations

from datetime import timedelta

from django.core.management import call_command

from notices.faq.indexing import SEARCH_INDEX
from notices.firm.jobs import Job
from notices.safeguards import evidence
from notices.safeguards.alerts import ALERTS
from notices.safeguards.checking import ZOOM_CHECK
from notices.safeguards.reminding import REMINDERS

from . import error_pages

# A little less than a day: a timer that fires a minute early must not skip a day.
DAILY = timedelta(hours=20)


def clear_sessions() -> None:
    """Delete the sessions of staff that have run out."""
    call_command("clearsessions")


JOBS = (
    ZOOM_CHECK,
    # After the check: what it found is told in the same run.
    ALERTS,
    REMINDERS,
    SEARCH_INDEX,
    Job("clear-evidence", "Remove files that no report took", evidence.clear, DAILY),
    Job("clear-sessions", "Clear old sessions", clear_sessions, DAILY),
    Job("error-pages", "Write the error pages", error_pages.write, DAILY),
)
