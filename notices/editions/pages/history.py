"""What readers may know about the editions of one notice: which there were, and when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import pairwise

from django.db.models import Exists, OuterRef, Q
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from notices.firm.languages import Localised, columns, localised

from ..models import Edition, EditionQuerySet, Notice, Redaction, Withdrawal
from .sentences import Ending, numbered_name, validity

# Bounded, so that no address asks the database for a number it cannot hold.
LABEL = r"[1-9]\d{0,5}(?:\.[1-9]\d{0,5})?"
# So many editions stand on one page of the history; a notice may have any number.
PER_PAGE = 10
# Further pages than this have no address: counting that far would take the database too long.
MAX_PAGE = 4_000
# So many stand folded on the page of the notice itself.
RECENT = 10
LONG_TEXTS = (
    *("text", "summary"),
    *columns("text", "summary"),
)


@dataclass(frozen=True, slots=True)
class Event:
    """An edition or correction came into force, or was withdrawn."""

    moment: datetime
    edition: Edition
    previous: Edition | None
    withdrawal: Withdrawal | None = None

    @property
    def name(self) -> str:
        """Return what came: "Edition 7", "Correction 7.1" or "Edition 7 withdrawn"."""
        if self.withdrawal:
            return _("Edition %(label)s withdrawn") % {"label": self.edition.label}
        return numbered_name(self.edition)

    @property
    def note(self) -> Localised | None:
        """Return why it was withdrawn, or what is new in it; None if nothing is said."""
        if self.withdrawal:
            return localised(self.withdrawal, "reason")
        note = localised(self.edition, "change_note")
        return note if note.text else None

    @property
    def keeps_meaning(self) -> bool:
        return not self.withdrawal and bool(self.edition.correction)

    @property
    def comparison_name(self) -> str:
        """Return the words of the link that compares with what was before."""
        labels = {"label": self.edition.label, "other": self.previous and self.previous.label}
        return _("Compare %(label)s with %(other)s") % labels


@dataclass(frozen=True, slots=True)
class Held:
    """An edition and the time in which it was in force; `end` is None while it lasts."""

    edition: Edition
    start: datetime
    end: datetime | None
    # Another text took its place before this portal was there: on which day, nobody wrote down.
    replaced_elsewhere: bool = False

    @property
    def sentence(self) -> SafeString:
        return validity(self.start, self.end, replaced_elsewhere=self.replaced_elsewhere)


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some of what happened, newest first, and whether older things are on a next page."""

    events: Sequence[Event]
    number: int
    has_older: bool

    @property
    def link_words(self) -> str:
        """Return the words of the link from the newest editions to the whole history."""
        if self.has_older:
            return _("Older editions, and compare any two")
        return _("All editions, and compare any two")


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
        return held_of(list(self._came_into_force().in_force_order()[:count]), None, self.moment)

    def held_by(self, page: HistoryPage) -> list[Held]:
        """Return when each edition told on `page` was in force."""
        editions = [event.edition for event in page.events if not event.withdrawal]
        if not editions:
            return []
        came = self._came_into_force()
        oldest, newest = editions[-1].in_force_from, editions[0].in_force_from
        during = came.filter(in_force_from__range=(oldest, newest)).in_force_order()
        after = came.filter(in_force_from__gt=newest).in_force_order().reverse().first()
        return held_of(list(during), after, self.moment)

    def before(self, edition: Edition) -> Edition | None:
        """Return the edition or correction that came before this one."""
        for one, earlier in pairwise(self.editions):
            if one.pk == edition.pk:
                return earlier
        if len(self.editions) <= RECENT and edition in self.editions:
            return None
        others = _shown(self.notice, self.moment).defer(*LONG_TEXTS)
        before = others.filter(in_force_from__lte=edition.in_force_from)
        return before.filter(_beside(edition, "lt")).in_force_order().first()

    def ended(self, edition: Edition) -> datetime | None:
        """Return when `edition` ceased to be in force, None while it is in force."""
        ending = self.ending(edition)
        return ending.at if ending else None

    def ending(self, edition: Edition) -> Ending | None:
        """Return when and why `edition` ceased to be in force, None while it is in force."""
        later = self._later(edition)
        end = _end(edition, later, self.moment)
        if end is None:
            return None
        return Ending(
            edition=edition,
            at=end,
            withdrawal=edition.withdrawal_by(self.moment),
            replaced_elsewhere=_replaced_elsewhere(edition, later, end),
        )

    def _later(self, edition: Edition) -> Edition | None:
        """Return the first edition that came into force after this one."""
        newer: list[Edition] = []
        for one in self.editions:
            if one.pk == edition.pk:
                return next((later for later in reversed(newer) if _came(later)), None)
            newer.append(one)
        came = self._came_into_force().filter(in_force_from__gte=edition.in_force_from)
        return came.filter(_beside(edition, "gt")).in_force_order().reverse().first()

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


def held_of(editions: Sequence[Edition], after: Edition | None, moment: datetime) -> list[Held]:
    """Say for `editions`, the latest first, when each ended: at the next one's start."""
    held = []
    for edition in editions:
        end = _end(edition, after, moment)
        if edition.in_force_from:
            # One that was replaced in the moment it came never held.
            if end is None or end > edition.in_force_from:
                elsewhere = _replaced_elsewhere(edition, after, end)
                held.append(Held(edition, edition.in_force_from, end, elsewhere))
            after = edition
    return held


def _came(edition: Edition) -> bool:
    """Say whether it came into force: one withdrawn before it replaced nothing."""
    withdrawal: Withdrawal | None = getattr(edition, "withdrawal", None)
    start = edition.in_force_from
    return start is not None and (withdrawal is None or withdrawal.at > start)


def _end(edition: Edition, after: Edition | None, moment: datetime) -> datetime | None:
    """Return when `edition` ended: at the start of the one after it, or as it was withdrawn."""
    withdrawal = edition.withdrawal_by(moment)
    ends = [after and after.in_force_from, withdrawal and withdrawal.at]
    return min((end for end in ends if end), default=None)


def _replaced_elsewhere(edition: Edition, after: Edition | None, end: datetime | None) -> bool:
    """Say whether a text from before this portal gave way to the first one that is from it."""
    if after is None or after.in_force_from != end:
        return False
    return edition.historical and not after.historical


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
    redacted = Exists(Redaction.objects.filter(edition=OuterRef("pk")))
    editions = _shown(notice, moment).filter(number=int(number)).annotate(is_redacted=redacted)
    if correction:
        editions = editions.filter(correction=int(correction))
    return editions.order_by("-correction").first()


def redactions_of(edition: Edition) -> Iterable[Redaction]:
    """Return what was redacted in an edition, the oldest first; almost never anything."""
    return edition.redactions.order_by("at") if getattr(edition, "is_redacted", True) else ()


def exact_edition(notice: Notice, label: str, moment: datetime) -> Edition | None:
    """Return the row called "7.1"; for "7" edition 7 as it was before any correction."""
    number, _dot, correction = label.partition(".")
    editions = _shown(notice, moment)
    return editions.filter(number=int(number), correction=int(correction or 0)).first()


def _shown(notice: Notice, moment: datetime) -> EditionQuerySet:
    """Return the editions with a public page; each knows its notice, so that it has an address."""
    shown: EditionQuerySet = Edition.objects.shown_at(moment).filter(notice=notice)
    return shown.select_related("notice", "withdrawal")
