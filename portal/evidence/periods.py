"""Which days an evidence file is about: days in Berlin, the last one included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from notices.firm.days import BERLIN, day_bounds, day_of

LONGEST = 3660


class PeriodError(Exception):
    """This is no period; the text says why in one sentence."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, seen as it was known at one moment (None: all that is known)."""

    first: date
    last: date
    known_at: datetime | None = None

    @property
    def start(self) -> datetime:
        return day_bounds(self.first)[0]

    @property
    def end(self) -> datetime:
        return day_bounds(self.last)[1]

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def period_of(first: str, last: str, known_at: str = "", *, now: datetime) -> Period:
    """Read a period as people write it; raise PeriodError with one sentence if it is none."""
    start, end = _day(first), _day(last)
    if start > end:
        raise PeriodError(_("The first day lies after the last one. Please swap them."))
    if end > day_of(now):
        raise PeriodError(_("The last day lies in the future. Evidence ends today at the latest."))
    if (end - start).days >= LONGEST:
        raise PeriodError(_("The period is longer than ten years. Please export it in parts."))
    moment = _moment(known_at) if known_at else None
    if moment and moment > now:
        raise PeriodError(_("Nobody knows yet what will be known at a moment in the future."))
    return Period(start, end, moment)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
        if day.year < 1990:
            raise ValueError(text)
    except ValueError as error:
        raise PeriodError(
            _("“%(text)s” is no day. Please write it as 2026-11-25.") % {"text": text[:40]}
        ) from error
    return day


def _moment(text: str) -> datetime:
    """Return the end of a day, or the moment in Berlin that `text` names."""
    try:
        if len(text) == len("2026-11-25"):
            return day_bounds(_day(text))[1] - timedelta(microseconds=1)
        moment = datetime.fromisoformat(text)
        if not 1990 <= moment.year < 9999:
            raise ValueError(text)
        return moment.replace(tzinfo=moment.tzinfo or BERLIN).astimezone(UTC)
    except ValueError as error:
        raise PeriodError(
            _("“%(text)s” is no moment. Please write it as 2026-11-25 or 2026-11-25T18:30.")
            % {"text": text[:40]}
        ) from error
