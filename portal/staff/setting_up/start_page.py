"""Staff page "Einrichtung": the five steps, how far each is, and what waits for a second person."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from notices.firm import audit
from notices.firm.audit import Act
from notices.safeguards.zoom import client

from . import sample_texts
from .all_safeguards import for_second_person
from .first_check import CONNECT
from .safeguards_page import CONFIRM
from .steps import steps
from .texts_page import PUBLISH

# Everybody with a role: each step says who may do it.
SEE = "firm.view_auditentry"
HANG_UP = "invitations.view_meeting"


@require_safe
@permission_required(SEE, raise_exception=True)
def set_up(request: HttpRequest) -> HttpResponse:
    """Show the steps; the first open one that this person may do has the one main button."""
    user = request.user
    found = [(step, user.has_perm(step.permission)) for step in steps()]
    to_do = (step for step, may in found if may and not (step.is_done or step.is_waiting))
    following = next(to_do, None)
    context = {
        "title": _("Set up step by step"),
        "steps": found,
        "following": following,
        "done": sum(step.is_done for step, _may in found),
        "texts_waiting": len(sample_texts.waiting()) if user.has_perm(PUBLISH) else 0,
        "reports_waiting": len(for_second_person(user)) if user.has_perm(CONFIRM) else 0,  # type: ignore[arg-type]
        "may_connect": user.has_perm(CONNECT),
        "is_connected": client.is_configured(),
        "may_hang_up": user.has_perm(HANG_UP),
    }
    return TemplateResponse(request, "admin/setting_up/start.html", context)


@require_POST
@permission_required(HANG_UP, raise_exception=True)
def posters_up(request: HttpRequest) -> HttpResponse:
    """Note that the sheets hang, which nothing in the portal could know."""
    audit.record(Act.POSTERS_UP, _("Short links and QR codes"), by=request.user)
    messages.success(request, _("Noted."))
    return HttpResponseRedirect(reverse("admin:set-up"))
