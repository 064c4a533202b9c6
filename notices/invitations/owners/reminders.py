"""Remind staff 6 and 2 months before a resolution ends, and of a meeting in a room that is due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from notices.communities.models import Community, Resolution
from notices.firm.languages import column
from notices.firm.templatetags.lupe import day_words

from ..models import Meeting

# Months before the end, the latest first: whoever enters something late is told once.
STAGES = (2, 6)
# Owners who resolved before 2028 to meet by video alone also meet in a room, through 2028.
LAST_YEAR_IN_A_ROOM = 2028
RESOLVED_BEFORE = date(2028, 1, 1)


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
