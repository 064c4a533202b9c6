"""Today's quick answers as a block of HTML for the firm's own site: a copy of one moment."""

from __future__ import annotations

import re
from datetime import datetime

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from notices.firm.models import Organisation
from notices.safeguards import board

from .context_processors import origin

# The block knows its language and no more: whoever wants both pastes both.
LANGUAGES = {"de": _("German"), "en": _("English")}
_BETWEEN = re.compile(r"\n\s*")


def block(language: str, site: str, now: datetime) -> str:
    """Return the block as of `now`; `site` is the scheme and host of the portal."""
    with translation.override(language):
        read = board.load()
        answers = read.answers_at(now)
        html = render_to_string(
            "embed/block.html",
            {
                "language": language,
                "organisation": Organisation.objects.current(),
                "answers": answers,
                "checked_at": board.oldest_check(answers),
                "is_partly_german": any(
                    text.is_missing
                    for answer in answers
                    for text in (answer.question, answer.text, answer.last_known)
                    if text
                ),
                "now": now,
                # From then on at least one answer needs another check.
                "good_until": read.next_change(now),
                "page": site + reverse("safeguard-list"),
            },
        )
    return _BETWEEN.sub("\n", html).strip() + "\n"


@require_safe
@permission_required("safeguards.view_safeguard", raise_exception=True)
def embed_page(request: HttpRequest) -> HttpResponse:
    """Show the block to copy, and the address of the same facts for machines."""
    chosen = request.GET.get("sprache", "de")
    language = chosen if chosen in LANGUAGES else "de"
    page = reverse("admin:embed")
    return TemplateResponse(
        request,
        "admin/embed.html",
        {
            "title": _("For your own website"),
            "html": block(language, origin(request), timezone.now()),
            "language": language,
            "choices": [(f"{page}?sprache={key}", name, key) for key, name in LANGUAGES.items()],
            "json": origin(request) + reverse("api-safeguards"),
            "description": origin(request) + reverse("api-description"),
        },
    )
