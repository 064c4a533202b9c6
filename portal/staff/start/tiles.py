"""The numbers on top of the first page; each leads to exactly the rows it counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext


@dataclass(frozen=True, slots=True)
class Tile:
    """One number, what it counts, and where the counted rows stand: on this page or in a list."""

    count: int
    words: str
    address: str


def tiles(context: Mapping[str, Any]) -> Iterator[Tile]:
    """Yield what concerns whoever may report or confirm; a number that is 0 leads nowhere."""
    editions = reverse("admin:editions_edition_changelist")
    notices = reverse("admin:editions_notice_changelist")
    meetings = reverse("admin:invitations_meeting_changelist")
    yield Tile(context["waiting"].count, _("Waiting for you"), "#waiting")
    yield Tile(len(context["returned"]), _("Came back to you"), "#returned")
    yield Tile(len(context["own_drafts"]), _("Your drafts"), f"{editions}?stand=own")
    yield Tile(len(context["scheduled"]), _("Scheduled"), f"{editions}?stand=scheduled")
    yield Tile(len(context["due"]), pgettext("dashboard", "Check due"), "#due")
    yield Tile(len(context["reviews_due"]), _("To be read again"), f"{notices}?review=due")
    if context["may_see_corrections"]:
        yield Tile(len(context["corrections"]), _("Corrections to look at"), "#corrections")
    yield Tile(len(context["meetings_soon"]), _("Meetings in 14 days"), f"{meetings}?when=soon")
    yield Tile(len(context["missing"]), _("Missing translations"), "#missing")
    yield Tile(len(context["stale"]), _("Older than German"), "#stale")
    yield Tile(len(context["samples"]), _("Sample texts left"), "#samples")
