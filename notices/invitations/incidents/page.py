"""The staff page of one deviation: the meetings it touched, two drafts, the officer's decision."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from notices.firm.addresses import origin
from notices.firm.admin_base import MomentInput
from notices.firm.inputs.days import MomentField
from notices.firm.languages import CODES, localised, name_of
from notices.safeguards.board import timelines
from notices.safeguards.board.timelines import Board
from notices.safeguards.board.words import seen_sentence
from notices.safeguards.deviations import Deviation
from notices.safeguards.deviations_page import SEE
from notices.safeguards.models import Finding, Safeguard
from notices.safeguards.states import State, state_found

from ..handouts.invitation_pages import contact_of, firm_of
from ..handouts.snippets import Contact
from ..models import IncidentDecision, Meeting
from ..owners.for_whom import for_whom
from . import deciding, message
from .message import Incident
from .touched import meetings_of

# Meetings listed at once.
AT_ONCE = 50
DECIDE = "invitations.add_incidentdecision"
SENTENCES = {
    deciding.NeedsAReason: _("Please write down why."),
    deciding.NotKnownYet: _("It cannot have been known before it was there, nor in the future."),
}


class DecisionForm(forms.Form):
    known_at = MomentField(
        label=_("Known since"),
        widget=MomentInput,
        help_text=_("The 72 hours count from here. Day and time in Germany."),
    )
    decision = forms.ChoiceField(
        label=_("Decision"), choices=IncidentDecision.Decision, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For the records and the evidence; never shown to readers."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(SEE, raise_exception=True)
def incident_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what one deviation means for people; the officer decides here."""
    finding = get_object_or_404(Finding.objects.select_related("safeguard"), pk=pk)
    now = timezone.now()
    read = timelines.load_since(finding.seen_at)
    safeguard, deviation = _opened_by(read, finding)
    touched = meetings_of(safeguard, deviation, now)
    decisions = list(finding.incident_decisions.select_related("recorded_by"))
    known_at = decisions[-1].known_at if decisions else finding.recorded_at
    form = DecisionForm(request.POST or None, initial={"known_at": timezone.localtime(known_at)})
    if request.method == "POST":
        if not request.user.has_perm(DECIDE):
            raise PermissionDenied
        if form.is_valid():
            try:
                deciding.decide(finding, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
                messages.success(request, _("The decision is recorded. It stays."))
                return HttpResponseRedirect(request.path)
            except deciding.DecidingError as error:
                form.add_error(None, SENTENCES[type(error)])
    told = [one for one in touched if not one.is_announced]
    # Who took part in one meeting is not told of another: there is a message for each.
    chosen = next((one for one in told if one.meeting.code == request.GET.get("treffen")), None)
    chosen = chosen or next(iter(told), None)
    messages_to, notes = [], []
    for language in CODES:
        with translation.override(language):
            incident = Incident(
                name=localised(safeguard, "name"),
                seen=seen_sentence(finding),
                meaning=_meaning(read, safeguard, deviation),
                since=deviation.start,
                until=deviation.end,
                known_at=known_at,
                explanations=[localised(one, "text") for one in read.explanations.get(pk, [])],
                touched=touched,
                site=origin(request),
            )
            draft = (language, name_of(language))
            notes.append((*draft, message.to_officer(incident, now)))
            if chosen:
                words = message.to_participants(incident, chosen, _contact(chosen.meeting, now))
                messages_to.append((*draft, words))
    context: dict[str, Any] = {
        "title": _("What this deviation touched"),
        "safeguard": safeguard,
        "deviation": deviation,
        "seen": seen_sentence(finding),
        "touched": Paginator(told, AT_ONCE).get_page(request.GET.get("seite")),
        "announced": [one for one in touched if one.is_announced],
        "chosen": chosen,
        "participants": messages_to,
        "officer": notes,
        "clock": "" if decisions else message.clock_words(known_at, now),
        "known_at": known_at,
        "decisions": decisions,
        "may_decide": request.user.has_perm(DECIDE),
        "form": form,
    }
    return TemplateResponse(request, "admin/incident.html", context)


def _contact(meeting: Meeting, now: datetime) -> Contact:
    return contact_of(firm_of(meeting), for_whom(meeting, now))


def _opened_by(read: Board, finding: Finding) -> tuple[Safeguard, Deviation]:
    for safeguard in read.safeguards:
        if safeguard.pk == finding.safeguard_id:
            for one in read.deviations(safeguard, timezone.now()):
                if isinstance(one.finding, Finding) and one.finding.pk == finding.pk:
                    return safeguard, one
    raise Http404


def _meaning(read: Board, safeguard: Safeguard, deviation: Deviation) -> Any:
    state = state_found(deviation.finding, State.ON)
    wording = read.wording("safeguard", safeguard.pk, state.value, deviation.start)
    return localised(wording, "meaning") if wording else None
