"""Staff pages "Texte": what still names the sample firm, one act to draft it, one to publish."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from notices.editions import publishing
from notices.editions.act_sentences import sentence
from notices.editions.pages.comparing import comparisons
from notices.editions.review.claims import open_claims
from notices.editions.review.edit_conflicts import draft_digest
from notices.editions.review.samples import left_over
from notices.firm.inputs.one_line import OneLineField
from notices.firm.models import Organisation

from . import sample_texts

WRITE = "editions.add_edition"
PUBLISH = "editions.publish_edition"


class LicenceForm(forms.Form):
    """The one detail of the texts that the profile does not hold."""

    licence = OneLineField(
        label=gettext_lazy("Who gave you the licence to manage homes?"),
        required=False,
        max_length=200,
        help_text=gettext_lazy(
            "Stands in the imprint (section 34c GewO). "
            "Example: Landratsamt Beispielkreis, Gewerbeamt, Hauptstraße 1, 12345 Beispielstadt"
        ),
    )


class ReasonForm(forms.Form):
    """Why a text stays right that claims what nobody has looked up yet."""

    reason = OneLineField(
        label=gettext_lazy("Why do the texts stay right although settings are not confirmed yet?"),
        max_length=500,
        help_text=gettext_lazy("Kept with the editions, not public."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(WRITE, raise_exception=True)
def texts(request: HttpRequest) -> HttpResponse:
    """List what still names the sample firm; on POST draft all of it and hand it over."""
    form = LicenceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = sample_texts.draft_all(
            by=request.user,  # type: ignore[arg-type]
            licence=form.cleaned_data["licence"],
        )
        count = len(done.handed_over)
        said = ngettext(
            "%(n)d text is drafted and handed over for approval.",
            "%(n)d texts are drafted and handed over for approval.",
            count,
        )
        messages.success(request, said % {"n": count})
        for draft in done.left:
            left = _("“%(title)s” is a draft: something of the sample firm is left in it.")
            messages.warning(request, left % {"title": draft.notice})
        # What is whole waits for somebody else; what is not has to be looked at here.
        back = "admin:set-up-texts" if done.left else "admin:set-up"
        return HttpResponseRedirect(reverse(back))
    found = left_over(timezone.now())
    rows = [(edition, sample_texts.open_edition(edition)) for edition in found]
    context = {
        "title": _("Texts with your own details"),
        "form": form,
        "asks_for_licence": sample_texts.asks_for_licence(),
        "rows": rows,
        "to_draft": [edition for edition, beside in rows if not (beside and beside.is_in_review)],
        "waiting": sample_texts.waiting(),
        "may_publish": request.user.has_perm(PUBLISH),
        "profile_is_open": Organisation.objects.current().is_sample,
    }
    return TemplateResponse(request, "admin/setting_up/texts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(PUBLISH, raise_exception=True)
def publish_texts(request: HttpRequest) -> HttpResponse:
    """Show what changes in every text that waits; on POST publish all that was read."""
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        initial={"reason": _("The settings are looked up next, while the portal is set up.")},
    )
    if request.method == "POST" and form.is_valid():
        as_read = dict(one.split(":", 1) for one in request.POST.getlist("as_read") if ":" in one)
        try:
            published = sample_texts.publish_all(
                {int(pk): digest for pk, digest in as_read.items() if pk.isdecimal()},
                by=request.user,  # type: ignore[arg-type]
                reason=form.cleaned_data["reason"],
            )
        except publishing.PublishingError as error:
            messages.error(request, sentence(error))
            return HttpResponseRedirect(reverse("admin:set-up-texts-publish"))
        count = len(published)
        said = ngettext("%(n)d text is published.", "%(n)d texts are published.", count)
        messages.success(request, said % {"n": count})
        return HttpResponseRedirect(reverse("admin:set-up"))
    now = timezone.now()
    rows = [
        {
            "edition": edition,
            "is_own": publishing.has_written(edition, request.user),  # type: ignore[arg-type]
            "as_read": f"{edition.pk}:{draft_digest(edition)}",
            "in_force": edition.notice.in_force_at(now),
            "comparisons": comparisons(edition.notice.in_force_at(now), edition),
            "claims": open_claims(edition.notice, now),
        }
        for edition in sample_texts.waiting()
    ]
    context = {"title": _("Approve the texts"), "form": form, "rows": rows}
    return TemplateResponse(request, "admin/setting_up/texts_publish.html", context)
