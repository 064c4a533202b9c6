"""What is switched off today, since when, and when it was last checked."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from notices.firm import days
from notices.firm.addresses import for_paper, origin
from notices.firm.inputs.date_form import date_form
from notices.firm.languages import current, in_each
from notices.firm.models import Organisation
from notices.firm.old_slugs import old_anchors

from . import webhook
from .board import timelines
from .board.groups import grouped, open_points, tally
from .board.now import Row, answers_at, oldest_check, rows_at
from .board.timelines import Board
from .glance.label import label
from .glance.year import year_to
from .models import Provider, Safeguard


@require_safe
def safeguard_list(request: HttpRequest) -> HttpResponse:
    """Show every safeguard with its state now."""
    now = days.now()
    board = timelines.load_now(with_history=True)
    known = board.of()
    every = rows_at(known, now, listed=False)
    rows = [row for row in every if row.safeguard.listed]
    answers = answers_at(known, now)
    others = _other_tools(board, now)
    language = current()
    name, value = _full_print()
    context = {
        "organisation": Organisation.objects.current(board.stamp),
        "section": "safeguards",
        "now": now,
        "paper_address": for_paper(origin(request), reverse("short-safeguards")),
        "groups": grouped(rows),
        # Ways in are no protections, but an answer leans on them.
        "ways": [row for row in every if not row.safeguard.listed],
        "others": others,
        "former": old_anchors(
            Safeguard.slug_kind, language, (row.slug for row in every), board.stamp
        ),
        "answers": answers,
        "tally": tally(rows),
        "open_points": open_points(rows),
        "months": year_to(now, board.stamp),
        "checked_at": oldest_check(answers, every, *(of for _tool, of in others)),
        "is_full": any(request.GET.get(key) == word for key, word in in_each(_full_print).values()),
        "full_print": f"?{name}={value}",
        "form": date_form({}),
    }
    return render(request, "safeguards/safeguard_list.html", context)


@require_safe
def safeguard_label(request: HttpRequest) -> HttpResponse:
    """Show the whole board as one grid: the privacy label."""
    now = days.now()
    board = timelines.load_now()
    context = {
        "organisation": Organisation.objects.current(board.stamp),
        "section": "safeguards",
        "groups": label(rows_at(board.of(), now)),
        "now": now,
        "months": year_to(now, board.stamp),
    }
    return render(request, "safeguards/label.html", context)


def _other_tools(board: Board, now: datetime) -> list[tuple[Provider, list[Row]]]:
    """Return the safeguards of further tools: no question, and no query, where there is none."""
    pks = {one.provider_id for one in board.safeguards if one.provider_id}
    tools = Provider.objects.filter(pk__in=pks) if pks else []
    return [(tool, rows_at(board.of(tool.pk), now)) for tool in tools]


def _full_print() -> tuple[str, str]:
    # Adds evidence and history on paper; the words of every language work on all pages.
    return pgettext("address", "print"), pgettext("address", "full")


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
