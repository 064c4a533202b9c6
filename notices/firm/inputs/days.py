"""Days and moments that can be meant: a year of two digits, or a slip of the finger, is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Nothing here is older than the law it speaks of, and nobody plans for the next century.
FIRST_YEAR, LAST_YEAR = 1970, 2099


def refuse_other_centuries(value: date) -> None:
    """Raise a ValidationError if nobody can mean this year."""
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValidationError(
            _("Please check the year: it has four digits and lies between %(first)d and %(last)d."),
            code="year",
            params={"first": FIRST_YEAR, "last": LAST_YEAR},
        )


class MomentField(forms.DateTimeField):
    """Day and time; for the forms that are not made from a model."""

    default_validators = [refuse_other_centuries]


class DayField(forms.DateField):
    """A day; for the forms that are not made from a model."""

    default_validators = [refuse_other_centuries]


def bounded(field: Any) -> Any:
    """Return a form field, refusing years that nobody can mean if it takes a day."""
    is_day = isinstance(field, (forms.DateField, forms.DateTimeField))
    if is_day and refuse_other_centuries not in field.validators:
        field.validators.append(refuse_other_centuries)
    return field
