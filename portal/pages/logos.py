"""The logos of the firms as files: each name belongs to one picture for ever."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from notices.firm.models import Organisation

ALONE = "default-src 'none'; frame-ancestors 'none'; sandbox"


@require_safe
def logo(request: HttpRequest, name: str) -> HttpResponse:
    """Return the logo of that name, while a firm shows it."""
    for firm in Organisation.objects.current().firms:
        picture = firm.picture
        if picture and picture.name == name:
            return HttpResponse(
                picture.content,
                content_type=picture.kind,
                headers={
                    "Cache-Control": "public, max-age=31536000, immutable",
                    # Opened by itself a drawing is a page: it may do nothing.
                    "Content-Security-Policy": ALONE,
                },
            )
    raise Http404
