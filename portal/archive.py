"""What applied on a day: settings and texts, from the first record until now."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from notices.editions import pdf as documents
from notices.editions.history import Held, history_of
from notices.editions.models import Notice
from notices.firm.asking import FIELDS, DateForm, date_form, filled_in
from notices.firm.days import day_bounds, day_of
from notices.firm.languages import alternates
from notices.firm.models import Organisation
from notices.lib import pdf
from notices.safeguards import board
from notices.safeguards.board import Change
from notices.safeguards.grouping import grouped
from notices.safeguards.states import State

from . import day_pdf

logger = logging.getLogger(__name__)

DAYS_PER_PAGE = 30
PAGE_NAMES = {"de": "seite", "en": "page"}
# So many editions of each notice stand in the list; its history has all of them.
LATEST = 10
# Nothing on the internet is older, and databases cannot compare with the year 1.
FIRST_YEAR = 1900


@dataclass(frozen=True, slots=True)
class Lot:
    """Safeguards that reached the same state at the same moment for the same reason."""

    moment: datetime
    state: State
    changes: Sequence[Change]


@dataclass(frozen=True, slots=True)
class NoticeHistory:
    """A notice with editions that were in force, the latest first."""

    notice: Notice
    held: Sequence[Held]
    has_more: bool = False


@require_safe
def archive_list(request: HttpRequest) -> HttpResponse:
    """Show all changes and all editions, or lead to the day that was asked for."""
    form = date_form(request.GET)
    if form.chosen:
        return redirect("archive-day", day=form.chosen)
    return _list(request, form, timezone.now(), 422 if form.is_submitted else 200)


def _list(request: HttpRequest, form: DateForm, now: datetime, status: int) -> HttpResponse:
    """Show all changes, some days on each page, and the latest editions of every text."""
    changes = board.load().changes(now)
    years = sorted({day_of(change.moment).year for change in changes}, reverse=True)
    year = _year(request.GET, years)
    days = _by_day(change for change in changes if not year or _year_of(change) == year)
    page = Paginator(days, DAYS_PER_PAGE).get_page(_page(request.GET))
    histories = _histories(now)
    shown = [one.edition for history in histories for one in history.held]
    context = {
        "form": form,
        "days": page.object_list,
        "page": page,
        "page_name": PAGE_NAMES[get_language() or "de"],
        "years": years,
        "year": year,
        "year_name": form.names[2],
        "notices": histories,
        "documents": documents.sizes(shown),
        "alternates": _list_alternates(),
    }
    # 422 and not 200: the page is an answer to a mistake, which no cache should keep and no
    # search engine should list. Browsers show it like any other page.
    return render(request, "archive/archive_list.html", context, status=status)


def _list_alternates() -> dict[str, str]:
    return alternates("archive-list", {})


def _page(query: Mapping[str, str]) -> str:
    return next((query[name] for name in PAGE_NAMES.values() if name in query), "1")


@require_safe
def archive_no_day(request: HttpRequest, text: str) -> HttpResponse:
    """Say of an address such as /archive/2024-02-30/ that there is no such day.

    A day written without its noughts, such as 2024-3-12, leads to its page.
    """
    year, month, day = text.split("-")
    form = replace(date_form({}), values=(day, month, year), is_submitted=True)
    if form.chosen:
        return redirect("archive-day", day=form.chosen, permanent=True)
    return _list(request, form, timezone.now(), 404)


@require_safe
def archive_day(request: HttpRequest, day: date) -> HttpResponse:
    """Show what applied on one day in Berlin, in the past tense."""
    context = day_context(day, timezone.now())
    context["has_pdf"] = context["is_over"] and pdf.is_available()
    return render(request, "archive/archive_day.html", context)


@require_safe
def archive_pdf(request: HttpRequest, day: date) -> HttpResponse:
    """Answer with the confirmation of a day that is over, where the PDF extra is installed."""
    context = day_context(day, timezone.now())
    if not context["is_over"] or not pdf.is_available():
        raise Http404
    path = reverse("archive-day", kwargs={"day": day})
    language = get_language() or "de"
    context |= {"organisation": Organisation.objects.current(), "language": language}
    # Without BASE_URL the address would be what a stranger's request says.
    context["address"] = settings.BASE_URL and settings.BASE_URL + path
    try:
        content = day_pdf.from_page(render_to_string("pdf/archive_day.html", context))
    except day_pdf.Busy:
        return _not_now(request, context, 503)
    except pdf.PdfError:
        logger.exception("The PDF of %s could not be made.", day)
        return _not_now(request, context, 500)
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{day.isoformat()}-{language}.pdf"'
    response.headers["Content-Language"] = language
    return response


def day_context(day: date, now: datetime) -> dict[str, Any]:
    """Return what is known about a day: nothing of it changes unless records are added."""
    today = day_of(now)
    context: dict[str, Any] = {
        "day": day,
        "now": now,
        "form": filled_in(day),
        "is_future": day > today,
        "is_today": day == today,
        "is_over": False,
        "notices": [],
    }
    if day <= today:
        timelines = board.load()
        first = timelines.first_record()
        context["first_record"] = first
        if first and day_of(first) <= day:
            context["is_over"] = day < today
            context["begins_at"] = first if day_of(first) == day else None
            rows, answers = board.day(timelines, day)
            context["groups"] = grouped(rows)
            context["answers"] = answers
            context["tally"] = board.tally(rows)
        context["notices"] = _held_on(day, now)
    return context


def _not_now(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
    """Show the day itself, which can be printed, and say that the file did not come."""
    context |= {"has_pdf": True, "pdf_status": status}
    context["alternates"] = alternates(
        "archive-day", {language: {"day": context["day"]} for language, _name in settings.LANGUAGES}
    )
    response = render(request, "archive/archive_day.html", context, status=status)
    if status == 503:
        response.headers["Retry-After"] = "10"
    return response


def _year(query: Mapping[str, str], years: Sequence[int]) -> int | None:
    """Return the year to filter by; one without changes is ignored."""
    for names in FIELDS.values():
        value = query.get(names[2], "")
        if value in map(str, years):
            return int(value)
    return None


def _year_of(change: Change) -> int:
    return day_of(change.moment).year


def _by_day(changes: Iterable[Change]) -> list[tuple[date, list[Lot]]]:
    """Put changes, newest first, under their days; what happened at once becomes one lot."""
    found = []
    for day, of_day in groupby(changes, key=lambda change: day_of(change.moment)):
        lots: dict[tuple[datetime, State, str, datetime | None], list[Change]] = {}
        for change in of_day:
            late = change.recorded_late_at
            key = (change.moment, change.state, str(change.reason or ""), late)
            lots.setdefault(key, []).append(change)
        found.append((day, [Lot(*key[:2], same) for key, same in lots.items()]))
    return found


def _histories(now: datetime) -> list[NoticeHistory]:
    """Return every notice that was ever in force, with the time of its latest editions."""
    found = []
    for notice in _notices():
        held = history_of(notice, now).held(LATEST + 1)
        if held:
            found.append(NoticeHistory(notice, held[:LATEST], len(held) > LATEST))
    return found


def _held_on(day: date, now: datetime) -> list[NoticeHistory]:
    """Return the notices in force on `day`, each with all editions that held at any time of it."""
    if day.year < FIRST_YEAR:
        return []
    start, end = day_bounds(day)
    found = []
    for notice in _notices():
        held = history_of(notice, now).held_between(start, end)
        if held:
            found.append(NoticeHistory(notice, held))
    return found


def _notices() -> QuerySet[Notice]:
    return Notice.objects.exclude(kind__in=Notice.SINGLE_KINDS).order_by("-kind", "key")
