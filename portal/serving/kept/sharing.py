"""How far an answer may go: to everybody, into our memory only, or to one reader."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from .answering import SHARING
from .page import PRIVATE, Sharing

# Their address is a secret of those who are invited; printed codes must work in an outage.
MEMORY_ONLY = {"meeting-detail", "meeting-ics"}
# Without a language in the address, yet the same for all: Django cannot know.
IN_EVERY_LANGUAGE = {"api-safeguards", "api-description", "robots", "sitemap"}


def sharing(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Say of every answer how far it may go (middleware)."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        own = response.headers.get("Cache-Control")
        match = request.resolver_match
        name = match.view_name if match else None
        if name in IN_EVERY_LANGUAGE:
            del response.headers["Vary"]
        if name in MEMORY_ONLY:
            response.headers["Cache-Control"] = PRIVATE
            request.META[SHARING] = Sharing.MEMORY
        elif _is_for_one(request):
            response.headers.setdefault("Cache-Control", PRIVATE)
        elif own is None:
            # Of a page that is kept the cache says more, as far as the page stays true.
            response.headers["Cache-Control"] = "no-cache"
            request.META[SHARING] = Sharing.QUERY if request.GET else Sharing.EVERYBODY
        return response

    return middleware


def _is_for_one(request: HttpRequest) -> bool:
    return (
        request.path_info.startswith("/admin/")
        or request.method not in ("GET", "HEAD")
        or settings.SESSION_COOKIE_NAME in request.COOKIES
    )
