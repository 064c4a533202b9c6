"""Pages and doors of the site that belong to no single app."""

from __future__ import annotations

from datetime import UTC, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from notices.firm.days import day_bounds, day_of
from notices.firm.models import Organisation
from notices.firm.rights import rights
from notices.safeguards import board

from .context_processors import origin
from .short_links import notice_page


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the quick answers and the doors to everything else."""
    answers = board.load().answers_at(timezone.now())
    context = {"answers": answers, "checked_at": board.oldest_check(answers)}
    return render(request, "home.html", context)


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


@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    """Say how to reach us, and offer a ready sentence for each right."""
    organisation = Organisation.objects.current()
    context = {
        "section": "contact",
        "organisation": organisation,
        "rights": rights(organisation),
    }
    return render(request, "contact.html", context)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell crawlers to stay out of the staff pages and where the list of pages is."""
    # Meetings are not named here: a crawler must read their `noindex`, and the list is public.
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "",
        f"Sitemap: {origin(request)}{reverse('sitemap')}",
    ]
    return _plain_text(lines)


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Say to whom a weakness can be reported (RFC 9116)."""
    organisation = Organisation.objects.current()
    contacts = [f"mailto:{organisation.email}"] if organisation.email else []
    if organisation.phone:
        contacts.append(organisation.phone_link)
    contacts.append(f"{origin(request)}{reverse('page-contact')}")
    # Whole days, so that the text stays the same from one request to the next.
    expires = day_bounds(day_of(timezone.now()) + timedelta(days=180))[0].astimezone(UTC)
    lines = [
        *(f"Contact: {contact}" for contact in contacts),
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: de, en",
        f"Canonical: {origin(request)}{reverse('security-txt')}",
    ]
    return _plain_text(lines)


def _plain_text(lines: list[str]) -> HttpResponse:
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
