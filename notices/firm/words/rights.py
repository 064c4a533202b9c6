"""What people may ask of us, each with a sentence they can send as it is."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from django.utils.translation import gettext as _

from ..models import Organisation


@dataclass(frozen=True, slots=True)
class Right:
    """One right, and the mail that uses it."""

    key: str
    name: str
    sentence: str
    link: str


def rights(organisation: Organisation) -> list[Right]:
    """Return the four rights people use most, in the language of the page."""
    offered = (
        (
            "object",
            _("Object"),
            _("I object to the processing of my data in video meetings. My reason is:"),
            _("Objection: my data in video meetings"),
        ),
        (
            "access",
            _("Ask what data we have"),
            _("Please tell me which data about me from video meetings you have."),
            _("Access: my data from video meetings"),
        ),
        (
            "delete",
            _("Have data deleted"),
            _("Please delete my data from video meetings."),
            _("Deletion: my data from video meetings"),
        ),
        (
            "correct",
            _("Have data corrected"),
            _("Please correct my data from video meetings. This is right:"),
            _("Correction: my data from video meetings"),
        ),
    )
    return [
        Right(key, name, sentence, mail_link(organisation.privacy_email, subject, sentence))
        for key, name, sentence, subject in offered
    ]


def mail_link(address: str, subject: str, sentence: str) -> str:
    """Return a `mailto:` address that opens a mail ready to send."""
    body = _("Hello,\n\n%(sentence)s\n\nMy name:\nMy address:") % {"sentence": sentence}
    lines = body.replace("\n", "\r\n")
    return (
        f"mailto:{quote(address, safe='@')}"
        f"?subject={quote(subject, safe='')}&body={quote(lines, safe='')}"
    )
