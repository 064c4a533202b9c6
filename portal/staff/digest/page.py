"""My notifications: which mails somebody gets, chosen by themselves."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from notices.firm import mailing
from portal.accounts.models import MailSwitchedOff

from .kinds import AT_ONCE, Kind


@require_http_methods(["GET", "HEAD", "POST"])
def notifications(request: HttpRequest) -> HttpResponse:
    """Show each kind of mail with a box; those that come at once have none."""
    user: User = request.user  # type: ignore[assignment]
    if request.method == "POST":
        choose(user, set(request.POST.getlist("kind")))
        messages.success(request, _("Saved. This holds from the next mail on."))
        return HttpResponseRedirect(request.path)
    off = set(MailSwitchedOff.objects.filter(user=user).values_list("kind", flat=True))
    context = {
        "title": _("My notifications"),
        "kinds": [(kind, kind.label, kind not in off) for kind in Kind],
        "at_once": AT_ONCE,
        "has_address": bool(user.email),
        "has_server": mailing.has_server(),
    }
    return TemplateResponse(request, "admin/notifications.html", context)


@transaction.atomic
def choose(user: User, wanted: set[str]) -> None:
    """Switch on the kinds that are `wanted` and all others off."""
    MailSwitchedOff.objects.filter(user=user).delete()
    off = [kind for kind in Kind if kind.value not in wanted]
    MailSwitchedOff.objects.bulk_create([MailSwitchedOff(user=user, kind=kind) for kind in off])
