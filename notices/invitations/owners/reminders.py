"""Remind staff 6 and 2 months before a resolution ends, and of a meeting in a room that is due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from notices.communities.models import Community, CommunityReminder, Resolution
from notices.firm import mailing
from notices.firm.days import day_of
from notices.firm.jobs import Job
from notices.firm.languages import REQUIRED, column
from notices.firm.templatetags.lupe import day_words

from ..models import Meeting

# Months before the end, the latest first: whoever enters something late is told once.
STAGES = (2, 6)
# Owners who resolved before 2028 to meet by video alone also meet in a room, through 2028.
LAST_YEAR_IN_A_ROOM = 2028
RESOLVED_BEFORE = date(2028, 1, 1)
# A little less than a day: a timer that fires a minute early must not skip a day.
DAILY = timedelta(hours=20)


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to be told about one community; `about` names it for ever."""

    community: Community
    about: str
    words: str


def due(today: date) -> Iterator[Due]:
    """Yield what staff have to be told today, told already or not."""
    managed = Community.objects.filter(left_on=None) | Community.objects.filter(left_on__gt=today)
    rows = managed.prefetch_related("details", "resolutions", "physical_meetings")
    in_rooms = _meetings_in_rooms(today.year)
    for community in rows:
        newest = _newest(community)
        for resolution in newest.values():
            if resolution.until and (stage := _stage(resolution.until, today)):
                yield Due(
                    community,
                    f"resolution/{resolution.pk}/{stage}",
                    _("%(name)s: the resolution to %(what)s ends on %(day)s.")
                    % {
                        "name": _name(community),
                        "what": resolution.get_kind_display(),
                        "day": day_words(resolution.until),
                    },
                )
        virtual = newest.get(Resolution.Kind.VIRTUAL)
        stage = _stage(date(today.year, 12, 31), today)
        if (
            virtual
            and stage
            and community.pk not in in_rooms
            and _needs_room(virtual, community, today)
        ):
            yield Due(
                community,
                f"room/{today.year}/{stage}",
                _("%(name)s: the owners have to meet in a room once in %(year)d.")
                % {"name": _name(community), "year": today.year},
            )


def send() -> None:
    """Tell editors and reviewers what is due and was not told before.

    The lease of the job keeps two processes from sending it twice.
    """
    to = mailing.addresses_of("editor", "reviewer")
    today = day_of(timezone.now())
    with translation.override(REQUIRED):
        told = set(CommunityReminder.objects.values_list("community_id", "about"))
        new = [one for one in due(today) if (one.community.pk, one.about) not in told]
        if not to or not new:
            return
        lines = "\n".join(f"- {one.words}" for one in new)
        text = _("Please plan in time:\n\n%(lines)s\n") % {"lines": lines}
        mailing.send(_("Owners' meetings: something has to be planned"), text, to)
    # Written last, and in no transaction around the mail: what was not sent must not count as told.
    CommunityReminder.objects.bulk_create(
        [CommunityReminder(community=one.community, about=one.about) for one in new],
        ignore_conflicts=True,
    )


def _newest(community: Community) -> dict[str, Resolution]:
    return {row.kind: row for row in community.resolutions.all() if row.accepted}


def _needs_room(virtual: Resolution, community: Community, today: date) -> bool:
    waived = any(row.accepted and row.physical_waived for row in community.resolutions.all())
    met = any(one.held_on.year == today.year for one in community.physical_meetings.all())
    asked = virtual.resolved_on < RESOLVED_BEFORE and today.year <= LAST_YEAR_IN_A_ROOM
    return asked and virtual.holds_on(today) and not waived and not met


def _stage(end: date, today: date) -> int | None:
    """Return how many months before `end` it is: within 2, within 6, or not yet."""
    if today > end:
        return None
    return next((months for months in STAGES if today >= months_before(end, months)), None)


def months_before(day: date, months: int) -> date:
    """Return the same day so many months earlier; the last of the month where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    first = date(year, month + 1, 1)
    following = (first + timedelta(days=31)).replace(day=1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))


def _meetings_in_rooms(year: int) -> set[int | None]:
    """Return the communities that meet, or met, in a room this year with others online."""
    has_room = {f"{column('place')}__gt": ""}
    meetings = Meeting.objects.filter(
        starts_at__year=year, cancelled_at=None, community__isnull=False, **has_room
    )
    return set(meetings.values_list("community_id", flat=True))


def _name(community: Community) -> str:
    rows = list(community.details.all())
    return rows[-1].name if rows else community.number


OWNERS = Job("owners", "Remind staff of what owners have to plan", send, DAILY)
