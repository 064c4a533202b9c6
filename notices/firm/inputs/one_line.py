"""One-line fields: a sign that nobody sees breaks feeds, mails and file names, so none gets in."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .days import bounded

# Control signs, line and paragraph ends, signs that turn the reading direction, and what XML
# does not admit. A word processor leaves U+000B where somebody pressed Shift and Enter.
UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff"
    "\ufdd0-\ufdef\ufffe\uffff]"
)


def refuse_unseen(text: str) -> None:
    """Raise a ValidationError that says where a sign stands that nobody can see."""
    if found := UNSEEN.search(text or ""):
        before = text[max(found.start() - 20, 0) : found.start()]
        raise ValidationError(
            _(
                "After “%(before)s” there is a sign that cannot be seen, "
                "such as a line break from a word processor. Please delete it there."
            ),
            code="unseen",
            params={"before": before},
        )


class OneLineField(forms.CharField):
    """Text on one line; for the forms that are not made from a model."""

    default_validators = [refuse_unseen]


def guard(field: Any) -> Any:
    """Return a form field that refuses what nobody means: unseen signs, years of no calendar."""
    if isinstance(field, forms.CharField) and not isinstance(field.widget, forms.Textarea):
        field.validators.append(refuse_unseen)
    return bounded(field)
