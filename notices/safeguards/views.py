"""What is switched off today, since when, and when it was last checked."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from notices.firm.asking import date_form
from notices.firm.slugs import old_anchors

from . import board, webhook
from .grouping import grouped
from .models import Safeguard

# Adds evidence and history on paper; either language's word works in both.
FULL_PRINT = {"de": ("druck", "voll"), "en": ("print", "full")}


@require_safe
def safeguard_list(request: HttpRequest) -> HttpResponse:
    """Show every safeguard with its state now."""
    now = timezone.now()
    timelines = board.load()
    rows = timelines.rows_at(now)
    answers = timelines.answers_at(now)
    language = get_language() or "de"
    name, value = FULL_PRINT[language]
    context = {
        "section": "safeguards",
        "groups": grouped(rows),
        "former": old_anchors(Safeguard.slug_kind, language, (row.slug for row in rows)),
        "answers": answers,
        "tally": board.tally(rows),
        "checked_at": board.oldest_check(answers),
        "is_full": any(request.GET.get(key) == word for key, word in FULL_PRINT.values()),
        "full_print": f"?{name}={value}",
        "form": date_form({}),
    }
    return render(request, "safeguards/safeguard_list.html", context)


@csrf_exempt
@require_POST
def zoom_webhook(request: HttpRequest) -> HttpResponse:
    """Hear from Zoom that a setting changed, and ask for a check; answer without any network."""
    try:
        delivery = webhook.Delivery(
            content_type=request.headers.get("Content-Type", ""),
            timestamp=request.headers.get("x-zm-request-timestamp", ""),
            signature=request.headers.get("x-zm-signature", ""),
            # One byte more than allowed says enough; nothing larger is read into memory.
            body=request.read(webhook.LARGEST_BODY + 1),
        )
        answer = webhook.receive(delivery, settings.ZOOM_WEBHOOK_SECRET, timezone.now())
    except webhook.NotTaken as refusal:
        return HttpResponse(status=refusal.status)
    except UnreadablePostError:
        return HttpResponse(status=400)
    return JsonResponse(answer) if answer else HttpResponse(status=204)
