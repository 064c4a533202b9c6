"""The doors on paper and the address without a language: each leads on in one redirect."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from notices.editions.pages.listing import notice_page

# The language of an address without one is what the browser asks for, German by default;
# Django's LocaleMiddleware decides that and adds `Vary: Accept-Language`.


@require_safe
def choose_language(request: HttpRequest) -> HttpResponse:
    """Lead to the start page in the reader's language."""
    return redirect("page-home")


@require_safe
def short_safeguards(request: HttpRequest) -> HttpResponse:
    """Lead from the short address on paper to the safeguards."""
    return redirect("safeguard-list")


@require_safe
def short_notice(request: HttpRequest) -> HttpResponse:
    """Lead from the short address on paper to the privacy notice, or to the list of notices."""
    return redirect(notice_page())
