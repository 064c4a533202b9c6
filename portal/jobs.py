"""What the portal does by itself, time and again."""

from __future__ import annotations

from datetime import timedelta

from django.core.management import call_command

from notices.editions.pages import pdf
from notices.firm.jobs import Job
from notices.invitations import retention
from notices.safeguards.by_hand import evidence_files
from notices.safeguards.mails.account import FAILURES, NEW_SETTINGS
from notices.safeguards.mails.alerts import ALERTS

from . import demo
from .accounts import guessing
from .serving import error_pages
from .staff.digest.sending import DIGEST
from .staff.zoom_check import ZOOM_CHECK

# A little less than a day: a timer that fires a minute early must not skip a day.
DAILY = timedelta(hours=20)


def clear_sessions() -> None:
    """Delete the sessions of staff that have run out."""
    call_command("clearsessions")


JOBS = (
    # First: what a night throws away needs no mail, no PDF and no check.
    demo.RESET,
    ZOOM_CHECK,
    # After the check: what it found is told in the same run.
    ALERTS,
    FAILURES,
    NEW_SETTINGS,
    DIGEST,
    Job("make-pdfs", "Make the PDFs of new editions", pdf.make_missing, is_due=pdf.is_due),
    Job("erase-meetings", "Erase the data of old meetings", retention.erase_due, DAILY),
    Job("clear-evidence", "Remove files that no report took", evidence_files.clear, DAILY),
    Job("clear-sessions", "Clear old sessions", clear_sessions, DAILY),
    Job("clear-tries", "Forget old attempts to sign in", guessing.clear, DAILY),
    Job("error-pages", "Write the error pages", error_pages.write, DAILY),
)
