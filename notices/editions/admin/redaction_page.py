"""Redact personal data: name the words, see what readers will see, confirm."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from notices.firm.inputs.one_line import OneLineField
from notices.firm.languages import REQUIRED
from notices.firm.proposals import redacting as proposed

from .. import redacting
from ..models import Edition

SENTENCES = {
    redacting.NotPublished: _("This edition is not published. Please change the draft itself."),
    redacting.NothingToRedact: _(
        "Please write at least one and at most 20 passages, each with at least 3 characters."
    ),
    redacting.NotFound: _("None of these passages is in this edition. Please check the spelling."),
    redacting.StillThere: _(
        "A passage runs across bold print, a link or a line and would stay visible. "
        "Please write its parts on lines of their own."
    ),
    redacting.WouldDamage: _(
        "These signs hold the text together (a link, a heading, bold print). "
        "Please name only the words that people read."
    ),
    redacting.NoLongerFits: _("The mark does not fit into this short text."),
    redacting.NeedsAReason: _("Please say why."),
}


class RedactionForm(forms.Form):
    """Which words go, why, and from which editions."""

    phrases = forms.CharField(
        label=_("What has to go?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "lang": REQUIRED, "autocomplete": "off"}),
        help_text=_(
            "One passage per line, spelled as in the text; capitals do not matter. "
            "Other forms are other passages. Example: Frau Probe, on the next line: Frau Probes."
        ),
    )
    reason = OneLineField(
        label=_("Why?"),
        max_length=300,
        help_text=_(
            "Only for us and for an audit; never repeat the words here. "
            "Example: Löschverlangen nach Artikel 17 DSGVO."
        ),
    )
    editions = forms.MultipleChoiceField(
        label=_("From which editions?"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def clean_phrases(self) -> list[str]:
        try:
            return redacting.phrases_in(self.cleaned_data["phrases"])
        except redacting.RedactingError as error:
            raise forms.ValidationError(SENTENCES[type(error)]) from error

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        reason = cleaned.get("reason", "").casefold()
        if any(phrase.casefold() in reason for phrase in cleaned.get("phrases", [])):
            self.add_error("reason", _("The reason repeats what has to go."))
        return cleaned


def redact_page(site: AdminSite, request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, show what readers will see, and redact once it is confirmed."""
    if not request.user.has_perm(redacting.REDACT):
        raise PermissionDenied
    edition: Edition = get_object_or_404(Edition.objects.select_related("notice"), pk=pk)
    back = reverse("admin:editions_edition_change", args=[pk])
    if edition.status != Edition.Status.PUBLISHED:
        messages.error(request, SENTENCES[redacting.NotPublished])
        return HttpResponseRedirect(back)
    form = RedactionForm(request.POST or None)
    plans: list[redacting.Plan] = []
    proposals: list[proposed.Planned] = []
    chosen: set[str] = set()
    if request.method == "POST":
        choose(form, edition)
        if form.is_valid():
            phrases = form.cleaned_data["phrases"]
            try:
                proposals = proposed.plan(phrases)
                plans = plans_for(edition, phrases, is_elsewhere=bool(proposals))
                chosen = {
                    str(one.edition.pk)
                    for one in plans
                    if "_confirm" not in request.POST
                    or str(one.edition.pk) in form.cleaned_data["editions"]
                }
                if "_confirm" in request.POST and (chosen or not plans):
                    count = carry_out(request, plans, chosen, phrases, form.cleaned_data["reason"])
                    messages.success(request, count)
                    return HttpResponseRedirect(back)
                if plans and not chosen:
                    form.add_error(None, _("Please choose at least one edition."))
            except redacting.RedactingError as error:
                form.add_error("phrases", SENTENCES[type(error)])
                plans, proposals = [], []
    shows = bool(plans or proposals) and "_back" not in request.POST
    context = {
        **site.each_context(request),
        "title": _("Redact personal data"),
        "edition": edition,
        "form": form,
        "proposals": proposals if shows else [],
        "hits_sentence": hits_sentence(plans, proposals),
        "plans": [(one, str(one.edition.pk) in chosen) for one in plans] if shows else [],
        "opts": Edition._meta,
    }
    name = "redact_review.html" if shows else "redact.html"
    return TemplateResponse(request, f"admin/editions/edition/{name}", context)


def hits_sentence(plans: list[redacting.Plan], proposals: list[proposed.Planned]) -> str:
    """Say in how many places words go; addresses of links that go with them are no places."""
    count = sum(len(one.places) for one in plans) + sum(len(one.hits) for one in proposals)
    words = ngettext(
        "The words stand in %(count)d place.", "The words stand in %(count)d places.", count
    )
    return words % {"count": count}


def choose(form: RedactionForm, edition: Edition) -> None:
    """Offer the published editions of the same notice; others cannot be slipped in."""
    published = Edition.objects.published().filter(notice=edition.notice_id)
    field = form.fields["editions"]
    field.choices = [(str(pk), pk) for pk in published.values_list("pk", flat=True)]  # type: ignore[attr-defined]


def plans_for(
    edition: Edition, phrases: list[str], *, is_elsewhere: bool = False
) -> list[redacting.Plan]:
    """Return what would change: this edition first, then the others with the same words.

    Nothing where the words stand in none of them but elsewhere, as in a proposal.
    """
    others = redacting.occurrences(edition.notice, phrases)
    if is_elsewhere and not others:
        return []
    return [
        redacting.plan(edition, phrases),
        *(redacting.plan(one, phrases) for one in others if one.pk != edition.pk),
    ]


@transaction.atomic
def carry_out(
    request: HttpRequest,
    plans: list[redacting.Plan],
    chosen: set[str],
    phrases: list[str],
    reason: str,
) -> str:
    """Redact all chosen editions or none, and say how many."""
    for one in plans:
        if str(one.edition.pk) in chosen:
            redacting.redact(
                one.edition,
                phrases,
                reason=reason,
                by=request.user,  # type: ignore[arg-type]
                role="reviewer",
            )
    said = []
    if chosen:
        words = ngettext(
            "Redacted in %(count)d edition. Readers see the mark from now on.",
            "Redacted in %(count)d editions. Readers see the mark from now on.",
            len(chosen),
        )
        said.append(words % {"count": len(chosen)})
    # Staff read proposals, open and decided, and earlier versions; the words go from all of them.
    said += proposed.redact_everywhere(phrases, reason=reason, by=request.user)  # type: ignore[arg-type]
    return " ".join(said)
