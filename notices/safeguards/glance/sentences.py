"""What the label and the strip say in words."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache

from django.utils import dateformat
from django.utils.formats import number_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from notices.firm import days
from notices.firm.days import BERLIN, day_of
from notices.firm.languages import current
from notices.firm.templatetags.lupe import day
from notices.firm.words.durations import duration
from notices.firm.words.sentences import joined, sentence

from ..states import State
from .drawing import draw
from .kept_checks import KeptChecks
from .label import Cell
from .strip import Strip

A_MOMENT = timedelta(microseconds=1)
ALMOST = timedelta(minutes=5)


_HELD = {
    State.ON: gettext_lazy("%(duration)s on"),
    State.EXCEPTION: gettext_lazy("%(duration)s on, with an exception"),
    State.OFF: gettext_lazy("%(duration)s off"),
    State.DUE: gettext_lazy("%(duration)s without a valid check"),
}


def checked_briefly(cell: Cell, now: datetime) -> SafeString:
    """Say when and how it was checked, with as few signs as a cell has room for."""
    if cell.checked_at is None:
        return sentence(_("not checked yet"))
    text = _("checked by hand %(date)s") if cell.by_hand else _("checked %(date)s")
    words = _short_day(cell.checked_at, now)
    on = day_of(cell.checked_at).isoformat()
    return sentence(text, date=format_html('<time datetime="{}" class="nw">{}</time>', on, words))


def _short_day(moment: datetime, now: datetime | None = None) -> str:
    """Return day and month, and the year unless it is that of `now`."""
    on = moment.astimezone(BERLIN)
    # Formats as Django's `date` filter reads them.
    this_year, other_year = pgettext("short day", "j M"), pgettext("short day", "j M Y")
    same = now is not None and on.year == now.astimezone(BERLIN).year
    return dateformat.format(on.date(), this_year if same else other_year)


def totals(strip: Strip) -> SafeString:
    """Say how long each state held within the strip."""
    language = current()
    held = (_held(state, length, language) for state, length in strip.totals.items())
    return joined(held, between=", ")


def told(strip: Strip, checks: KeptChecks | None = None) -> SafeString:
    """Say below the strip what it shows, how many promised checks were made, and since when."""
    said = [totals(strip), conditional_escape(checks_kept(checks))] if checks else [totals(strip)]
    if strip.begins_late:
        text = _("Our records begin on %(date)s.")
        said.append(sentence(text, date=day(strip.spans[0].start)))
    return SafeString("\n· ".join(said))


def checks_kept(checks: KeptChecks) -> str:
    """Say how many of the promised checks were made."""
    words = ngettext(
        "%(kept)s of %(promised)s promised check made",
        "%(kept)s of %(promised)s promised checks made",
        checks.promised,
    )
    return words % {"kept": _grouped(checks.kept), "promised": _grouped(checks.promised)}


def _grouped(number: int) -> str:
    return number_format(number, use_l10n=True, force_grouping=True)


def drawn(strip: Strip) -> SafeString:
    """Return the strip as a drawing; `totals` says the same in words."""
    is_now = strip.end <= days.now() < strip.end + ALMOST
    return draw(strip, _("today") if is_now else _short_day(strip.end - A_MOMENT))


# Most safeguards held the same states for the same time.
@lru_cache(maxsize=1_000)
def _held(state: State, length: timedelta, _language: str) -> SafeString:
    # No length at all is that of what began today.
    held = duration(length) if length else _("less than a day")
    return sentence(str(_HELD[state]), duration=held)
