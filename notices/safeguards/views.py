"""What is switched off today, since when, and when it was last checked."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from notices.firm.asking import date_form

from . import board
from .grouping import grouped

# Adds evidence and history on paper; either language's word works in both.
FULL_PRINT = {"de": ("druck", "voll"), "en": ("print", "full")}


@require_safe
def safeguard_list(request: HttpRequest) -> HttpResponse:
    """Show every safeguard with its state now."""
    now = timezone.now()
    timelines = board.load()
    rows = timelines.rows_at(now)
    answers = timelines.answers_at(now)
    name, value = FULL_PRINT[get_language() or "de"]
    context = {
        "section": "safeguards",
        "groups": grouped(rows),
        "answers": answers,
        "tally": board.tally(rows),
        "checked_at": board.oldest_check(answers),
        "is_full": any(request.GET.get(key) == word for key, word in FULL_PRINT.values()),
        "full_print": f"?{name}={value}",
        "form": date_form({}),
        "four_eyes": settings.FOUR_EYES,
    }
    return render(request, "safeguards/safeguard_list.html", context)
