"""Ask for a day with three number fields; no calendar, no script."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import pgettext

from notices.firm.languages import in_each


def names() -> tuple[str, str, str]:
    """Return what the fields are called in addresses: day, month, year."""
    return pgettext("address", "day"), pgettext("address", "month"), pgettext("address", "year")


@dataclass(frozen=True, slots=True)
class DateForm:
    """The three fields as the reader filled them in, named in the language of the page."""

    names: tuple[str, str, str]
    values: tuple[str, str, str] = ("", "", "")
    is_submitted: bool = False

    @property
    def fields(self) -> dict[str, tuple[str, str]]:
        """Return name and value of each field for the template."""
        pairs = zip(self.names, self.values, strict=True)
        return dict(zip(("day", "month", "year"), pairs, strict=True))

    @property
    def chosen(self) -> date | None:
        """Return the day, or None if there is no such day.

        A year needs all its digits: nobody can tell which century "24" means.
        """
        for value, pattern in zip(self.values, (r"\d{1,2}", r"\d{1,2}", r"\d{4}"), strict=True):
            if not re.fullmatch(pattern, value, re.ASCII):
                return None
        day, month, year = (int(value) for value in self.values)
        try:
            return date(year, month, day) if year >= 1000 else None
        except ValueError:
            return None


def date_form(query: Mapping[str, str]) -> DateForm:
    """Read the date form in any language; a year alone is the filter, not a date."""
    own = names()
    for called in in_each(names).values():
        if called[0] in query or called[1] in query:
            day, month, year = (query.get(name, "").strip()[:10] for name in called)
            return DateForm(own, (day, month, year), is_submitted=True)
    return DateForm(own)


def filled_in(day: date) -> DateForm:
    """Return the form with `day` in it, to be changed into another one."""
    return DateForm(names(), (str(day.day), str(day.month), str(day.year)))
