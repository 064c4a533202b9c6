"""Lead from a form that came too late through the sign-in back to it, filled in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext_lazy as _
from django.views.csrf import csrf_failure
from django.views.decorators.http import require_safe

from notices.firm.inputs.turns import REFILL, SEEN

from . import keeping

# Pages that show a form filled in, and save nothing, when a button says so.
REFILLED = {"report": "_back", "editions_edition_correct": REFILL}

# What is typed where somebody decides has no page that fills it in: it is shown to be copied.
LABELS = {
    "reason": _("Reason"),
    "comment": _("Comment for the author"),
    "phrases": _("What has to go?"),
    "what_it_does": _("What it does"),
    "in_force_from": _("In force from"),
}
NOT_TYPED = {SEEN, "as_read", "path", "kept_file"}


def keeping_what_was_typed(view: Callable[..., HttpResponse]) -> Any:
    """Keep a form that is sent by nobody who may send it, then ask to sign in."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        is_late = request.method == "POST" and not request.user.is_authenticated
        token = keeping.keep(request) if is_late else None
        if token:
            return _sign_in_first(token)
        return view(request, *args, **kwargs)

    return page


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Keep a form whose token belongs to another sign-in, for the account that opened it."""
    token = keeping.keep(request) if request.path_info.startswith("/admin/") else None
    if token is None:
        return csrf_failure(request, reason)
    if not request.user.is_authenticated:
        return _sign_in_first(token)
    return HttpResponseRedirect(reverse("admin:unsent", args=[token]))


@require_safe
def unsent(request: HttpRequest, token: str) -> HttpResponse:
    """Show what was kept, with the way back to its form."""
    found = keeping.kept(token, request.user)
    if found is None:
        gone = {"title": _("There is nothing here for you")}
        return TemplateResponse(request, "admin/unsent.html", gone, status=404)
    context: dict[str, Any] = {
        "title": _("What you typed is still here"),
        "unsent": found,
        "refill": _refill_of(found.path),
        "readable": [
            (LABELS.get(name, name), "\n".join(values))
            for name, values in found.values
            if any(values) and name not in NOT_TYPED
        ],
    }
    return TemplateResponse(request, "admin/unsent.html", context)


def _sign_in_first(token: str) -> HttpResponse:
    back = reverse("admin:unsent", args=[token])
    return redirect(f"{reverse('admin:login')}?next={back}")


def _refill_of(path: str) -> str:
    """Return the button with which the page at `path` shows a form without saving it."""
    try:
        name = resolve(path.partition("?")[0]).url_name or ""
    except Resolver404:
        return ""
    if name.endswith(("_change", "_add")) and not name.startswith("auth_"):
        return REFILL
    return REFILLED.get(name, "")
