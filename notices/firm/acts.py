"""The acts in the audit, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "safeguard-reported": _("Setting reported: %(subject)s"),
    "safeguard-confirmed": _("Report confirmed: %(subject)s"),
    "safeguard-turned-down": _("Report turned down: %(subject)s"),
    "safeguard-checked": _("Checked, unchanged: %(subject)s"),
    "edition-begun": _("New edition begun: %(subject)s"),
    "edition-submitted": _("Handed over for approval: %(subject)s"),
    "edition-sent-back": _("Returned with a comment: %(subject)s"),
    "edition-published": _("Edition approved: %(subject)s"),
    "edition-corrected": _("Typing error corrected: %(subject)s"),
    "edition-took-correction": _("Correction taken over into a draft: %(subject)s"),
    "edition-withdrawn": _("Edition withdrawn: %(subject)s"),
    "edition-restored": _("Old edition restored as a draft: %(subject)s"),
    "edition-redacted": _("Personal data redacted: %(subject)s"),
    "evidence-exported": _("Evidence exported: %(subject)s"),
    "edition-has-gaps": _("Handed over with something missing: %(subject)s"),
    "edition-english-confirmed": _("English text confirmed: %(subject)s"),
    "foundation-fallen": _("Legal foundation has fallen: %(subject)s"),
    "foundation-stands": _("Legal foundation stands again: %(subject)s"),
    "meeting-moved": _("Meeting moved: %(subject)s"),
    "meeting-cancelled": _("Meeting cancelled: %(subject)s"),
    "meeting-erased": _("Meeting erased after its period: %(subject)s"),
    "meeting-reinstated": _("Cancellation taken back: %(subject)s"),
    "content-added": _("Added: %(subject)s"),
    "content-changed": _("Changed: %(subject)s"),
    "content-deleted": _("Deleted: %(subject)s"),
    "profile-confirmed": _("Our details confirmed: %(subject)s"),
    "account-erased": _("Account erased: %(subject)s"),
}


def in_words(act: str, subject: str) -> str:
    """Return what was done to `subject`."""
    return str(WORDS.get(act, "%(subject)s")) % {"subject": subject}


def name_of(act: str) -> str:
    """Return the act alone, as a choice in a list."""
    return in_words(act, "…")
