"""Staff page "Profil": one short form after the other, then everything at a glance."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from notices.firm import audit
from notices.firm.audit import Act
from notices.firm.models import Organisation

from .confirming import StillSample, confirm_profile
from .profile_forms import PARTS, form_of, open_parts

CHANGE = "firm.change_organisation"


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(CHANGE, raise_exception=True)
def profile_part(request: HttpRequest, number: int) -> HttpResponse:
    """Show one form of the profile; once it is right, keep it and go on to the next."""
    if not 1 <= number <= len(PARTS) or not Organisation.objects.exists():
        raise Http404
    with transaction.atomic():
        # Locked while it is saved: of two people the second one is shown what the first stored.
        row = _row(locked=request.method == "POST")
        form = form_of(number)(request.POST if request.method == "POST" else None, instance=row)
        if request.method == "POST" and form.is_valid():
            form.save()
            if form.has_changed():
                audit.record(Act.CONTENT_CHANGED, audit.name_of_row(row), by=request.user)
            return HttpResponseRedirect(_after(number))
    context = {
        "title": _("Profile: %(part)s") % {"part": PARTS[number - 1].title},
        "form": form,
        "number": number,
        "count": len(PARTS),
        "before": reverse("admin:set-up-profile", args=[number - 1]) if number > 1 else None,
    }
    return TemplateResponse(request, "admin/setting_up/profile_part.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(CHANGE, raise_exception=True)
def profile_whole(request: HttpRequest) -> HttpResponse:
    """Show all that was entered; confirming it ends the time of sample data."""
    if not Organisation.objects.exists():
        raise Http404
    if request.method == "POST":
        try:
            confirm_profile(by=request.user)  # type: ignore[arg-type]
        except StillSample as error:
            messages.error(request, _("Something here is still the sample."))
            return HttpResponseRedirect(reverse("admin:set-up-profile", args=error.parts[:1]))
        messages.success(request, _("These are your details now. Next: the texts."))
        return HttpResponseRedirect(reverse("admin:set-up-texts"))
    row = _row()
    still_open = open_parts(row)
    context = {
        "title": _("Profile: everything at a glance"),
        "parts": [_told(row, number, number in still_open) for number in range(1, len(PARTS) + 1)],
        "still_open": still_open,
        "is_sample": row.is_sample,
    }
    return TemplateResponse(request, "admin/setting_up/profile_whole.html", context)


def _row(*, locked: bool = False) -> Organisation:
    rows = Organisation.objects.all()
    return (rows.select_for_update() if locked else rows).get()


def _told(row: Organisation, number: int, is_open: bool) -> dict[str, Any]:
    part = PARTS[number - 1]
    return {
        "number": number,
        "title": part.title,
        "is_open": is_open,
        "lines": [
            (row._meta.get_field(name).verbose_name, getattr(row, name) or "–")  # type: ignore[union-attr]
            for name in part.names
        ],
    }


def _after(number: int) -> str:
    if number < len(PARTS):
        return reverse("admin:set-up-profile", args=[number + 1])
    return reverse("admin:set-up-profile-whole")
