"""What was done last: by people, from the audit, and by the portal itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser, User
from django.utils.translation import gettext_lazy as _

from notices.firm import audit
from notices.firm.jobs import HEARTBEAT
from notices.firm.models import AuditEntry, JobRun
from notices.safeguards.board.words import state_word
from notices.safeguards.states import State

from ...setup.troubles import BACKUP

LATEST = 10
# By the name of the job, which stands in the database.
JOB_WORDS = {
    "zoom-check": _("Read the Zoom account"),
    "alerts": _("Mails about deviations"),
    "failures": _("Mails if Zoom cannot be read"),
    "new-settings": _("Mails about new settings at Zoom"),
    "digest": _("Daily mails"),
    "make-pdfs": _("Make PDF files"),
    "erase-meetings": _("Erase old meetings"),
    "clear-evidence": _("Remove files that nobody handed over"),
    "clear-sessions": _("Remove sessions that ended"),
    "clear-tries": _("Forget old attempts to sign in"),
    "error-pages": _("Write the error pages"),
    "demo-reset": _("Begin the demo anew"),
    HEARTBEAT: _("All recurring jobs"),
    BACKUP: _("Backup"),
}


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the latest changes."""

    at: datetime
    by: str
    words: str


@dataclass(frozen=True, slots=True)
class Ran:
    """When a job of the portal ended last, and whether it went well."""

    words: str
    at: datetime
    is_well: bool


def latest(user: User | AnonymousUser, names: Mapping[str, str]) -> Iterator[Happened]:
    """Yield the newest lines of the audit in words; `names` are those behind the keys."""
    if not user.has_perm("firm.view_auditentry"):
        return
    # Who signed in is for the audit; here it would push out what was done.
    told = AuditEntry.objects.exclude(act=audit.Act.SIGNED_IN)
    for entry in told.select_related("by")[:LATEST]:
        # An edition is told by the key of its notice and its number.
        key, space, number = entry.subject.partition(" ")
        subject = f"{names[key]}{space}{number}" if key in names else entry.subject
        value = _state(entry.detail.get("value"))
        words = audit.in_words(entry.act, f"{subject} – {value}" if value else subject)
        yield Happened(entry.at, entry.by.get_username() if entry.by else "–", words)


def _state(value: object) -> str:
    """Return a state as readers see it, if an act was about one."""
    known = {one.value: one for one in State}
    return str(state_word(known[value])) if isinstance(value, str) and value in known else ""


def last_runs(runs: Sequence[JobRun]) -> list[Ran]:
    """Return when each job ended last, the newest first."""
    ended = [
        Ran(str(JOB_WORDS.get(run.name, run.name)), run.last_finished_at, not run.last_error)
        for run in runs
        if run.last_finished_at
    ]
    return sorted(ended, key=lambda one: one.at, reverse=True)
