"""What every page needs: the firm's profile and the page's address in each language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch
from django.utils.functional import SimpleLazyObject

from notices.firm import addresses
from notices.firm.languages import alternates
from notices.firm.models import Organisation
from portal.setup.demo import ACCOUNTS, PASSWORD
from portal.staff.roles import ROLE_NAMES


def site(request: HttpRequest) -> dict[str, Any]:
    """Return `organisation`, `firm`, `origin` and `alternates` (path per language).

    A page with a translated slug passes its own `alternates`, which win over these.
    """
    return {
        "organisation": SimpleLazyObject(Organisation.objects.current),
        # The pages of a further firm's meetings name that one.
        "firm": None,
        "alternates": _alternates(request),
        "origin": addresses.origin(request),
        "demo": _demo() if settings.DEMO else None,
    }


def _demo() -> dict[str, Any]:
    """Return how everybody signs in to a demo."""
    accounts = [(name, ROLE_NAMES[role]) for name, role in ACCOUNTS]
    return {"accounts": accounts, "password": PASSWORD}


def _alternates(request: HttpRequest) -> dict[str, str]:
    match = request.resolver_match
    if match is None or not match.url_name:
        return {}
    try:
        # What the address says, without what urls.py adds; django-stubs does not know it.
        parts = match.captured_kwargs  # type: ignore[attr-defined]
        kwargs = {language: parts for language, _name in settings.LANGUAGES}
        return alternates(match.view_name, kwargs)
    except NoReverseMatch:
        return {}
