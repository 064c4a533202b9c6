"""What readers see when something is missing, broken or closed; one language, never two."""

from __future__ import annotations

import logging
import math
import sys
from collections.abc import Callable

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.encoding import escape_uri_path

from notices.firm.languages import REQUIRED

from ..setup.prepare import is_under_way
from . import database, error_pages, maintenance
from .meant_paths import lead_on
from .nothing_saved import nothing_saved
from .site_watch import forget_connections

# An outage may be over any moment; nobody should wait for longer than that on its account.
SECONDS_TO_RETRY = 10
PROBES = ("/healthz", "/readyz")
# To these a table that is locked for a moment would be a database that is down.
PATIENT = (*PROBES, "/metrics")
SAFE = ("GET", "HEAD")
# Staff repair, probes look: neither is closed by maintenance.
OPEN_PATHS = ("/admin/", *PROBES)

CONNECTION_LOST = "lupe.connection_lost"
IN_MIGRATION = "lupe.in_migration"

logger = logging.getLogger(__name__)


class Unavailable:
    """Answer 503 while the database is down, overrun, or maintenance is announced."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.turns = database.Turns()
        self.breaker = database.Breaker()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info in PROBES:
            return self._patiently(request)
        if request.META.get(database.IS_DOWN) or _is_closed(request):
            return unavailable(request)
        try:
            with self.turns.turn():
                response = self._answered(request)
        except database.Busy:
            return unavailable(request)
        if response.status_code < 500:
            self.breaker.worked(_view_name(request))
        return response

    def _answered(self, request: HttpRequest) -> HttpResponseBase:
        """Answer; what only reads may be asked once more, if that promises anything."""
        if request.method not in SAFE or request.path_info in PATIENT:
            return self._patiently(request)
        response = self.get_response(request)
        if request.META.pop(CONNECTION_LOST, False):
            # The server was restarted since: its connections died, asking anew may do.
            connection.close()
            forget_connections()
            response = self.get_response(request)
        if IN_MIGRATION in request.META:
            response = self._patiently(request)
        return response

    def _patiently(self, request: HttpRequest) -> HttpResponseBase:
        with database.patience():
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        # What staff save is always tried: they would have to type it again.
        is_read = request.method in SAFE
        if is_read and self.breaker.refuses(_view_name(request)):
            return unavailable(request)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not database.is_outage(exception):
            return None
        logger.error("The database failed: %s", type(exception).__name__)
        if getattr(connection.connection, "closed", False):
            request.META[CONNECTION_LOST] = True
        elif IN_MIGRATION not in request.META and _is_in_migration(request, exception):
            request.META[IN_MIGRATION] = True
        else:
            self.breaker.failed(_view_name(request))
        return unavailable(request)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404, or lead to the page if only its address is in another language."""
    language = language_of(request)
    try:
        if request.method in SAFE and (led := lead_on(request)):
            return led
    except Error:
        logger.warning("An address cannot be looked up: the database does not answer.")
    with translation.override(language):
        try:
            context = {"alternates": _alternates(request, language)}
            return render(request, "404.html", context, status=404)
        except Error:
            return _stored(404, language)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 from a file; touch nothing that may be broken."""
    # A database that fails in a middleware never passes `process_exception`.
    if database.is_outage(sys.exc_info()[1]):
        return unavailable(request)
    return _stored(500, language_of(request))


def unavailable(request: HttpRequest) -> HttpResponse:
    """Answer 503 from a file, with the end of the maintenance if one is announced."""
    now = timezone.now()
    until = maintenance.planned_until(now)
    language = language_of(request)
    if until is None and request.path_info.startswith("/admin/"):
        response = nothing_saved(request, language)
    else:
        response = _stored(503, language, error_pages.PLANNED if until else "503")
    wait = math.ceil((until - now).total_seconds()) if until else SECONDS_TO_RETRY
    response["Retry-After"] = str(wait)
    return response


def language_of(request: HttpRequest) -> str:
    """Return the language of the path, else the one the browser prefers."""
    if request.path_info.startswith("/admin/"):
        return REQUIRED
    # Not the active language: that may still be the one of the thread's previous request.
    return translation.get_language_from_request(request, check_path=True)


def _view_name(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""


def _is_in_migration(request: HttpRequest, exception: Exception) -> bool:
    """Say whether a reader met a table that a migration has, and lets go of before long."""
    return request.method in SAFE and database.is_locked(exception) and is_under_way()


def _is_closed(request: HttpRequest) -> bool:
    if maintenance.planned_until() is None or request.path_info.startswith(OPEN_PATHS):
        return False
    # Only a session can belong to staff; without its cookie the database stays untouched.
    user = request.user if settings.SESSION_COOKIE_NAME in request.COOKIES else None
    return not (user and user.is_staff)


def _stored(status: int, language: str, name: str = "") -> HttpResponse:
    page = error_pages.read(name or str(status), language)
    page = page or error_pages.built_in(status, language)
    return HttpResponse(page, status=status, headers={"Cache-Control": "no-store"})


def _alternates(request: HttpRequest, language: str) -> dict[str, str]:
    """Return this missing page in each language: it is missing there too, but says so there."""
    rest = escape_uri_path(_without_language(request.path_info))
    return {other: f"/{other}{rest}" for other, _name in settings.LANGUAGES}


def _without_language(path: str) -> str:
    language = translation.get_language_from_path(path)
    return path[len(language) + 1 :] if language else path
