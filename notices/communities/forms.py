from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from notices.firm.inputs.one_line import guard
from notices.firm.languages import columns, help_for

from .csv_file import MOST_BYTES
from .models import Community, CommunityDetails, PhysicalMeeting, Resolution
from .recording import DETAILS

TERMS = columns("joint_terms")
HELP = {
    "name": _("As invitations write it. Example: Gemeinschaft der Wohnungseigentümer Musterweg 1"),
    "street": _("Example: Musterweg 1"),
    "controller": _("What the contract with this community says."),
    **help_for(
        "joint_terms",
        _(
            "Only where both answer jointly: who does what, for readers. Example: Wir laden ein "
            "und beantworten Ihre Anfragen, die Gemeinschaft beschließt über die Aufbewahrung."
        ),
    ),
    "contact": _("A function, never a person’s name. Example: Objektbetreuung Musterweg"),
}


def _details_fields() -> dict[str, forms.Field]:
    found = forms.fields_for_model(CommunityDetails, fields=DETAILS, help_texts=HELP)
    for name in TERMS:
        found[name].widget = forms.Textarea(attrs={"rows": 3})
    return {name: guard(field) for name, field in found.items()}


class CommunityForm(forms.ModelForm):  # type: ignore[type-arg]
    """A community together with what readers are told about it as it is now."""

    class Meta:
        model = Community
        fields: list[str] = []  # the fieldsets of the admin choose
        help_texts = {
            "number": _("The number in your own lists. A file finds the community by it."),
            "firm": _("The firm that manages it."),
            "left_on": _("Empty while you manage it. Reminders end with that day."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        newest = self.instance.newest_details if self.instance.pk else None
        for name in DETAILS if newest else ():
            if name in self.fields:
                self.fields[name].initial = getattr(newest, name)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("controller") == CommunityDetails.Controller.JOINT and not data.get(TERMS[0]):
            self.add_error(TERMS[0], _("Please say what both have agreed."))
        return data

    @property
    def details(self) -> dict[str, Any]:
        return {name: self.cleaned_data.get(name) or "" for name in DETAILS}


# The admin takes a form's own fields from its class.
CommunityForm.base_fields.update(_details_fields())
CommunityForm.declared_fields.update(CommunityForm.base_fields)


class ResolutionForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Resolution
        fields: list[str] = []  # the fieldsets of the admin choose
        help_texts = {
            "since": _("Usually the day of the resolution."),
            "until": _("By video alone: at most three years after the resolution."),
            "physical_waived": _("Only if all owners have agreed to it."),
        }


class PhysicalMeetingForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = PhysicalMeeting
        fields: list[str] = []  # the fieldsets of the admin choose


class FileForm(forms.Form):
    """A CSV file, or the one that was looked at before."""

    file = forms.FileField(
        label=_("CSV file"),
        required=False,
        help_text=_("From a spreadsheet, with a semicolon or a comma between the cells."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )
    # What the plan was made from, so that exactly that is imported.
    content = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        file = data.get("file")
        if file and file.size > MOST_BYTES:
            raise ValidationError(_("The file is too large: at most 2 MB."))
        if not file and not data.get("content"):
            self.add_error("file", _("Please choose a file."))
        return data
