"""What readers may know about the editions of one notice: which there were, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from django.db.models import OuterRef, Q, Subquery

from notices.firm.languages import Localised, localised
from notices.lib.markdown_reading import plain_text

from .models import Edition, EditionQuerySet, Notice, Withdrawal

# Bounded, so that no address asks the database for a number it cannot hold.
LABEL = r"[1-9]\d{0,5}(?:\.[1-9]\d{0,5})?"
# So many editions stand on one page of the history; a notice may have any number.
PER_PAGE = 10
# Further pages than this have no address: counting that far would take the database too long.
MAX_PAGE = 4_000
# So many stand folded on the page of the notice itself.
RECENT = 10
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


@dataclass(frozen=True, slots=True)
class Held:
    """An edition and the time in which it was in force; `end` is None while it lasts."""

    edition: Edition
    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some of what happened, newest first, and whether older things are on a next page."""

    events: Sequence[Event]
    number: int
    has_older: bool


@dataclass(frozen=True)
class History:
    """The editions of a notice with a public page at `moment`, the latest first.

    Nothing here reads them all: what a page costs does not grow with the number of editions.
    """

    notice: Notice
    moment: datetime

    @cached_property
    def in_force(self) -> Edition | None:
        return self.notice.in_force_at(self.moment)

    @cached_property
    def editions(self) -> list[Edition]:
        """Return the newest editions, without the long texts that only one of them needs."""
        return self._slice(0, RECENT + 1)

    @cached_property
    def recent(self) -> HistoryPage:
        """Return what happened last, for the page of the notice itself."""
        return self._page(1, self.editions, RECENT, None)

    @property
    def events(self) -> Sequence[Event]:
        return self.recent.events

    def page(self, number: int) -> HistoryPage | None:
        """Return page `number` of the history, None beyond its end."""
        if not 1 <= number <= MAX_PAGE:
            return None
        first = (number - 1) * PER_PAGE
        # One before, at which the page before ended, and one after, to compare the last with.
        found = self._slice(max(first - 1, 0), first + PER_PAGE + 1)
        newer, shown = (found[0], found[1:]) if first and found else (None, found)
        if not shown:
            return None
        return self._page(number, shown, PER_PAGE, newer.in_force_from if newer else None)

    def held(self, count: int) -> list[Held]:
        """Return the newest editions with the time each was in force; some never were."""
        return self._held(list(self._came_into_force().in_force_order()[:count]), None)

    def held_by(self, page: HistoryPage) -> list[Held]:
        """Return when each edition told on `page` was in force."""
        editions = [event.edition for event in page.events if not event.withdrawal]
        if not editions:
            return []
        came = self._came_into_force()
        oldest, newest = editions[-1].in_force_from, editions[0].in_force_from
        during = came.filter(in_force_from__range=(oldest, newest)).in_force_order()
        after = came.filter(in_force_from__gt=newest).in_force_order().reverse().first()
        return self._held(list(during), after.in_force_from if after else None)

    def held_between(self, start: datetime, end: datetime) -> list[Held]:
        """Return the editions in force at any time of [start, end), the latest first."""
        came = self._came_into_force().in_force_order()
        during = list(came.filter(in_force_from__gte=start, in_force_from__lt=end))
        before = list(came.filter(in_force_from__lt=start)[:1])
        after = came.filter(in_force_from__gte=end).reverse().first()
        held = self._held([*during, *before], after.in_force_from if after else None)
        return [one for one in held if one.end is None or one.end > start]

    def before(self, edition: Edition) -> Edition | None:
        """Return the edition or correction that came before this one."""
        shown = _shown(self.notice, self.moment).defer(*LONG_TEXTS)
        earlier = shown.filter(in_force_from__lte=edition.in_force_from)
        return earlier.filter(_beside(edition, "lt")).in_force_order().first()

    def ended(self, edition: Edition) -> datetime | None:
        """Return when `edition` ceased to be in force, None while it is in force."""
        came = self._came_into_force().filter(in_force_from__gte=edition.in_force_from)
        later = came.filter(_beside(edition, "gt")).in_force_order().reverse().first()
        withdrawal = edition.withdrawal_by(self.moment)
        ends = [later.in_force_from] if later and later.in_force_from else []
        return min([*ends, *([withdrawal.at] if withdrawal else [])], default=None)

    def choices(self, count: int) -> list[Edition]:
        """Return all editions if there are at most `count`, else none: too many to choose from."""
        if self._slice(count, count + 1):
            return []
        return self._slice(0, count)

    def _slice(self, first: int, last: int) -> list[Edition]:
        editions = _shown(self.notice, self.moment).in_force_order().defer(*LONG_TEXTS)
        return list(editions[first:last])

    def _came_into_force(self) -> EditionQuerySet:
        came: EditionQuerySet = Edition.objects.came_into_force_by(self.moment).filter(
            notice=self.notice
        )
        return came.select_related("notice", "withdrawal").defer(*LONG_TEXTS)

    def _held(self, editions: Sequence[Edition], next_start: datetime | None) -> list[Held]:
        """Say for `editions`, the latest first, when each ended: at the next one's start."""
        held = []
        for edition in editions:
            withdrawal = edition.withdrawal_by(self.moment)
            ends = [moment for moment in (next_start, withdrawal and withdrawal.at) if moment]
            end = min(ends, default=None)
            if edition.in_force_from:
                # One that was replaced in the moment it came never held.
                if end is None or end > edition.in_force_from:
                    held.append(Held(edition, edition.in_force_from, end))
                next_start = edition.in_force_from
        return held

    def _page(
        self, number: int, editions: Sequence[Edition], count: int, until: datetime | None
    ) -> HistoryPage:
        """Tell of the first `count` editions, and what was withdrawn in the same time."""
        has_older = len(editions) > count
        pairs = list(zip(editions, [*editions[1:], None], strict=False))[:count]
        events = [
            Event(edition.in_force_from, edition, previous)
            for edition, previous in pairs
            if edition.in_force_from
        ]
        since = events[-1].moment if has_older and events else None
        for withdrawal in self._withdrawals(since, until):
            events.append(Event(withdrawal.at, withdrawal.edition, None, withdrawal))
        events.sort(key=lambda event: event.moment, reverse=True)
        return HistoryPage(events, number, has_older)

    def _withdrawals(self, since: datetime | None, until: datetime | None) -> list[Withdrawal]:
        # First the few of that time, then their editions: joined at once, a database may walk
        # through all editions of the notice to find that none was withdrawn.
        within = Withdrawal.objects.filter(at__lte=self.moment)
        if since:
            within = within.filter(at__gte=since)
        if until:
            within = within.filter(at__lt=until)
        keys = list(within.values_list("pk", flat=True))
        if not keys:
            return []
        withdrawals = Withdrawal.objects.filter(
            Q(edition__historical=True) | Q(edition__published_at__lte=self.moment),
            pk__in=keys,
            edition__notice=self.notice,
            edition__status=Edition.Status.PUBLISHED,
            edition__in_force_from__lte=self.moment,
        )
        related = withdrawals.select_related("edition__notice").order_by("-at", "-id")
        return list(related.defer(*(f"edition__{field}" for field in LONG_TEXTS)))


def history_of(notice: Notice, moment: datetime) -> History:
    """Return the history of `notice`, which reads what is asked of it."""
    return History(notice=notice, moment=moment)


def _beside(edition: Edition, side: str) -> Q:
    """Compare with `edition` in the order of being in force: start, number, correction."""
    start, number = edition.in_force_from, edition.number
    return (
        Q(**{f"in_force_from__{side}": start})
        | Q(in_force_from=start, **{f"number__{side}": number})
        | Q(in_force_from=start, number=number, **{f"correction__{side}": edition.correction})
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
