"""The staff page on which the minutes of a meeting are announced."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from notices.firm.admin_base import DayInput
from notices.firm.inputs.one_line import guard
from notices.firm.inputs.turns import SeenField, TakesTurns
from notices.firm.languages import columns, help_for

from .. import planning
from ..models import Meeting, Minutes
from . import recording

TYPED = columns("legal_basis", "recipients", "objection")
SENTENCES = {
    recording.MachineIsOff: _(
        "Artificial intelligence is off in the account, or nobody can confirm that it is on. "
        "Readers are told so. First enter the exception for this meeting."
    ),
    recording.NothingIsRecorded: _(
        "Recording is off in the account, or nobody can confirm that it is on. "
        "Readers are told so. First enter the exception for this meeting."
    ),
    recording.NeedsWords: _(
        "A machine, or sound that is kept, needs a legal basis and those who get the minutes."
    ),
    planning.HasBegun: _("The meeting has begun. What was said about it can no longer be changed."),
}


class MinutesForm(TakesTurns, forms.ModelForm):  # type: ignore[type-arg]
    seen = SeenField(required=False)

    class Meta:
        model = Minutes
        fields = ["writer", "keeps_sound", "sound_until", *TYPED]
        widgets = {"sound_until": DayInput, "writer": forms.RadioSelect}
        help_texts = {
            "sound_until": _("Only if sound is kept. Then it is deleted."),
            **help_for(
                "legal_basis",
                _("Example: Einwilligung aller, die sprechen (Artikel 6 Absatz 1 a DSGVO)"),
                _("Example: consent of all who speak (Article 6 (1) (a) GDPR)"),
            ),
            **help_for("recipients", _("Example: alle Eigentümerinnen und Eigentümer")),
            **help_for(
                "objection",
                _("Beside the sentence that is there anyway. Example: Wir schalten sie dann aus."),
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            guard(field)


@transaction.atomic
def minutes_page(page: ModelAdmin[Meeting], request: HttpRequest, pk: int) -> HttpResponse:
    """Announce how the minutes are made, as long as the meeting has not begun."""
    meeting = get_object_or_404(Meeting.objects.kept().select_related("type"), pk=pk)
    if meeting.has_begun() or not page.has_change_permission(request, meeting):
        raise PermissionDenied
    # Under its lock: of two people the second one sees what the first one announced.
    planning.lock(pk)
    stored = Minutes.objects.filter(meeting=meeting).first()
    form = MinutesForm(request.POST or None, instance=stored or Minutes(meeting=meeting))
    if request.method == "POST" and form.is_valid():
        try:
            recording.record(meeting, form.cleaned_data, by=request.user)  # type: ignore[arg-type]
            messages.success(request, _("Its page says so from now on."))
        except recording.WaitsForSecondPerson:
            messages.warning(
                request,
                _("Less than was announced waits for a second person. The rest is stored."),
            )
        except (recording.MinutesError, planning.PlanningError) as error:
            form.add_error(None, SENTENCES[type(error)])
        if not form.errors:
            return HttpResponseRedirect(
                reverse("admin:invitations_meeting_change", args=[meeting.pk])
            )
    return TemplateResponse(
        request,
        "admin/invitations/meeting/minutes.html",
        {
            **page.admin_site.each_context(request),
            "title": _("Minutes of this meeting"),
            "meeting": meeting,
            "opts": page.opts,
            "form": form,
        },
    )
