"""Scheme and host of the portal: for links on pages, in files and on paper."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def origin(request: HttpRequest) -> str:
    """Return scheme and host of the address readers use."""
    return settings.BASE_URL or f"{request.scheme}://{request.get_host()}"


def for_paper(site: str, path: str) -> str:
    """Return the address for a QR code: upper case needs the fewest modules, but for the scheme."""
    scheme, colon, rest = f"{site}{path}".partition(":")
    return f"{scheme.lower()}{colon}{rest.upper()}"


def for_typing(site: str, path: str) -> str:
    """Return the address as a person types it: https goes without saying."""
    return f"{site.removeprefix('https://')}{path}"
