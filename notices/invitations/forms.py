from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notices.firm.admin_base import MomentInput
from notices.firm.inputs.days import MomentField
from notices.firm.inputs.one_line import OneLineField
from notices.firm.inputs.turns import as_text
from notices.firm.languages import help_for

from .models import Adjustment, Meeting, MeetingType

ZOOM_ID = re.compile(r"[1-9]\d{8,10}")


class MeetingTypeForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = MeetingType
        fields: list[str] = []  # the fieldsets of the admin choose
        help_texts = {
            **help_for("name", _("Example: Eigentümerversammlung"), _("Example: Owners' meeting")),
            **help_for(
                "rules",
                _("On the page of each such meeting. Example: Bitte fotografieren Sie nichts ab."),
            ),
            "questions": _(
                "Each such meeting’s page and invitation carry them, with the first paragraph of "
                "their answers if it is short."
            ),
            "lets_in_minutes_before": _("Example: 15"),
            "needs_resolution": _("Then a meeting without a resolution in force is warned of."),
            "key": _("For the program, never changed later. Example: owners_meeting"),
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not any(data.get(way) for way in ("browser", "phone", "app")):
            self.add_error("browser", _("Choose at least one way to take part."))
        return data


class MeetingForm(forms.ModelForm):  # type: ignore[type-arg]
    """A meeting; its private Zoom ID goes in and never comes out again."""

    zoom_id = OneLineField(
        label=_("Private Zoom meeting ID"),
        required=False,
        max_length=40,
        help_text=_(
            "Optional, stored encrypted and never shown. With it we check how this very meeting "
            "is set at Zoom. Example: 812 3456 7890"
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    forget_zoom_id = forms.BooleanField(
        label=_("Remove the stored meeting ID"),
        required=False,
        help_text=_("The page then speaks about the settings of our Zoom account again."),
    )

    class Meta:
        model = Meeting
        fields: list[str] = []  # the fieldsets of the admin choose
        help_texts = {
            "community": _("Its name, who answers for the data and its contact stand on the page."),
            "provider": _("Its page then shows that tool’s safeguards and no answer about Zoom."),
            "firm": _("The firm that invites: its name and phone number stand on the page."),
            "type": _("What kind of meeting it is. Example: Eigentümerversammlung"),
            **help_for(
                "title",
                _("As in the invitation. Example: Eigentümerversammlung Lindenstraße 8"),
                _("Example: Owners' meeting Lindenstraße 8"),
            ),
            "starts_at": _("Day and time in Germany."),
            "ends_at": _("When it will probably be over."),
            **help_for(
                "place",
                _("For those who come in person. Empty if there is no room."),
                _("Example: Community hall, 1st floor"),
            ),
            "language": _("The language that is spoken. Example: Deutsch"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.zoom_meeting_id_encrypted:
            self.fields["zoom_id"].help_text = _(
                "A meeting ID is stored. Leave this empty to keep it, or enter another one."
            )
        else:
            self.fields.pop("forget_zoom_id", None)

    def clean_zoom_id(self) -> str:
        digits = re.sub(r"[\s-]", "", self.cleaned_data["zoom_id"])
        if digits and not (digits.isascii() and ZOOM_ID.fullmatch(digits)):
            raise forms.ValidationError(
                _("A meeting ID has 9 to 11 digits and no other signs. Example: 812 3456 7890")
            )
        return digits

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts, ends = data.get("starts_at"), data.get("ends_at")
        _check_order(self, starts, ends)
        ways = [data.get(way, getattr(self.instance, way)) for way in ("browser", "phone", "app")]
        if not any(ways):
            self.add_error("browser", _("Choose at least one way to take part."))
        if data.get("forget_zoom_id") and data.get("zoom_id"):
            self.add_error(
                "forget_zoom_id", _("Either remove the stored ID or enter another one, not both.")
            )
        return data

    def save(self, commit: bool = True) -> Meeting:
        meeting: Meeting = super().save(commit=False)
        if self.cleaned_data.get("forget_zoom_id"):
            meeting.set_zoom_id("")
        elif digits := self.cleaned_data.get("zoom_id"):
            meeting.set_zoom_id(digits)
        if commit:
            meeting.save()
        return meeting


class AdjustmentForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Adjustment
        fields: list[str] = []  # the fieldsets of the admin choose
        help_texts = {
            **help_for(
                "reason",
                _("Readers see this. Example: Der Beirat hat der Aufzeichnung zugestimmt."),
            ),
        }


class NewDateForm(forms.Form):
    """Another date, later than now."""

    starts_at = MomentField(
        label=_("New start"), widget=MomentInput, help_text=_("Day and time in Germany.")
    )
    ends_at = MomentField(label=_("New end"), widget=MomentInput)
    past_start = _("A meeting can only be moved to a later time than now.")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts, ends = data.get("starts_at"), data.get("ends_at")
        if starts and starts <= timezone.now():
            self.add_error("starts_at", self.past_start)
        _check_order(self, starts, ends)
        return data


class MoveForm(NewDateForm):
    """A new date for a meeting; the old one stays visible."""

    seen = OneLineField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        # The date that this page was opened with: somebody else may move it meanwhile.
        seen = f"{meeting.starts_at.timestamp()} {meeting.ends_at.timestamp()}"
        kwargs["initial"] = {
            "starts_at": meeting.starts_at,
            "ends_at": meeting.ends_at,
            "seen": seen,
        }
        super().__init__(*args, **kwargs)
        self.meeting = meeting

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("seen") != self.initial["seen"]:
            self.data = {**self.data.dict(), "seen": self.initial["seen"]}  # type: ignore[attr-defined]
            moment = as_text(self.meeting.starts_at)
            raise forms.ValidationError(
                _(
                    "Somebody else has moved this meeting meanwhile: it begins on %(moment)s. "
                    "Nothing of yours is saved. If your date is right, send it again."
                ),
                params={"moment": moment},
            )
        same = (data.get("starts_at"), data.get("ends_at")) == (
            self.meeting.starts_at,
            self.meeting.ends_at,
        )
        if same and not self.errors:
            self.add_error(
                "starts_at", _("This is the date it already has. Nothing has been changed.")
            )
        return data


class CopyForm(NewDateForm):
    """The date of a copy, and whether the exceptions come along."""

    past_start = _("A new meeting must lie ahead.")
    with_adjustments = forms.BooleanField(
        label=_("Also copy what is weaker in this meeting"),
        required=False,
        help_text=_("With its reasons. Tick this only if they hold for the new meeting too."),
    )


def _check_order(form: forms.BaseForm, starts: datetime | None, ends: datetime | None) -> None:
    if starts and ends and ends <= starts:
        form.add_error("ends_at", _("The end must be after the start."))
