"""Words every template needs: dates, and texts with the language they are really in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django import template
from django.db import models
from django.utils import translation
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.html import format_html
from django.utils.safestring import SafeString

from notices.firm.days import BERLIN, day_bounds
from notices.firm.languages import Localised
from notices.firm.languages import localised as _localised
from notices.firm.models import Organisation

register = template.Library()


@register.filter
def said(text: Localised | None) -> SafeString | str:
    """Show a text; one that exists only in German carries `lang="de"`."""
    if text is None:
        return ""
    if text.is_missing:
        return format_html('<span lang="{}">{}</span>', text.language, text.text)
    return text.text


@register.filter
def localised(row: models.Model, field: str) -> Localised:
    """Return a field of `row` together with its real language."""
    return _localised(row, field)


@register.filter
def day_words(moment: datetime | date | None) -> str:
    """Return "16. November 2026" or "16 November 2026", the day in Berlin."""
    if moment is None:
        return ""
    on = _day(moment)
    dot = "." if translation.get_language() == "de" else ""
    return f"{on.day}{dot} {MONTHS[on.month]} {on.year}"


@register.filter
def day(moment: datetime | date | None) -> SafeString | str:
    """Return the day in words inside a `time` element."""
    if moment is None:
        return ""
    return format_html(
        '<time datetime="{}" class="nw">{}</time>', _day(moment).isoformat(), day_words(moment)
    )


@register.filter
def weekday(moment: datetime | date) -> str:
    """Return the name of the weekday in Berlin."""
    return str(WEEKDAYS[_day(moment).weekday()])


@register.filter
def clock(moment: datetime) -> str:
    """Return "18 Uhr" or "17:45 Uhr" in German, "18:00" in English, the time in Berlin."""
    local = moment.astimezone(BERLIN)
    if translation.get_language() != "de":
        return f"{local:%H:%M}"
    return f"{local.hour} Uhr" if local.minute == 0 else f"{local.hour}:{local:%M} Uhr"


@register.filter
def day_and_clock(moment: datetime) -> SafeString:
    """Return day and time inside a `time` element."""
    comma = "," if translation.get_language() == "de" else " at"
    return format_html(
        '<time datetime="{}">{}{} {}</time>',
        moment.astimezone(BERLIN).isoformat(timespec="minutes"),
        day_words(moment),
        comma,
        clock(moment),
    )


@register.filter
def of(found: Mapping[int, Sequence[str]] | None, key: int) -> Sequence[str]:
    """Return what `found` holds under `key`, or nothing."""
    return found.get(key, ()) if found else ()


@register.filter
def was_sample(moment: datetime | date, organisation: Organisation) -> bool:
    """Say whether the firm had not yet replaced the sample data at `moment`."""
    start = moment if isinstance(moment, datetime) else day_bounds(moment)[0]
    return organisation.confirmed_at is not None and start < organisation.confirmed_at


def _day(moment: datetime | date) -> date:
    return moment.astimezone(BERLIN).date() if isinstance(moment, datetime) else moment
