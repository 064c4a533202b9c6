"""What every answer has in common: who is believed about the address, and which headers it has.

The function for the WSGI environment knows nothing of Django's request, so that whatever stands
in front of Django can use it too.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, MutableMapping, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseForbidden, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.utils import translation

from notices.firm.languages import REQUIRED
from portal.setup.env import Network

GetResponse = Callable[[HttpRequest], HttpResponseBase]

FORWARDED = (
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PROTO",
)
# So it is known afterwards that somebody stands behind whoever asks.
WAS_FORWARDED = "lupe.was_forwarded"
METHODS = ("GET", "HEAD", "POST")
FOR_MACHINES = ("/api/", "/hooks/")


def trust_forwarded(environ: MutableMapping[str, Any], proxies: Sequence[Network]) -> None:
    """Take scheme and host from a trusted proxy, then forget every forwarding header."""
    if _from(environ.get("REMOTE_ADDR", ""), proxies):
        # A chain of proxies appends; what the nearest one added stands last.
        scheme = _last(environ.get("HTTP_X_FORWARDED_PROTO", "")).lower()
        if scheme in ("http", "https"):
            environ["wsgi.url_scheme"] = scheme
        if host := _last(environ.get("HTTP_X_FORWARDED_HOST", "")):
            environ["HTTP_HOST"] = host
    for name in FORWARDED:
        if environ.pop(name, None) is not None:
            environ[WAS_FORWARDED] = True


def _last(value: str) -> str:
    return value.rsplit(",", 1)[-1].strip()


def _from(address: str, networks: Sequence[Network]) -> bool:
    try:
        sender = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(sender, ipaddress.IPv6Address) and sender.ipv4_mapped:
        sender = sender.ipv4_mapped
    return any(sender in network for network in networks)


def trusted_proxy(get_response: GetResponse) -> GetResponse:
    """Let the proxies of TRUSTED_PROXIES, and nobody else, say how the reader came."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        trust_forwarded(request.META, settings.TRUSTED_PROXIES)
        return get_response(request)

    return middleware


def machines_use_https(get_response: GetResponse) -> GetResponse:
    """Refuse programs that came without https, where people are redirected.

    A program would follow the redirect for ever, and send its secrets in the open each time.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        is_machine = request.path_info.startswith(FOR_MACHINES)
        if is_machine and settings.SECURE_SSL_REDIRECT and not request.is_secure():
            return HttpResponseForbidden("https only\n", content_type="text/plain; charset=utf-8")
        return get_response(request)

    return middleware


def common_headers(get_response: GetResponse) -> GetResponse:
    """Put on every answer, errors and redirects too, what no other middleware does for all."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        # Django's SecurityMiddleware sets three of these as well, but not where it fails itself.
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", settings.SECURE_REFERRER_POLICY)
        response.headers.setdefault(
            "Cross-Origin-Opener-Policy", settings.SECURE_CROSS_ORIGIN_OPENER_POLICY
        )
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware


def known_methods(get_response: GetResponse) -> GetResponse:
    """Refuse TRACE, PUT, DELETE and the like, which plain views would answer with 200."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        return get_response(request)

    return middleware


def german_admin(get_response: GetResponse) -> GetResponse:
    """Show staff pages in German, whatever the browser prefers."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith("/admin/"):
            translation.activate(REQUIRED)
            request.LANGUAGE_CODE = REQUIRED
        return get_response(request)

    return middleware
