"""The pages on which staff move, cancel, reinstate and copy a meeting."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from .. import planning
from ..forms import CopyForm, MoveForm
from ..minutes.page import minutes_page
from ..models import Meeting

SENTENCES = {
    planning.HasBegun: _("The meeting has begun. What was said about it can no longer be changed."),
    planning.DoneAlready: _("Somebody has done this already. Nothing has been changed."),
}


def urls(page: ModelAdmin[Meeting]) -> list[URLPattern]:
    """Return the addresses of these pages; they belong to the admin of meetings."""
    acts = [
        ("verschieben/", "move", move),
        ("absagen/", "cancel", cancel),
        ("kopieren/", "copy", copy),
        ("protokoll/", "minutes", minutes_page),
    ]
    only = require_http_methods(["GET", "HEAD", "POST"])
    return [
        path(
            f"<int:pk>/{address}",
            page.admin_site.admin_view(only(partial(act, page))),
            name=f"invitations_meeting_{name}",
        )
        for address, name, act in acts
    ]


@transaction.atomic
def move(page: ModelAdmin[Meeting], request: HttpRequest, pk: int) -> HttpResponse:
    """Give a meeting a new date and keep the old one."""
    planning.lock(pk)
    meeting = _upcoming(page, request, pk)
    form = MoveForm(request.POST or None, meeting=meeting)
    if request.method == "POST" and form.is_valid():
        starts_at, ends_at = form.cleaned_data["starts_at"], form.cleaned_data["ends_at"]
        done = _("The meeting is moved. Its page shows both dates.")
        if starts_at == meeting.starts_at:
            done = _("The end is changed. The start stays as it was.")
        try:
            planning.move(meeting, starts_at=starts_at, ends_at=ends_at, by=request.user)  # type: ignore[arg-type]
            messages.success(request, done)
        except planning.PlanningError as error:
            messages.info(request, SENTENCES[type(error)])
        return to_meeting(meeting)
    return _act_page(page, request, "move", meeting, form=form, title=_("Move this meeting"))


def cancel(page: ModelAdmin[Meeting], request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a meeting, or take that back."""
    meeting = _upcoming(page, request, pk)
    if request.method == "POST":
        wanted = request.POST.get("act", "reinstate" if meeting.cancelled_at else "cancel")
        try:
            if wanted == "cancel":
                planning.cancel(meeting, by=request.user)  # type: ignore[arg-type]
                messages.success(request, _("The meeting is cancelled. Its page says so."))
            else:
                planning.reinstate(meeting, by=request.user)  # type: ignore[arg-type]
                messages.success(request, _("The meeting takes place after all."))
        except planning.PlanningError as error:
            messages.info(request, SENTENCES[type(error)])
        return to_meeting(meeting)
    title = _("Cancel this meeting")
    if meeting.cancelled_at:
        title = _("Take the cancellation back")
    return _act_page(page, request, "cancel", meeting, title=title)


def copy(page: ModelAdmin[Meeting], request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a new meeting like this one, on another date."""
    meeting = get_object_or_404(Meeting.objects.kept(), pk=pk)
    if not page.has_add_permission(request):
        raise PermissionDenied
    form = CopyForm(request.POST or None)
    adjustments = list(meeting.adjustments.select_related("safeguard"))
    if not adjustments:
        form.fields.pop("with_adjustments")
    if request.method == "POST" and form.is_valid():
        new = planning.copy(
            meeting,
            starts_at=form.cleaned_data["starts_at"],
            ends_at=form.cleaned_data["ends_at"],
            adjustments=adjustments if form.cleaned_data.get("with_adjustments") else [],
            by=request.user,  # type: ignore[arg-type]
        )
        messages.success(request, _("The copy is entered. It has a code of its own."))
        return to_meeting(new)
    context = {"form": form, "adjustments": adjustments, "title": _("Copy this meeting")}
    return _act_page(page, request, "copy", meeting, **context)


def to_meeting(meeting: Meeting) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:invitations_meeting_change", args=[meeting.pk]))


def _upcoming(page: ModelAdmin[Meeting], request: HttpRequest, pk: int) -> Meeting:
    meeting: Meeting = get_object_or_404(Meeting.objects.kept(), pk=pk)
    if meeting.has_begun() or not page.has_change_permission(request, meeting):
        raise PermissionDenied
    return meeting


def _act_page(
    page: ModelAdmin[Meeting], request: HttpRequest, name: str, meeting: Meeting, **context: Any
) -> HttpResponse:
    return TemplateResponse(
        request,
        f"admin/invitations/meeting/{name}.html",
        {
            **page.admin_site.each_context(request),
            "meeting": meeting,
            "opts": page.opts,
            **context,
        },
    )
