from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notices.firm.languages import help_for

from .models import Firm, Organisation
from .words.sample import names_sample

HELP = {
    "name": _("As it stands in the header of every page. Example: Hausverwaltung Beispiel"),
    **help_for(
        "service_name",
        _("What this website is called. Example: Datenschutz bei Videotreffen"),
        _("Example: Privacy in video meetings"),
    ),
    "legal_name": _("As in the register. Example: Hausverwaltung Beispiel GmbH"),
    "phone": _("Shown on every page with help. Example: 030 123 456"),
    **help_for(
        "phone_hours",
        _("Example: Montag bis Freitag, 9 bis 16 Uhr"),
        _("Example: Monday to Friday, 9:00 to 16:00"),
    ),
    "privacy_email": _("Objections and requests go to this address."),
    **help_for(
        "represented_by",
        _("Who may sign for the firm. Example: Geschäftsführung: Vor- und Nachname"),
    ),
    **help_for(
        "dpo_title", _("How readers should address the officer. Example: Datenschutzbeauftragte")
    ),
    "dpo_address": _("The officer can also be reached by letter at this address."),
    "authority_name": _("The data protection authority of your federal state."),
    "meeting_retention_months": _("After this time the data of a meeting are erased. Example: 24"),
}


class OrganisationForm(forms.ModelForm):  # type: ignore[type-arg]
    """The firm's profile; ticking the box ends the time of sample data."""

    these_are_ours = forms.BooleanField(
        label=_("These are our details"),
        required=False,
        help_text=_(
            "Tick this when everything above is right. Readers then no longer see “Sample data”, "
            "and all sample states become “Check due” until you report what is set at Zoom."
        ),
    )

    class Meta:
        model = Organisation
        fields: list[str] = []  # the fieldsets of the admin choose
        help_texts = HELP

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.is_sample:
            self.fields.pop("these_are_ours", None)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("these_are_ours"):
            for name, value in list(data.items()):
                if isinstance(value, str) and names_sample(value):
                    self.add_error(name, _("This is still the sample. Please enter your own."))
        return data


class FirmForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Firm
        fields: list[str] = []  # the fieldsets of the admin choose
        help_texts = {
            **HELP,
            **help_for("service_name", _("Empty means: as in the profile of our firm.")),
            "name": _("As tenants and owners know it. Example: Hausverwaltung Beispiel"),
            "phone": _("Shown on the pages of its meetings. Example: 030 123 456"),
        }
