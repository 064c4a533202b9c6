from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notices.firm.staff import MomentInput, refuse_join_link

from .models import Adjustment, Meeting, MeetingType


class PublicText(forms.ModelForm):  # type: ignore[type-arg]
    """Refuse links that let people in wherever readers will see the text."""

    public_fields: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for field in self.public_fields:
            for language in ("de", "en"):
                name = f"{field}_{language}"
                try:
                    refuse_join_link(data.get(name) or "")
                except forms.ValidationError as error:
                    self.add_error(name, error)
        return data


class MeetingTypeForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = MeetingType
        fields: list[str] = []  # the fieldsets of the admin choose
        help_texts = {
            "name_de": _("Example: Eigentümerversammlung"),
            "name_en": _("Example: Owners' meeting"),
            "lets_in_minutes_before": _("Example: 15"),
            "key": _("For the program, never changed later. Example: owners_meeting"),
        }


class MeetingForm(PublicText):
    public_fields = ("title", "place")

    class Meta:
        model = Meeting
        fields: list[str] = []  # the fieldsets of the admin choose
        help_texts = {
            "type": _("What kind of meeting it is. Example: Eigentümerversammlung"),
            "title_de": _("As in the invitation. Example: Eigentümerversammlung Lindenstraße 8"),
            "title_en": _("Example: Owners' meeting Lindenstraße 8"),
            "starts_at": _("Day and time in Germany."),
            "ends_at": _("When it will probably be over."),
            "place_de": _("For those who come in person. Empty if there is no room."),
            "place_en": _("Example: Community hall, 1st floor"),
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts, ends = data.get("starts_at"), data.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("The end must be after the start."))
        ways = [data.get(way, getattr(self.instance, way)) for way in ("browser", "phone", "app")]
        if not any(ways):
            self.add_error("browser", _("Choose at least one way to take part."))
        return data


class AdjustmentForm(PublicText):
    public_fields = ("reason",)

    class Meta:
        model = Adjustment
        fields: list[str] = []  # the fieldsets of the admin choose
        help_texts = {
            "reason_de": _(
                "Readers see this. Example: Der Beirat hat der Aufzeichnung zugestimmt."
            ),
        }


class MoveForm(forms.Form):
    """A new date for a meeting; the old one stays visible."""

    starts_at = forms.DateTimeField(
        label=_("New start"), widget=MomentInput, help_text=_("Day and time in Germany.")
    )
    ends_at = forms.DateTimeField(label=_("New end"), widget=MomentInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts, ends = data.get("starts_at"), data.get("ends_at")
        if starts and starts <= timezone.now():
            self.add_error("starts_at", _("A meeting can only be moved to a later time than now."))
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("The end must be after the start."))
        return data
