"""The profile of the firm in five short forms, each of at most seven fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notices.firm.forms import HELP
from notices.firm.inputs.one_line import guard
from notices.firm.inputs.turns import SEEN, taking_turns
from notices.firm.languages import columns
from notices.firm.models import Organisation
from notices.firm.words.sample import names_sample

from .authorities import authorities


@dataclass(frozen=True, slots=True)
class Part:
    """One form of the profile: what it is about, and its fields in their order."""

    title: Promise
    names: tuple[str, ...]


PARTS = (
    Part(_("Firm"), ("name", "legal_name", *columns("service_name", "country"), "website")),
    Part(
        _("Address and telephone"),
        ("street", "postal_code", "city", "phone", *columns("phone_hours"), "email"),
    ),
    Part(
        _("Data protection"),
        ("privacy_email", *columns("dpo_title"), "dpo_email", "dpo_phone", "dpo_address"),
    ),
    Part(
        _("Supervisory authority"),
        ("authority_name", "authority_address", "authority_url", "meeting_retention_months"),
    ),
    Part(
        _("Imprint"),
        (*columns("represented_by"), "register_court", "register_number", "vat_id"),
    ),
)


class PartForm(forms.ModelForm):  # type: ignore[type-arg]
    """One part of the profile; nothing in it may still be the sample."""

    class Meta:
        model = Organisation
        fields: list[str] = []  # each part names its own
        help_texts = HELP

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields:
            if self.instance.is_sample and name != SEEN and _is_sample(self.instance, name):
                # Typed over, not edited: the sample stands below as the example.
                self.initial[name] = ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, value in list(data.items()):
            if isinstance(value, str) and names_sample(value):
                self.add_error(name, _("This is still the sample. Please enter your own."))
        return data


class AuthorityForm(PartForm):
    """The authority by federal state; what is typed beside it goes first."""

    state = forms.ChoiceField(
        label=_("Federal state of our seat"),
        required=False,
        help_text=_("Fills in the authority. You can still change what stands below."),
    )
    field_order = ["state"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = [(key, one.state) for key, one in authorities().items()]
        self.fields["state"].choices = [("", _("Please choose")), *states]  # type: ignore[attr-defined]
        if self.data.get("state"):
            for name in authorities()["BE"].fields:
                # What the list does not know is asked for in `clean`.
                self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        chosen = authorities().get(data.get("state", ""))
        if chosen is None:
            return data
        typed = [name for name in chosen.fields if name in self.changed_data and data.get(name)]
        for name, known in chosen.fields.items():
            if name in typed:
                continue
            data[name] = known
            if not known:
                self.add_error(name, _("Please look this up on the authority’s website."))
        return data


def form_of(number: int) -> Any:
    """Return the form class of a part, by its number from 1."""
    base = AuthorityForm if "authority_name" in PARTS[number - 1].names else PartForm
    form = forms.modelform_factory(
        Organisation,
        form=base,
        fields=PARTS[number - 1].names,
        formfield_callback=_guarded,
    )
    return taking_turns(form)


def open_parts(row: Organisation) -> list[int]:
    """Return the numbers of the parts in which something is still the sample."""
    return [
        number
        for number, part in enumerate(PARTS, 1)
        if any(_is_sample(row, name) for name in part.names)
    ]


def _is_sample(row: Organisation, name: str) -> bool:
    return names_sample(str(getattr(row, name, "") or ""))


def _guarded(field: models.Field[Any, Any], **kwargs: Any) -> Any:
    if isinstance(field, models.URLField):
        kwargs["assume_scheme"] = "https"
    return guard(field.formfield(**kwargs))
