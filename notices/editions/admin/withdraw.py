from __future__ import annotations

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from .. import publishing
from ..act_sentences import sentence
from ..models import Edition
from .act_forms import WithdrawForm
from .act_pages import act_page, to_edition
from .review import PUBLISH


def withdraw(page: ModelAdmin[Edition], request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the public reason, then withdraw."""
    if not request.user.has_perm(PUBLISH):
        raise PermissionDenied
    edition = get_object_or_404(Edition.objects.published(), pk=pk)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            publishing.withdraw(edition, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
            messages.success(request, _("The edition is withdrawn. Its page says so."))
            return to_edition(edition)
        except publishing.PublishingError as error:
            messages.error(request, sentence(error))
    context = {"form": form, "title": _("Withdraw an edition")}
    return act_page(page, request, "withdraw", edition, context)
