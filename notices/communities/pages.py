"""Staff pages beside the lists: reading a file of communities, and confirming what waits."""

from __future__ import annotations

import base64
import binascii
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from . import csv_file, importing, recording
from .forms import FileForm
from .models import Community

DECIDE = "communities.decide_community"
SENTENCES = {
    recording.NotRead: _("Something else waits here by now. Please read it before you decide."),
    recording.NeedsAReason: _("Please say why you turn it down."),
    recording.NothingToDecide: _("Nothing waits here that you may decide about."),
}


def urls(page: ModelAdmin[Community]) -> list[URLPattern]:
    """Return the addresses of these pages; they belong to the admin of communities."""
    views = [
        ("einlesen/", "import", import_page),
        ("beispiel.csv", "sample", sample_file),
        ("bestaetigen/", "review", review),
        ("eingegeben/", "own", own),
    ]
    only = require_http_methods(["GET", "HEAD", "POST"])
    return [
        path(
            address,
            page.admin_site.admin_view(only(partial(view, page))),
            name=f"communities_community_{name}",
        )
        for address, name, view in views
    ]


def import_page(page: ModelAdmin[Community], request: HttpRequest) -> HttpResponse:
    """Show what a file would do; import it only when somebody has seen that."""
    if not (page.has_add_permission(request) and page.has_change_permission(request)):
        raise PermissionDenied
    form = FileForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "title": _("Read communities from a file")}
    if request.method == "POST" and form.is_valid():
        content = _content(form)
        if "_import" in request.POST and not form.cleaned_data["file"]:
            plan = importing.run(content, by=request.user)  # type: ignore[arg-type]
            if plan.is_possible:
                said = ngettext(
                    "%(n)d community was read.", "%(n)d communities were read.", n := plan.changes
                )
                messages.success(request, said % {"n": n})
                return HttpResponseRedirect(reverse("admin:communities_community_changelist"))
        else:
            plan = importing.plan(content)
        context |= {"plan": plan, "content": base64.b64encode(content).decode()}
    return _answer(page, request, "import", context)


def sample_file(page: ModelAdmin[Community], request: HttpRequest) -> HttpResponse:
    """Give a file to fill in, with every column."""
    return HttpResponse(
        csv_file.sample(),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": 'attachment; filename="gemeinschaften.csv"',
            "Cache-Control": "private, no-store",
        },
    )


def review(page: ModelAdmin[Community], request: HttpRequest) -> HttpResponse:
    """Show what waits for a second person; confirm or turn down all that another person wrote."""
    if not request.user.has_perm(DECIDE):
        raise PermissionDenied
    if request.method == "POST":
        accepted = "_confirm" in request.POST
        try:
            recording.decide(
                by=request.user,  # type: ignore[arg-type]
                accepted=accepted,
                as_read=request.POST.get("as_read", ""),
                reason=" ".join(request.POST.get("reason", "").split())[:300],
            )
            done = _("Confirmed. Readers see it from now on.")
            messages.success(
                request, done if accepted else _("Turned down. Nothing has been changed.")
            )
        except recording.RecordingError as error:
            messages.error(request, SENTENCES[type(error)])
        return HttpResponseRedirect(request.path)
    waiting = recording.waiting()
    rows = recording.decidable(waiting, request.user)  # type: ignore[arg-type]
    context = {
        "title": _("Confirm details of communities"),
        "rows": rows,
        "as_read": recording.digest(rows),
        "others": len(waiting) - len(rows),
    }
    return _answer(page, request, "review", context)


def own(page: ModelAdmin[Community], request: HttpRequest) -> HttpResponse:
    """Show what somebody entered themselves and nobody has decided about; let them think again."""
    if not (page.has_add_permission(request) or page.has_change_permission(request)):
        raise PermissionDenied
    if request.method == "POST":
        try:
            recording.take_back(by=request.user)  # type: ignore[arg-type]
            messages.success(request, _("Taken back. Nothing has been changed."))
        except recording.RecordingError as error:
            messages.error(request, SENTENCES[type(error)])
        return HttpResponseRedirect(request.path)
    rows = recording.own(recording.waiting(), request.user)  # type: ignore[arg-type]
    context = {
        "title": _("Details of communities that you entered"),
        "rows": rows,
    }
    return _answer(page, request, "own", context)


def _content(form: FileForm) -> bytes:
    if file := form.cleaned_data["file"]:
        content: bytes = file.read()
        return content
    try:
        return base64.b64decode(form.cleaned_data["content"], validate=True)
    except (ValueError, binascii.Error):
        return b""


def _answer(
    page: ModelAdmin[Community], request: HttpRequest, name: str, context: dict[str, Any]
) -> HttpResponse:
    around = {**page.admin_site.each_context(request), "opts": page.opts}
    return TemplateResponse(
        request, f"admin/communities/community/{name}.html", {**around, **context}
    )
