"""What staff should know about a meeting before they invite to it. Computed, never stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from notices.editions.models import Edition, Notice
from notices.firm.templatetags.lupe import day_and_clock
from notices.firm.words.sentences import sentence

from .models import Meeting


@dataclass(frozen=True, slots=True)
class EditionAtStart:
    """The edition of one privacy notice at a meeting's start, and what starts until then."""

    notice: Notice
    edition: Edition | None
    starting: Sequence[Edition]

    @property
    def sentence(self) -> str:
        """Name the edition that will be in force, or say that there is none."""
        if self.edition is None:
            return _("%(title)s: no edition") % {"title": self.notice.title}
        names = {"title": self.edition.title, "label": self.edition.label}
        return _("%(title)s, edition %(label)s") % names

    @property
    def starting_sentences(self) -> list[SafeString]:
        """Warn of each edition that replaces the one an early invitation leads to."""
        text = _(
            "%(title)s, edition %(label)s, comes into force before the meeting, on %(moment)s. "
            "An invitation sent earlier leads to the older edition until then."
        )
        return [
            sentence(
                text,
                title=edition.title,
                label=edition.label,
                moment=day_and_clock(edition.in_force_from),
            )
            for edition in self.starting
            if edition.in_force_from
        ]


def editions_at_start(meeting: Meeting, now: datetime) -> list[EditionAtStart]:
    """Return for each privacy notice the edition that will be in force when `meeting` starts.

    Scheduled editions count; those that begin between now and then are named.
    """
    found = []
    for notice in Notice.objects.filter(kind=Notice.Kind.PRIVACY):
        starting = (
            Edition.objects.came_into_force_by(meeting.starts_at)
            .filter(notice=notice, in_force_from__gt=now)
            .order_by("in_force_from", "number", "correction")
        )
        edition = notice.in_force_at(meeting.starts_at)
        if edition or starting:
            found.append(EditionAtStart(notice, edition, list(starting)))
    return found
