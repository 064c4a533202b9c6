from __future__ import annotations

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .. import corrections, drafting, publishing
from ..act_sentences import sentence
from ..models import Edition
from ..review import correction_offers, seen
from .act_forms import CorrectionForm
from .act_pages import act_page, to_edition
from .review import PUBLISH


def correct(page: ModelAdmin[Edition], request: HttpRequest, pk: int) -> HttpResponse:
    """Show what differs, ask whether it changes the meaning, then publish or begin a draft."""
    if not request.user.has_perm("editions.add_edition"):
        raise PermissionDenied
    edition = get_object_or_404(Edition.objects.published(), pk=pk)
    old = {name: getattr(edition, name) or "" for name in publishing.CORRECTED_FIELDS}
    form = CorrectionForm(request.POST or None, initial=old)
    decision = None
    if request.method == "POST" and form.is_valid():
        texts = form.cleaned_data
        decision = publishing.corrected(edition, texts)
        answer = request.POST.get("meaning", "")
        try:
            if corrections.Reason.NOTHING in decision.reasons:
                messages.error(request, _("You have changed nothing yet."))
            elif answer == "no":
                row = publishing.correct(edition, by=request.user, texts=texts)  # type: ignore[arg-type]
                messages.success(request, _("The correction is public."))
                if row.notice.editions.exclude(status=Edition.Status.PUBLISHED).exists():
                    messages.info(
                        request,
                        _("There is an open draft. Please correct the same words there."),
                    )
                return to_edition(row)
            elif answer == "yes":
                draft = drafting.restore(edition, by=request.user, texts=texts)  # type: ignore[arg-type]
                messages.success(request, _("This is your draft. Nothing of it is public yet."))
                return to_edition(draft)
        except publishing.PublishingError as error:
            messages.error(request, sentence(error))
    context = {"form": form, "decision": decision, "title": _("Correct a typing error")}
    return act_page(page, request, "correct", edition, context)


def take_over(
    page: ModelAdmin[Edition], request: HttpRequest, pk: int, correction: int
) -> HttpResponse:
    """Make the words of a published correction right in this draft, too."""
    edition = get_object_or_404(Edition, pk=pk)
    if not page.has_change_permission(request, edition):
        raise PermissionDenied
    row = get_object_or_404(
        Edition.objects.published(), pk=correction, notice=edition.notice_id, correction__gt=0
    )
    try:
        correction_offers.take_over(edition, row, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("The correction now stands in the draft, too."))
    except publishing.PublishingError as error:
        messages.error(request, sentence(error))
    return to_edition(edition)


def seen_correction(page: ModelAdmin[Edition], request: HttpRequest, pk: int) -> HttpResponse:
    """Note that somebody else has looked at a correction; it leaves the first page."""
    if not request.user.has_perm(PUBLISH):
        raise PermissionDenied
    try:
        seen.note_seen(get_object_or_404(Edition.objects.published(), pk=pk), by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("Noted that you have looked at it."))
    except publishing.PublishingError as error:
        messages.error(request, sentence(error))
    return HttpResponseRedirect(reverse("admin:index"))
