"""Drafts about a deviation: for those who took part, and for the data protection officer.

Text in, text out: no database, no clock. Every text is in the active language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notices.firm.languages import Localised, localised
from notices.firm.templatetags.lupe import clock, day_words

from ..handouts.snippets import Contact
from .touched import Touched

# Art. 33 GDPR: the authority is told within 72 hours of the firm's knowing.
HOURS = 72
# How many meetings a note names; it counts all of them.
NAMED = 50


@dataclass(frozen=True, slots=True)
class Incident:
    """What is known about one deviation, in one language."""

    name: Localised
    seen: str
    meaning: Localised | None
    since: datetime
    until: datetime | None
    known_at: datetime
    explanations: Sequence[Localised]
    touched: Sequence[Touched]
    site: str

    @property
    def told(self) -> list[Touched]:
        """Return the meetings in which it was a surprise."""
        return [one for one in self.touched if not one.is_announced]


def moment(at: datetime) -> str:
    return _("%(day)s, %(clock)s") % {"day": day_words(at), "clock": clock(at)}


def deadline(known_at: datetime) -> datetime:
    """Return until when the authority has to be told, if it has to."""
    return known_at + timedelta(hours=HOURS)


def clock_words(known_at: datetime, now: datetime) -> str:
    """Say how long there still is to decide about a report."""
    left = deadline(known_at) - now
    hours = max(int(left.total_seconds() // 3600), 0)
    ends = {"moment": moment(deadline(known_at)), "n": hours}
    if left <= timedelta(0):
        return _("The 72 hours ended on %(moment)s.") % ends
    return (
        ngettext(
            "The 72 hours end on %(moment)s: %(n)d hour is left.",
            "The 72 hours end on %(moment)s: %(n)d hours are left.",
            hours,
        )
        % ends
    )


def to_participants(incident: Incident, meeting: Touched, contact: Contact) -> str:
    """Draft what those who took part in one meeting are told: of that meeting and no other."""
    parts = [
        _("Hello,"),
        _("you took part in a video meeting for which we owe you an explanation:"),
        f"- {_meeting(meeting, incident.site)}",
        _("One safeguard was not as we promise: %(name)s.") % {"name": incident.name.text},
        _("What was different: %(seen)s") % {"seen": incident.seen},
        _("From when to when: %(span)s") % {"span": span(incident)},
    ]
    if incident.meaning and incident.meaning.text:
        parts.append(_("What it means for you: %(meaning)s") % {"meaning": incident.meaning.text})
    parts.append(_("What we have done: %(done)s") % {"done": done(incident)})
    asked = {"name": contact.name, "phone": contact.phone}
    parts.append(_("Do you have questions? %(name)s, phone %(phone)s") % asked)
    return "\n\n".join(parts) + "\n"


def to_officer(incident: Incident, now: datetime) -> str:
    """Draft the note on which the data protection officer decides."""
    told = incident.told
    count = ngettext("%(n)d meeting", "%(n)d meetings", len(told)) % {"n": len(told)}
    parts = [
        _("Note about a deviation: %(name)s") % {"name": incident.name.text},
        "\n".join(
            [
                _("What was different: %(seen)s") % {"seen": incident.seen},
                _("From when to when: %(span)s") % {"span": span(incident)},
                _("Known since: %(moment)s") % {"moment": moment(incident.known_at)},
                clock_words(incident.known_at, now),
                _("Touched: %(count)s") % {"count": count},
                *(f"- {_meeting(one, incident.site)}" for one in told[:NAMED]),
                *([_("and %(n)d more") % {"n": rest}] if (rest := len(told) - NAMED) > 0 else []),
                _("What we have done: %(done)s") % {"done": done(incident)},
            ]
        ),
        _("To decide: is there a risk for the people concerned (Articles 33 and 34 GDPR)?"),
    ]
    return "\n\n".join(parts) + "\n"


def span(incident: Incident) -> str:
    """Say from when to when the setting was different."""
    since = moment(incident.since)
    if incident.until is None:
        return _("since %(since)s, not mended yet") % {"since": since}
    return _("from %(since)s until %(until)s") % {
        "since": since,
        "until": moment(incident.until),
    }


def done(incident: Incident) -> str:
    """Say what staff explained, and that the setting is right again if it is."""
    said = [one.text for one in incident.explanations]
    if incident.until:
        mended = _("The setting has been right again since %(moment)s.")
        said.append(mended % {"moment": moment(incident.until)})
    return " ".join(said) or _("(please add)")


def _meeting(one: Touched, site: str) -> str:
    title = localised(one.meeting, "title").text or one.meeting.code
    return _("%(title)s, %(moment)s: %(address)s") % {
        "title": title,
        "moment": moment(one.meeting.starts_at),
        "address": site + one.meeting.get_short_url(),
    }
