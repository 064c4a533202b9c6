"""Words every template needs: dates, and texts with the language they are really in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.db import models
from django.utils import dateformat
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import pgettext

from notices.firm.days import BERLIN, day_bounds
from notices.firm.inputs.wrong import wrong_in
from notices.firm.languages import (
    REQUIRED,
    Localised,
    current,
    direction,
    name_of,
    own_name,
    text_of,
    texts_of,
)
from notices.firm.languages import localised as _localised
from notices.firm.models import Firm, Organisation
from notices.lib import typesetting
from notices.lib.markdown.reading import plain_text

# No search engine shows more.
EXCERPT = 155

register = template.Library()


@register.filter
def in_its_language(text: Localised | None) -> SafeString | str:
    """Show a text; one that is not in the language of the page says which one."""
    if text is None:
        return ""
    if text.is_missing:
        return _marked(text)
    return text.text


@register.filter(is_safe=True)
def dates_together(text: str) -> str:
    """Show a text of the staff without a break between a day and its month."""
    return typesetting.dates_together(text)


def _marked(text: Localised) -> SafeString:
    return format_html("<span {}>{}</span>", lang(text.language), text.text)


@register.filter
def lang(language: str) -> SafeString:
    """Return the attributes of what is written in `language` on a page in any other."""
    # The direction only where it differs, so that nothing is marked in most pairs of languages.
    if direction(language) != direction(current()):
        return format_html('lang="{}" dir="{}"', language, direction(language))
    return format_html('lang="{}"', language)


@register.filter
def language_name(language: str) -> str:
    """Return the name of a language in the language of the page."""
    return name_of(language)


@register.filter
def own_language_name(language: str) -> str:
    """Return how a language calls itself."""
    return own_name(language)


@register.filter("dir")
def direction_of(language: str) -> str:
    """Return the direction in which a language is written: "ltr" or "rtl"."""
    return direction(language)


@register.simple_tag
def required_language() -> str:
    """Return the language in which every text exists."""
    return REQUIRED


@register.simple_tag
def source_language() -> str:
    """Return the language of sentences that nobody translates: those of the program itself."""
    return settings.SOURCE_LANGUAGE


@register.filter
def required_text(row: models.Model, field: str) -> str:
    """Return a field in the language in which every text exists."""
    return text_of(row, field)


@register.filter
def texts(row: models.Model, field: str) -> Iterable[tuple[str, str]]:
    """Return each language and what a field says in it; nothing for what is missing."""
    return texts_of(row, field).items()


@register.filter
def localised(row: models.Model, field: str) -> Localised:
    """Return a field of `row` together with its real language."""
    return _localised(row, field)


@register.filter
def day_words(moment: datetime | date | None) -> str:
    """Return "16. November 2026" or "16 November 2026", the day in Berlin."""
    return _day_words(_day(moment), current()) if moment else ""


@register.filter
def day(moment: datetime | date | None) -> SafeString | str:
    """Return the day in words inside a `time` element."""
    return _day_element(_day(moment), current()) if moment else ""


@register.filter
def weekday(moment: datetime | date) -> str:
    """Return the name of the weekday in Berlin."""
    return str(WEEKDAYS[_day(moment).weekday()])


@register.filter
def clock(moment: datetime) -> str:
    """Return "18 Uhr" or "17:45 Uhr" in German, "18:00" in English, the time in Berlin."""
    local = moment.astimezone(BERLIN)
    # Formats as Django's `date` filter reads them.
    full, other = pgettext("full hour", "H:i"), pgettext("clock", "H:i")
    return dateformat.format(local, other if local.minute else full)


@register.filter
def day_and_clock(moment: datetime) -> SafeString:
    """Return day and time inside a `time` element."""
    return format_html(
        '<time datetime="{}" class="nw">{}</time>',
        moment.astimezone(BERLIN).isoformat(timespec="minutes"),
        pgettext("moment", "%(day)s at %(clock)s")
        % {"day": day_words(moment), "clock": clock(moment)},
    )


@register.filter
def kept_together(text: str) -> SafeString:
    """Keep a number, a register or a line of an address together, as `day` does with dates."""
    return format_html('<span class="nw">{}</span>', text) if " " in text else escape(text)


@register.filter
def get(found: Mapping[int, Sequence[str]] | None, key: int) -> Sequence[str]:
    """Return what `found` holds under `key`, or nothing."""
    return found.get(key, ()) if found else ()


@register.filter
def service_name(organisation: Organisation, firm: Firm | str | None) -> Localised:
    """Return what this site is called; pages of a further firm may bear its own name for it."""
    own = firm and _localised(firm, "service_name")  # type: ignore[arg-type]
    return own if own and own.text else _localised(organisation, "service_name")


@register.filter
def was_sample(moment: datetime | date, organisation: Organisation) -> bool:
    """Say whether the firm had not yet replaced the sample data at `moment`."""
    start = moment if isinstance(moment, datetime) else day_bounds(moment)[0]
    return organisation.confirmed_at is not None and start < organisation.confirmed_at


@register.simple_block_tag
def one_line(content: str) -> SafeString:
    """Put what a template spreads over lines into one: titles, and what every page carries."""
    return mark_safe(" ".join(content.split()))  # noqa: S308


@register.filter
def excerpt(html: str) -> str:
    """Return the first words of a rendered text, as a search engine shows them."""
    return Truncator(" ".join(plain_text(html).split())).chars(EXCERPT)


def _day(moment: datetime | date) -> date:
    return moment.astimezone(BERLIN).date() if isinstance(moment, datetime) else moment


# A page names a hundred days, and the same ones again and again.
@lru_cache(maxsize=5_000)
def _day_words(on: date, _language: str) -> str:
    return pgettext("day", "%(day)d %(month)s %(year)d") % {
        "day": on.day,
        "month": MONTHS[on.month],
        "year": on.year,
    }


@lru_cache(maxsize=5_000)
def _day_element(on: date, language: str) -> SafeString:
    return format_html(
        '<time datetime="{}" class="nw">{}</time>', on.isoformat(), _day_words(on, language)
    )


@register.filter
def mistakes(form: Any) -> list[tuple[str, str, str]]:
    """Return where each error of a form stands, how that field is called, and what is wrong."""
    return wrong_in(form) if form else []


@register.filter
def has_needed(form: Any) -> bool:
    """Say whether a form has a field that nobody may leave empty."""
    return bool(form) and any(field.field.required for field in form.visible_fields())
