"""What readers may know about the editions of one notice: which there were, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import OuterRef, Subquery

from notices.firm.languages import Localised, localised
from notices.lib.markdown_reading import plain_text

from .models import Edition, EditionQuerySet, Notice, Withdrawal

# Bounded, so that no address asks the database for a number it cannot hold.
LABEL = r"[1-9]\d{0,5}(?:\.[1-9]\d{0,5})?"
LONG_TEXTS = (
    *("text", "text_de", "text_en", "summary", "summary_de", "summary_en"),
    *("html_de", "html_en", "summary_html_de", "summary_html_en"),
)


@dataclass(frozen=True, slots=True)
class Event:
    """An edition or correction came into force, or was withdrawn."""

    moment: datetime
    edition: Edition
    previous: Edition | None
    withdrawal: Withdrawal | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list of notices."""

    notice: Notice
    in_force: Edition | None

    @property
    def short(self) -> Localised | None:
        """Return the summary if it is a sentence; a table of facts is none."""
        if self.in_force is None:
            return None
        summary = localised(self.in_force, "summary_html")
        if not summary.text.startswith("<p>"):
            return None
        return replace(summary, text=plain_text(summary.text).split("\n\n")[0])


@dataclass(frozen=True)
class History:
    """The editions of a notice with a public page at `moment`, the latest first."""

    notice: Notice
    moment: datetime
    in_force: Edition | None
    editions: Sequence[Edition]

    @property
    def events(self) -> list[Event]:
        """Return what happened, newest first; each edition with the one it can be compared with."""
        found = []
        for edition, previous in zip(self.editions, [*self.editions[1:], None], strict=True):
            if edition.in_force_from:
                found.append(Event(edition.in_force_from, edition, previous))
            withdrawal = edition.withdrawal_by(self.moment)
            if withdrawal:
                found.append(Event(withdrawal.at, edition, None, withdrawal))
        return sorted(found, key=lambda event: event.moment, reverse=True)

    def before(self, edition: Edition) -> Edition | None:
        """Return the edition or correction that came before this one."""
        return next(iter(self.editions[self._position(edition) + 1 :]), None)

    def ended(self, edition: Edition) -> datetime | None:
        """Return when `edition` ceased to be in force, None while it is in force."""
        # One that was withdrawn before its first day never replaced anything.
        later = [
            one.in_force_from
            for one in self.editions[: self._position(edition)]
            if one.in_force_from and not one.withdrawal_by(one.in_force_from)
        ]
        withdrawal = edition.withdrawal_by(self.moment)
        return min([*later, *([withdrawal.at] if withdrawal else [])], default=None)

    def _position(self, edition: Edition) -> int:
        return [one.pk for one in self.editions].index(edition.pk)


def history_of(notice: Notice, moment: datetime) -> History:
    """Read the history of `notice` without its long texts, which only one edition needs."""
    editions = _shown(notice, moment).in_force_order()
    return History(
        notice=notice,
        moment=moment,
        in_force=notice.in_force_at(moment),
        editions=list(editions.defer(*LONG_TEXTS)),
    )


def shown_edition(notice: Notice, label: str, moment: datetime) -> Edition | None:
    """Return the row called "7.1"; for "7" the newest correction of edition 7."""
    number, _dot, correction = label.partition(".")
    editions = _shown(notice, moment).filter(number=int(number))
    if correction:
        editions = editions.filter(correction=int(correction))
    return editions.order_by("-correction").first()


def exact_edition(notice: Notice, label: str, moment: datetime) -> Edition | None:
    """Return the row called "7.1"; for "7" edition 7 as it was before any correction."""
    number, _dot, correction = label.partition(".")
    editions = _shown(notice, moment)
    return editions.filter(number=int(number), correction=int(correction or 0)).first()


def listed_notices(moment: datetime) -> list[Listed]:
    """Return every notice that readers have ever seen, with its edition in force."""
    newest = Edition.objects.came_into_force_by(moment).filter(notice=OuterRef("pk"))
    notices = (
        Notice.objects.exclude(kind__in=Notice.SINGLE_KINDS)
        .annotate(newest=Subquery(newest.in_force_order().values("pk")[:1]))
        .filter(newest__isnull=False)
        .order_by("-kind", "key")
    )
    editions = Edition.objects.select_related("withdrawal").in_bulk(
        [notice.newest for notice in notices]
    )
    return [Listed(one, editions[one.newest].if_not_withdrawn(moment)) for one in notices]


def _shown(notice: Notice, moment: datetime) -> EditionQuerySet:
    """Return the editions with a public page; each knows its notice, so that it has an address."""
    shown: EditionQuerySet = Edition.objects.shown_at(moment).filter(notice=notice)
    return shown.select_related("notice", "withdrawal")
