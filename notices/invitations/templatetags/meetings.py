"""What staff and readers are told about one meeting, in whole sentences."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from notices.firm.templatetags.lupe import day_and_clock
from notices.firm.words.sentences import sentence
from notices.invitations.incidents.touched import During
from notices.invitations.meeting_settings import OwnSettings
from notices.invitations.models import Meeting

register = template.Library()


@register.filter
def cancel_words(meeting: Meeting) -> str:
    """Return the words of the button that cancels a meeting, or takes that back."""
    if meeting.cancelled_at:
        return _("Take the cancellation back")
    return _("Cancel the meeting")


@register.filter
def language_words(meeting: Meeting) -> str:
    """Say in which language the meeting is held."""
    return _("The meeting is held in %(language)s.") % {"language": meeting.get_language_display()}


@register.filter
def incident_span(one: During) -> SafeString:
    """Say from when to when a setting was not as promised."""
    since = day_and_clock(one.start)
    if one.end is None:
        return sentence(_("since %(since)s, not mended yet."), since=since)
    text = _("from %(since)s until %(until)s.")
    return sentence(text, since=since, until=day_and_clock(one.end))


@register.filter
def own_settings_words(meeting: Meeting, own: OwnSettings) -> SafeString | str:
    """Say whether the private Zoom number is stored, and whether its settings were read."""
    if not meeting.zoom_meeting_id_encrypted:
        return _("not stored; the page speaks about our Zoom account")
    read = _("settings not read yet")
    if own.read_at:
        moment = day_and_clock(own.read_at)
        read = sentence(_("settings read on %(moment)s"), moment=moment)
    return format_html("{}, {}", _("stored"), read)
