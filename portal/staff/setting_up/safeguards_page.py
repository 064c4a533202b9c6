"""Staff pages "Schutzeinstellungen": all of Zoom on one page, and one confirmation for all."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from notices.safeguards.board import timelines
from notices.safeguards.models import Promise

from ..consequences import row_after
from ..report_form import SENTENCES
from .all_safeguards import NotTaken, confirm_all, for_second_person, report_all, undecided
from .safeguards_form import LookedForm, ReasonsForm

REPORT = "safeguards.add_promise"
CONFIRM = "safeguards.confirm_attestation"


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(REPORT, raise_exception=True)
def all_safeguards(request: HttpRequest) -> HttpResponse:
    """Take what was looked up at Zoom; show what it means before it is handed over."""
    form = LookedForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or "_back" in request.POST or not form.is_valid():
        context = {
            "title": _("All settings at Zoom"),
            "form": form,
            "is_wrong": request.method == "POST" and "_back" not in request.POST,
            "waiting": undecided().count(),
            "may_confirm": request.user.has_perm(CONFIRM),
        }
        return TemplateResponse(request, "admin/setting_up/safeguards.html", context)
    handing_over = "_hand_over" in request.POST
    reasons = ReasonsForm(form.seen(), request.POST if handing_over else None)
    if handing_over and reasons.is_valid():
        try:
            waiting = report_all(reasons.looked(), by=request.user)  # type: ignore[arg-type]
        except NotTaken as error:
            messages.error(request, f"{error.safeguard}: {SENTENCES[type(error.why)]}")
            return HttpResponseRedirect(reverse("admin:set-up-safeguards"))
        messages.success(request, _handed_over(len(reasons.looked()), len(waiting)))
        return HttpResponseRedirect(reverse("admin:set-up"))
    context = {"title": _("Is this right?"), "form": form, "reasons": reasons}
    return TemplateResponse(request, "admin/setting_up/safeguards_review.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(CONFIRM, raise_exception=True)
def confirm_safeguards(request: HttpRequest) -> HttpResponse:
    """Show every report that waits as readers will see it; on POST confirm all that was read."""
    by = request.user
    if request.method == "POST":
        as_read = dict(one.split(":", 1) for one in request.POST.getlist("as_read") if ":" in one)
        try:
            confirmed = confirm_all(
                {int(pk): digest for pk, digest in as_read.items() if pk.isdecimal()},
                by=by,  # type: ignore[arg-type]
            )
        except NotTaken as error:
            messages.error(request, f"{error.safeguard}: {SENTENCES[type(error.why)]}")
            return HttpResponseRedirect(reverse("admin:set-up-confirm"))
        count = len(confirmed)
        said = ngettext("%(n)d setting is confirmed.", "%(n)d settings are confirmed.", count)
        messages.success(request, said % {"n": count})
        return HttpResponseRedirect(reverse("admin:set-up"))
    now, read = timezone.now(), timelines.load_now()
    rows = [
        {
            "report": report,
            "after": row_after(read, report, now),
            "as_read": f"{report.pk}:{report.digest}",
            "is_singled_out": report.value != Promise.Value.ON,
        }
        for report in for_second_person(by)  # type: ignore[arg-type]
    ]
    context = {
        "title": _("Confirm all settings"),
        "singled_out": [row for row in rows if row["is_singled_out"]],
        "usual": [row for row in rows if not row["is_singled_out"]],
        "rows": rows,
    }
    return TemplateResponse(request, "admin/setting_up/safeguards_confirm.html", context)


def _handed_over(count: int, waiting: int) -> str:
    told = ngettext("%(n)d setting is reported.", "%(n)d settings are reported.", count)
    parts = [told % {"n": count}]
    if waiting:
        parts.append(_("What protects becomes public as soon as a second person confirms it."))
    return " ".join(parts)
