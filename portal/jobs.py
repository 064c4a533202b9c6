"""What the portal does by itself, time and again."""

from __future__ import annotations

from datetime import timedelta

from django.core.management import call_command

from notices.editions import pdf
from notices.faq.indexing import SEARCH_INDEX
from notices.firm.jobs import Job
from notices.invitations import retention
from notices.safeguards import evidence
from notices.safeguards.alerts import ALERTS
from notices.safeguards.reminding import REMINDERS

from . import error_pages
from .zoom_check import ZOOM_CHECK

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
    Job("make-pdfs", "Make the PDFs of new editions", pdf.make_missing, is_due=pdf.is_due),
    Job("erase-meetings", "Erase the data of old meetings", retention.erase_due, DAILY),
    SEARCH_INDEX,
    Job("clear-evidence", "Remove files that no report took", evidence.clear, DAILY),
    Job("clear-sessions", "Clear old sessions", clear_sessions, DAILY),
    Job("error-pages", "Write the error pages", error_pages.write, DAILY),
)
