"""The audit: the acts, their words, and the one place that records them."""

from __future__ import annotations

import logging
from typing import Any, Protocol, runtime_checkable

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from .models import AuditEntry

LONGEST_SUBJECT = 200

logger = logging.getLogger(__name__)


class Act(models.TextChoices):
    """What can be done; the mark stands in the audit for ever, the words may change."""

    SAFEGUARD_REPORTED = "safeguard-reported", _("Setting reported: %(subject)s")
    SAFEGUARD_CONFIRMED = "safeguard-confirmed", _("Report confirmed: %(subject)s")
    SAFEGUARD_TURNED_DOWN = "safeguard-turned-down", _("Report turned down: %(subject)s")
    SAFEGUARD_TAKEN_BACK = "safeguard-taken-back", _("Report taken back: %(subject)s")
    SAFEGUARD_CHECKED = "safeguard-checked", _("Checked, unchanged: %(subject)s")
    PROMISE_LIFTED = "promise-lifted", _("Promised again: %(subject)s")
    SETTING_SAID = "setting-said", _("Said what a new setting does: %(subject)s")
    SETTING_CONFIRMED = "setting-confirmed", _("Confirmed what a new setting does: %(subject)s")
    EDITION_BEGUN = "edition-begun", _("New edition begun: %(subject)s")
    EDITION_DISCARDED = "edition-discarded", _("Draft discarded: %(subject)s")
    EDITION_SUBMITTED = "edition-submitted", _("Handed over for approval: %(subject)s")
    EDITION_SENT_BACK = "edition-sent-back", _("Returned with a comment: %(subject)s")
    EDITION_TAKEN_BACK = "edition-taken-back", _("Taken back before approval: %(subject)s")
    EDITION_PUBLISHED = "edition-published", _("Edition approved: %(subject)s")
    EDITION_CORRECTED = "edition-corrected", _("Typing error corrected: %(subject)s")
    CORRECTION_SEEN = "edition-correction-seen", _("Correction looked at: %(subject)s")
    EDITION_TOOK_CORRECTION = (
        "edition-took-correction",
        _("Correction taken over into a draft: %(subject)s"),
    )
    EDITION_WITHDRAWN = "edition-withdrawn", _("Edition withdrawn: %(subject)s")
    EDITION_RESTORED = "edition-restored", _("Old edition restored as a draft: %(subject)s")
    EDITION_REDACTED = "edition-redacted", _("Personal data redacted: %(subject)s")
    EDITION_HAS_GAPS = "edition-has-gaps", _("Handed over with something missing: %(subject)s")
    # The key is of a time with one translation; entries stay as they were written.
    EDITION_TRANSLATION_CONFIRMED = (
        "edition-english-confirmed",
        _("Translation confirmed: %(subject)s"),
    )
    EVIDENCE_EXPORTED = "evidence-exported", _("Evidence exported: %(subject)s")
    FOUNDATION_FALLEN = "foundation-fallen", _("Legal foundation has fallen: %(subject)s")
    FOUNDATION_STANDS = "foundation-stands", _("Legal foundation stands again: %(subject)s")
    MEETING_MOVED = "meeting-moved", _("Meeting moved: %(subject)s")
    MEETING_CANCELLED = "meeting-cancelled", _("Meeting cancelled: %(subject)s")
    MEETING_ERASED = "meeting-erased", _("Meeting erased after its period: %(subject)s")
    MEETING_REINSTATED = "meeting-reinstated", _("Cancellation taken back: %(subject)s")
    COMMUNITIES_IMPORTED = "communities-imported", _("Communities read from a file: %(subject)s")
    COMMUNITIES_CONFIRMED = (
        "communities-confirmed",
        _("Details of communities confirmed: %(subject)s"),
    )
    COMMUNITIES_TURNED_DOWN = (
        "communities-turned-down",
        _("Details of communities turned down: %(subject)s"),
    )
    COMMUNITIES_TAKEN_BACK = (
        "communities-taken-back",
        _("Details of communities taken back: %(subject)s"),
    )
    INCIDENT_DECIDED = "incident-decided", _("Decided about a deviation: %(subject)s")
    CONTENT_ADDED = "content-added", _("Added: %(subject)s")
    CONTENT_CHANGED = "content-changed", _("Changed: %(subject)s")
    CONTENT_DELETED = "content-deleted", _("Deleted: %(subject)s")
    CHANGE_PROPOSED = "change-proposed", _("Change proposed: %(subject)s")
    CHANGE_CONFIRMED = "change-confirmed", _("Change confirmed: %(subject)s")
    CHANGE_TURNED_DOWN = "change-turned-down", _("Change turned down: %(subject)s")
    CHANGE_TAKEN_BACK = "change-taken-back", _("Proposal taken back: %(subject)s")
    CHANGE_REDACTED = "change-redacted", _("Personal data redacted in a proposal: %(subject)s")
    PROFILE_CONFIRMED = "profile-confirmed", _("Our details confirmed: %(subject)s")
    POSTERS_UP = "posters-up", _("Sheets put up: %(subject)s")
    SIGNED_IN = "signed-in", _("Signed in: account %(subject)s")
    SIGN_IN_BRAKED = "sign-in-braked", _("Braked after too many attempts: %(subject)s")
    FACTOR_ADDED = "factor-added", _("Second factor set up: account %(subject)s")
    FACTOR_REMOVED = "factor-removed", _("Second factor removed: account %(subject)s")
    FACTOR_LOST = "factor-lost", _("Second factor reported lost: account %(subject)s")
    FACTOR_RESET = "factor-reset", _("Second factor reset: account %(subject)s")
    PASSWORD_CHANGED = "password-changed", _("Password changed: account %(subject)s")
    ROLES_CHANGED = "roles-changed", _("Roles changed: account %(subject)s")
    SESSIONS_ENDED = "sessions-ended", _("Signed out everywhere: account %(subject)s")
    AUDIT_EXPORTED = "audit-exported", _("Audit saved as a table, entries: %(subject)s")
    LINK_SENT = "account-link-sent", _("Link for an own password made: account %(subject)s")
    LINK_USED = "account-link-used", _("Own password set by link: account %(subject)s")
    ACCOUNT_ERASED = "account-erased", _("Account erased: %(subject)s")


@runtime_checkable
class AuditNamed(Protocol):
    """A row whose own words must not outlive it in the audit."""

    def audit_name(self) -> str: ...


def record(
    act: Act, subject: str, *, by: AbstractBaseUser | AnonymousUser | None = None, **detail: Any
) -> AuditEntry:
    """Append that `by` (or the program itself) did `act` to `subject`."""
    account = by.pk if by else None
    # Not the subject, which may be words of people; and only once it is kept.
    note = {"act": str(act.value), "account": account, "result": "done"}
    transaction.on_commit(lambda: logger.info("act", extra=note))
    return AuditEntry.objects.create(
        by_id=account,
        act=act,
        subject=Truncator(subject).chars(LONGEST_SUBJECT),
        detail=detail,
    )


def name_of_row(row: models.Model) -> str:
    """Return the kind and the name of `row`, as the audit may keep them for ever."""
    # Users by number: their names must vanish when they are erased.
    name = f"#{row.pk}" if row._meta.label == "auth.User" else str(row)
    if isinstance(row, AuditNamed):
        name = row.audit_name()
    kind = str(row._meta.verbose_name)
    return f"{kind[:1].upper()}{kind[1:]}: {name}"


def in_words(act: str, subject: str) -> str:
    """Return what was done to `subject`; the audit may hold marks that no act bears any more."""
    words = str(Act(act).label) if act in Act.values else "%(subject)s"
    return words % {"subject": subject}


def name_of(act: str) -> str:
    """Return the act alone, as a choice in a list."""
    return in_words(act, "…")
