"""What the pages of the acts ask: review, correct, withdraw."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import build_localized_verbose_name

from notices.firm.admin_base import MarkdownInput, MomentInput, check_markdown, refuse_join_link
from notices.firm.inputs.days import MomentField
from notices.firm.inputs.one_line import OneLineField
from notices.firm.languages import CODES, REQUIRED, column

TALL = {"rows": 24}
LOW = {"rows": 8}


def declared(fields: Mapping[str, forms.Field]) -> Any:
    """Return a form with `fields`: the admin and the rules for all forms look at the class."""
    return type("Fields", (forms.Form,), dict(fields))


class ReviewForm(forms.Form):
    """What a reviewer decides about an edition."""

    in_force_from = MomentField(
        label=_("In force from"),
        required=False,
        widget=MomentInput,
        help_text=_("Empty means: from now on."),
    )
    comment = forms.CharField(
        label=_("Comment for the author"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Needed only if you return the text. Example: Abschnitt 3 nennt ein altes Datum."
        ),
    )


def _in_each(name: str, label: Any, make: Callable[..., forms.Field]) -> dict[str, forms.Field]:
    """Return the field of each language, required in the one in which every text exists."""
    return {
        column(name, code): make(
            label=build_localized_verbose_name(label, code), required=code == REQUIRED
        )
        for code in CODES
    }


def _summary(**options: Any) -> forms.Field:
    widget = MarkdownInput(attrs=LOW)
    return forms.CharField(**options | {"required": False}, widget=widget, strip=False)


def _text(**options: Any) -> forms.Field:
    return forms.CharField(**options, widget=MarkdownInput(attrs=TALL), strip=False)


def _reason(*, required: bool, **options: Any) -> forms.Field:
    example = _("One sentence for readers. Example: Abschnitt 3 nannte einen falschen Empfänger.")
    options["help_text"] = example if required else ""
    return OneLineField(max_length=300, required=required, **options)


Corrected = declared(
    {
        **_in_each("title", _("Title"), partial(OneLineField, max_length=120)),
        **_in_each("summary", _("In short"), _summary),
        **_in_each("text", _("Text"), _text),
    }
)
Reasons = declared(_in_each("reason", _("Public reason"), _reason))


class CorrectionForm(Corrected):  # type: ignore[misc, valid-type]
    """The texts of a published edition with a typing error put right."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, text in data.items():
            try:
                refuse_join_link(text)
                if not name.startswith("title"):
                    check_markdown(text)
            except forms.ValidationError as error:
                self.add_error(name, error)
        return data


class WithdrawForm(Reasons):  # type: ignore[misc, valid-type]
    """Why an edition is withdrawn, for readers."""
