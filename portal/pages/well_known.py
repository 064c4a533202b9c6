"""What machines look for at fixed addresses: robots.txt and security.txt."""

from __future__ import annotations

from datetime import UTC, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from notices.firm import days
from notices.firm.addresses import origin
from notices.firm.days import day_bounds, day_of
from notices.firm.models import Organisation


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell crawlers to stay out of the staff pages and where the list of pages is."""
    # Meetings are not named here: a crawler must read their `noindex`, and the list is public.
    lines = [
        "User-agent: *",
        # A demo is no firm that anybody should find.
        "Disallow: /" if settings.DEMO else "Disallow: /admin/",
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
    expires = day_bounds(day_of(days.now()) + timedelta(days=180))[0].astimezone(UTC)
    lines = [
        *(f"Contact: {contact}" for contact in contacts),
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: de, en",
        f"Canonical: {origin(request)}{reverse('security-txt')}",
    ]
    return _plain_text(lines)


def _plain_text(lines: list[str]) -> HttpResponse:
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
