"""The page of a reviewer: read what changes, approve it or return it with a comment."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notices.firm.languages import texts_of
from notices.lib import markdown

from .. import publishing
from ..act_sentences import sentence
from ..models import Edition
from ..pages.comparing import comparisons
from ..review.edit_conflicts import draft_digest
from .act_forms import ReviewForm
from .act_pages import to_edition
from .review_form import ConfirmationForm

PUBLISH = "editions.publish_edition"


def decide(page: ModelAdmin[Edition], request: HttpRequest, pk: int) -> HttpResponse:
    """Approve an edition in review, or return it with a comment."""
    if not request.user.has_perm(PUBLISH):
        raise PermissionDenied
    edition = get_object_or_404(Edition, pk=pk)
    form = ReviewForm(request.POST)
    confirmations = ConfirmationForm(edition, request.POST)
    if not form.is_valid():
        messages.error(request, _("Please check the day and the time."))
        return _ask_again(page, request, pk, form, confirmations)
    if not confirmations.is_valid():
        messages.error(request, _("A reason has at most 500 characters."))
        return _ask_again(page, request, pk, form, confirmations)
    comment = form.cleaned_data["comment"]
    try:
        if "_publish" in request.POST and not request.POST.get("as_read"):
            # A form that was never shown carries no digest: nobody has read the text.
            raise publishing.TextChanged(edition)
        if "_publish" in request.POST:
            publishing.publish(
                edition,
                by=request.user,  # type: ignore[arg-type]
                in_force_from=form.cleaned_data["in_force_from"],
                without=confirmations.without,
                claims_reasons=confirmations.claims_reasons,
                as_read=request.POST["as_read"],
            )
            messages.success(request, _("The edition is approved."))
        else:
            publishing.send_back(edition, by=request.user, comment=comment)  # type: ignore[arg-type]
            messages.success(request, _("The edition is a draft again, with your comment."))
    except publishing.PublishingError as error:
        messages.error(request, sentence(error))
        if isinstance(error, publishing.TranslationNotCurrent | publishing.ClaimsNeedReasons):
            return _ask_again(page, request, pk, form, confirmations)
    return to_edition(edition)


def review_context(request: HttpRequest, edition: Edition) -> dict[str, Any]:
    """Return what a reviewer is shown beside an edition in review."""
    in_force = edition.notice.in_force_at(timezone.now())
    context: dict[str, Any] = {
        "rendered": rendered(edition),
        "in_force": in_force,
        "as_read": draft_digest(edition),
        "comparisons": comparisons(in_force, edition),
    }
    if request.user.has_perm(PUBLISH):
        # What was typed comes back with the question that was not answered.
        asked = getattr(request, "asked_again", None)
        context["review_form"], context["confirmations"] = asked or (
            ReviewForm(initial={"in_force_from": edition.in_force_from}),
            ConfirmationForm(edition),
        )
    return context


def rendered(edition: Edition) -> dict[str, str]:
    """Return the text per language as readers will see it."""
    return {
        language: markdown.render(text, language)
        for language, text in texts_of(edition, "text").items()
    }


def _ask_again(
    page: ModelAdmin[Edition],
    request: HttpRequest,
    pk: int,
    form: ReviewForm,
    confirmations: ConfirmationForm,
) -> HttpResponse:
    """Show the review page with everything that was typed."""
    shown = copy(request)
    shown.method = "GET"
    shown.asked_again = form, confirmations  # type: ignore[attr-defined]
    response = page.change_view(shown, str(pk))
    response.status_code = 422
    return response
