"""What staff must know about the basis of a meeting before they invite to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from notices.communities.models import Community, Resolution
from notices.communities.reading import Flaw
from notices.firm.templatetags.lupe import day_words

from ..models import Meeting
from .for_whom import carried_by, for_whom, form_of


def warnings(meeting: Meeting, now: datetime) -> list[str]:
    """Return what is wrong, in whole sentences; nothing for a meeting that is over."""
    return [] if meeting.has_begun(now) else list(_warnings(meeting, now))


def _warnings(meeting: Meeting, now: datetime) -> Iterator[str]:
    if meeting.community is None:
        if meeting.type.needs_resolution and Community.objects.managed().exists():
            yield _("It is not said for which community this meeting is held.")
        return
    if for_whom(meeting, now) is None:
        yield _("Nobody has confirmed the details of this community yet: readers see none.")
    resolution, flaw = carried_by(meeting, now)
    if flaw:
        yield _flaw(flaw, resolution, form_of(meeting))
    rows = [*meeting.community.details.all(), *meeting.community.resolutions.all()]
    if any(row.decided_at is None for row in rows):
        yield _("Details of this community wait for a second person: readers see the older ones.")


def _flaw(flaw: Flaw, resolution: Resolution | None, form: str) -> str:
    if resolution is None:
        if form == Resolution.Kind.VIRTUAL:
            return _("No resolution is known by which these owners may meet by video alone.")
        return _("No resolution is known by which these owners may take part online.")
    words = {
        "resolved": day_words(resolution.resolved_on),
        "since": day_words(resolution.since),
        "until": day_words(resolution.until),
    }
    if flaw is Flaw.NOT_YET:
        return _("The resolution of %(resolved)s holds from %(since)s: after this meeting.") % words
    return _("The resolution of %(resolved)s ended on %(until)s: before this meeting.") % words
