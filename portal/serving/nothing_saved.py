"""While the database is away: tell staff that nothing was saved, and give back what they typed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.template.loader import render_to_string
from django.utils import translation

# What a form holds beside what somebody typed.
NOT_TYPED = (
    *("csrfmiddlewaretoken", "password", "code", "credential", "next", "_"),
    *("-TOTAL_FORMS", "-INITIAL_FORMS", "-MIN_NUM_FORMS", "-MAX_NUM_FORMS"),
)


def nothing_saved(request: HttpRequest, language: str) -> HttpResponse:
    """Answer 503 in the look of the staff pages, without asking the database."""
    context = {"is_post": request.method == "POST", "typed": list(_typed(request))}
    with translation.override(language):
        page = render_to_string("admin/nothing_saved.html", context)
    return HttpResponse(page, status=503, headers={"Cache-Control": "private, no-store"})


def _typed(request: HttpRequest) -> Iterator[tuple[str, str]]:
    # Another site's form comes without the session: it shall not put words on our page.
    if request.method != "POST" or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return
    broken = (BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError)
    with suppress(*broken):
        for name, values in request.POST.lists():
            if name.startswith(NOT_TYPED) or name.endswith(NOT_TYPED):
                continue
            for value in values:
                if value.strip() and isinstance(value, str):
                    yield name, value
