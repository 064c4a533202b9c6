"""Staff page "Erste Prüfung": read the Zoom account now, without waiting for a timer."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from django.contrib.auth.decorators import permission_required
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from notices.firm import jobs
from notices.firm.models import JobRun
from notices.safeguards.models import Check, Source
from notices.safeguards.zoom import client
from notices.safeguards.zoom.errors import ZoomError

from ..zoom_check import ZOOM_CHECK, check

CONNECT = "safeguards.connect_zoomtoken"
# How many users are read by now; other workers may not see it and then show only that it runs.
READ = "first-check-users-read"

logger = logging.getLogger(__name__)


def in_background(work: Callable[[], None]) -> None:
    """Do `work` beside this request: a check can take longer than anybody waits for a page."""

    def with_own_connection() -> None:
        try:
            work()
        finally:
            connection.close()

    threading.Thread(target=with_own_connection, daemon=True).start()


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(CONNECT, raise_exception=True)
def first_check(request: HttpRequest) -> HttpResponse:
    """Start a check at once and show how far it is."""
    if request.method == "POST":
        if client.is_configured():
            in_background(check_now)
        return HttpResponseRedirect(reverse("admin:set-up-check"))
    now = timezone.now()
    run = JobRun.objects.filter(name=ZOOM_CHECK.name).first()
    is_running = bool(run and run.leased_until and run.leased_until > now)
    context = {
        "title": _("First check of the Zoom account"),
        "is_configured": client.is_configured(),
        "is_running": is_running,
        "run": run,
        "read": cache.get(READ) if is_running else None,
        "last": Check.objects.filter(source=Source.ACCOUNT).last(),
    }
    return TemplateResponse(request, "admin/setting_up/first_check.html", context)


def check_now() -> None:
    """Check the account unless somebody is at it; a failure is on record and shown."""
    taken_at = timezone.now()
    if not jobs.take(ZOOM_CHECK, taken_at, at_once=True):
        return
    error = "interrupted"
    try:
        with jobs.holding(ZOOM_CHECK, taken_at):
            check(_note)
        error = ""
    except ZoomError as failure:
        # Recorded as a failed check, which this page shows in words.
        error = ""
        logger.warning("The Zoom account could not be read: %s", failure.code)
    finally:
        jobs.give_back(ZOOM_CHECK, taken_at, error)
        cache.delete(READ)


def _note(done: int, total: int) -> None:
    cache.set(READ, (done, total), timeout=60)
