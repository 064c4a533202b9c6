from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from notices.firm.languages import help_for
from notices.lib.logo import Fault, LogoError, clean

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


LOGO_ERRORS = {
    Fault.NO_PICTURE: _("This file is no PNG and no SVG. Please save the logo as one of them."),
    Fault.BROKEN: _("This picture is damaged. Please export it once more."),
    Fault.TOO_LARGE: _(
        "The logo has %(what)s KB; at most 6 KB are possible. "
        "Please save it smaller: a height of 100 pixels is enough."
    ),
    Fault.TOO_SMALL_TO_SEE: _(
        "The logo has %(what)s pixels. Each side needs between 16 and 2000 pixels."
    ),
    Fault.TOO_LONG: _(
        "The logo has %(what)s and would be too small to read. "
        "The long side may be at most eight times the short one."
    ),
    Fault.NOT_DRAWN: _(
        "The logo contains “%(what)s”, which would be missing here. "
        "Please export it as plain shapes (“convert to paths”) or as PNG."
    ),
    Fault.EMPTY: _("Nothing would be seen of this logo. Please export it as plain shapes."),
}


class WithLogo(forms.ModelForm):  # type: ignore[type-arg]
    """A form of a firm that takes its logo as a file and keeps it as cleaned text."""

    logo_file = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("PNG or SVG, at most 6 KB. It stands on every page, in letters and in PDFs."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/svg+xml,.png,.svg"}),
    )
    no_logo = forms.BooleanField(label=_("Take the logo away"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        picture = self.instance.picture
        if picture is None:
            self.fields["no_logo"].widget = forms.HiddenInput()
        else:
            self.fields["logo_file"].help_text = format_html(
                '{}<br><img src="{}" alt="{}" height="48">',
                self.fields["logo_file"].help_text,
                reverse("logo", args=[picture.name]),
                _("The logo as it is now"),
            )

    def clean_logo_file(self) -> Any:
        uploaded = self.cleaned_data.get("logo_file")
        if uploaded:
            try:
                self.instance.logo = clean(uploaded.read()).stored()
            except LogoError as error:
                message = LOGO_ERRORS[error.fault] % {"what": error.what}
                raise forms.ValidationError(message, code=error.fault.value) from error
        return uploaded

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("no_logo") and not data.get("logo_file"):
            self.instance.logo = ""
        return data


class OrganisationForm(WithLogo):
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


class FirmForm(WithLogo):
    class Meta:
        model = Firm
        fields: list[str] = []  # the fieldsets of the admin choose
        help_texts = {
            **HELP,
            **help_for("service_name", _("Empty means: as in the profile of our firm.")),
            "name": _("As tenants and owners know it. Example: Hausverwaltung Beispiel"),
            "phone": _("Shown on the pages of its meetings. Example: 030 123 456"),
        }
