"""A meeting for Outlook, Apple and Google: title, time, place, short link, no way into Zoom."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils import translation
from django.utils.translation import gettext as _

from notices.firm import days
from notices.firm.languages import columns, localised
from notices.firm.models import FirmDetails
from notices.lib import ics

from ..models import Meeting

# The fields of a meeting that its calendar file repeats.
IN_CALENDARS = {*columns("title", "place"), "starts_at", "ends_at"}


def calendar_file(
    meeting: Meeting, inviting: FirmDetails, site: str, languages: Sequence[str]
) -> str:
    """Write `meeting` as an iCalendar file in one language or in several."""
    url = site + meeting.get_short_url()

    def title() -> str:
        text = localised(meeting, "title").text
        # Not every calendar shows that a meeting is cancelled, all of them show the title.
        return _("Cancelled: %(title)s") % {"title": text} if meeting.cancelled_at else text

    def place() -> str:
        return localised(meeting, "place").text or _("Video meeting")

    def description() -> str:
        return _("What applies to this meeting: %(address)s") % {"address": url}

    really_in = {localised(meeting, "title", language).language for language in languages}
    event = ics.Event(
        uid=f"{meeting.code.lower()}@lupe",
        title=_in_each(languages, title, " / "),
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        stamp=days.now(),
        place=_in_each(languages, place, " / "),
        url=url,
        description=_in_each(languages, description, "\n"),
        language=really_in.pop() if len(languages) == 1 else "",
        organiser=inviting.name,
        organiser_email=inviting.email,
        sequence=meeting.sequence,
        status="CANCELLED" if meeting.cancelled_at else "CONFIRMED",
    )
    return ics.calendar(event)


def _in_each(languages: Sequence[str], words: Callable[[], str], between: str) -> str:
    """Join what `words` says in each language, once where it says the same."""
    said = []
    for language in languages:
        with translation.override(language):
            said.append(words())
    return between.join(dict.fromkeys(said))
