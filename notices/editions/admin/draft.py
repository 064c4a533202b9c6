"""Acts on a draft beside saving it: begin it from an old edition, vouch for a translation."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notices.firm.inputs.turns import as_text
from notices.firm.languages import FURTHER

from .. import drafting, publishing
from ..act_sentences import sentence
from ..models import Edition
from ..review.edit_conflicts import DRAFT_TEXTS, differences, stored_texts
from .act_pages import act_page, to_edition
from .forms import EditionForm

NO_DRAFT = _("Not saved: this is no longer a draft")
# By the status of what is stored by now; a draft: somebody else began it meanwhile.
TOO_LATE: dict[str | None, tuple[Promise, Promise]] = {
    None: (NO_DRAFT, _("Somebody deleted this draft while you were writing.")),
    Edition.Status.DRAFT: (
        _("Not saved: there is a draft already"),
        _("Somebody else began a draft of this notice while you were writing."),
    ),
    Edition.Status.REVIEW: (
        NO_DRAFT,
        _(
            "Somebody handed this draft over for approval while you were writing. "
            "It can be changed again once it is returned."
        ),
    ),
    Edition.Status.PUBLISHED: (
        NO_DRAFT,
        _(
            "This edition was published while you were writing. "
            "Published editions cannot be changed; begin a new edition."
        ),
    ),
}


def restore(page: ModelAdmin[Edition], request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a draft with the texts of this edition."""
    if not request.user.has_perm("editions.add_edition"):
        raise PermissionDenied
    edition = get_object_or_404(Edition.objects.published(), pk=pk)
    try:
        draft = drafting.restore(edition, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("This is your draft. Nothing of it is public yet."))
        return to_edition(draft)
    except publishing.PublishingError as error:
        messages.error(request, sentence(error))
    return to_edition(edition)


def take_back(page: ModelAdmin[Edition], request: HttpRequest, pk: int) -> HttpResponse:
    """Make an edition that waits for approval a draft again."""
    if not request.user.has_perm("editions.change_edition"):
        raise PermissionDenied
    edition = get_object_or_404(Edition, pk=pk)
    try:
        drafting.take_back(edition, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("Taken back. It is your draft again."))
    except publishing.PublishingError as error:
        messages.error(request, sentence(error))
    return to_edition(edition)


def still_right(
    page: ModelAdmin[Edition], request: HttpRequest, pk: int, language: str
) -> HttpResponse:
    """Note that a translation in a draft still says what its source says."""
    edition = get_object_or_404(Edition, pk=pk)
    if language not in FURTHER:
        raise Http404
    if not page.has_change_permission(request, edition):
        raise PermissionDenied
    try:
        drafting.confirm(edition, language, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("Noted: the translation is still right."))
    except publishing.PublishingError as error:
        messages.error(request, sentence(error))
    return to_edition(edition)


def too_late(
    page: ModelAdmin[Edition],
    request: HttpRequest,
    edition: Edition | None,
    form: type[EditionForm],
) -> HttpResponse:
    """Say why nothing can be saved here any more, and give back what was typed."""
    typed = {name: as_text(request.POST[name]) for name in DRAFT_TEXTS if name in request.POST}
    stored = stored_texts(edition) if edition else {}
    labels = {name: str(field.label) for name, field in form.base_fields.items()}
    title, why = TOO_LATE[edition.status if edition else None]
    context = {"title": title, "why": why, "differences": differences(stored, typed, labels)}
    return act_page(page, request, "too_late", edition, context, status=409)
