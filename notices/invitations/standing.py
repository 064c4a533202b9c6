"""What a meeting's page says first: that it is cancelled, moved, going on or over."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from notices.firm.languages import Localised, localised
from notices.firm.templatetags.lupe import (
    clock,
    day,
    day_and_clock,
    day_words,
    in_its_language,
    weekday,
)
from notices.firm.words.sentences import sentence

from .models import Meeting
from .phases import Phase


@dataclass(frozen=True, slots=True)
class Standing:
    """The heading of a meeting's page, and the banner below it where there is news."""

    heading: SafeString
    page_title: str
    # When it is, or what is left of that.
    lead: str
    banner: SafeString | str = ""
    more: SafeString | str = ""
    is_cancelled: bool = False
    # Whoever comes late needs the way in, not the calendar.
    joins_now: bool = False
    calendar_words: str = ""


def standing(meeting: Meeting, title: Localised, phase: Phase) -> Standing:
    """Return what to say first; `title` is the meeting's, with the places where it may part."""
    words = _heading_words(meeting, phase)
    plain = str(localised(meeting, "title"))
    return Standing(
        heading=sentence(words, title=in_its_language(title), day=day(meeting.starts_at)),
        page_title=_page_title(words, plain, meeting),
        lead=_lead(meeting, phase),
        banner=_banner(meeting, phase),
        more=_more(meeting, phase),
        is_cancelled=bool(meeting.cancelled_at),
        joins_now=phase is Phase.RUNNING and not meeting.cancelled_at,
        calendar_words=_calendar_words(meeting, phase),
    )


def _page_title(words: str, title: str, meeting: Meeting) -> str:
    """Return a title with the time: on one day there may be two meetings of one kind."""
    told = words % {"title": title, "day": day_words(meeting.starts_at)}
    return f"{told} · {clock(meeting.starts_at)}"


def _heading_words(meeting: Meeting, phase: Phase) -> str:
    if meeting.cancelled_at:
        if phase is Phase.HELD:
            return _("Was cancelled: %(title)s on %(day)s")
        return _("Cancelled: %(title)s on %(day)s")
    if phase is Phase.HELD:
        return _("%(title)s on %(day)s took place")
    if phase is Phase.RUNNING:
        return _("Going on now: %(title)s on %(day)s")
    if meeting.moved_from:
        return _("Moved: %(title)s now on %(day)s")
    return _("%(title)s on %(day)s")


def _lead(meeting: Meeting, phase: Phase) -> str:
    end = clock(meeting.ends_at)
    if phase is Phase.RUNNING and not meeting.cancelled_at:
        # No time that is past: whoever reads this wants to join.
        return _("Until about %(end)s") % {"end": end}
    parts = {
        "weekday": weekday(meeting.starts_at),
        # "18 bis etwa 20 Uhr": German says the word once.
        "start": clock(meeting.starts_at).removesuffix(" Uhr"),
        "end": end,
    }
    return _("%(weekday)s, %(start)s to about %(end)s") % parts


def _banner(meeting: Meeting, phase: Phase) -> SafeString | str:
    if meeting.cancelled_at:
        if phase is Phase.HELD:
            return _("The meeting was cancelled.")
        return _("The meeting is cancelled.")
    if phase is Phase.RUNNING:
        return _("The meeting has begun.")
    if meeting.moved_from:
        day_then = day_and_clock(meeting.starts_at)
        return sentence(_("The meeting has been moved to %(day)s."), day=day_then)
    return ""


def _more(meeting: Meeting, phase: Phase) -> SafeString | str:
    if meeting.cancelled_at:
        return _("Do you have questions? Please call us.")
    if meeting.moved_from and phase is not Phase.RUNNING:
        return sentence(_("The old date was %(day)s."), day=day_and_clock(meeting.moved_from))
    return ""


def _calendar_words(meeting: Meeting, phase: Phase) -> str:
    if phase is Phase.HELD:
        return ""
    if meeting.cancelled_at:
        return _("Delete the date from my calendar")
    if phase is Phase.RUNNING:
        return ""
    return _("Update my calendar") if meeting.moved_from else _("Save to my calendar")
