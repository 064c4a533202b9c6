"""What applied on a day: settings and texts, from the first record until now."""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from notices.editions.models import Notice
from notices.editions.pages import pdf as documents
from notices.editions.pages.history import Held, history_of
from notices.editions.pages.texts_then import NoticeThen, nothing_held, texts_between
from notices.firm import days
from notices.firm.addresses import origin
from notices.firm.days import day_bounds, day_of
from notices.firm.inputs.date_form import DateForm, date_form, filled_in
from notices.firm.inputs.date_form import names as date_names
from notices.firm.languages import alternates, current, in_each, page_name
from notices.firm.models import Organisation
from notices.lib import pdf
from notices.safeguards.board import timelines
from notices.safeguards.board.changes import (
    StateChange,
    changes_on,
    days_of_changes,
    years_of_changes,
)
from notices.safeguards.board.groups import grouped
from notices.safeguards.board.past import on_day
from notices.safeguards.glance.year import year_to
from notices.safeguards.models import Safeguard
from notices.safeguards.states import State

from . import day_pdf

logger = logging.getLogger(__name__)

DAYS_PER_PAGE = 30
# So many editions of each notice stand in the list; its history has all of them.
LATEST = 10
# Nothing on the internet is older, and databases cannot compare with the year 1.
EARLIEST = date(1900, 1, 1)
# Bounded, so that no address asks the database for a number it cannot hold.
PAGE = re.compile(r"[1-9]\d{0,4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Lot:
    """Safeguards that reached the same state at the same moment for the same reason."""

    moment: datetime
    state: State
    changes: Sequence[StateChange]


@dataclass(frozen=True, slots=True)
class SomeDays:
    """One page of the days on which a state changed; they are never all counted."""

    days: Sequence[date]
    number: int
    has_older: bool

    @property
    def newer(self) -> int:
        return self.number - 1

    @property
    def older(self) -> int:
        return self.number + 1


@dataclass(frozen=True, slots=True)
class NoticeHistory:
    """A notice with editions that were in force, the latest first."""

    notice: Notice
    held: Sequence[Held]
    has_more: bool = False


@dataclass(frozen=True, slots=True)
class PdfProblem:
    """Why there is no document now, and what to do instead."""

    sentence: Promise
    advice: Promise


BUSY = PdfProblem(
    _("Another PDF is being made just now."),
    _("Please try again in ten seconds, or print this page."),
)
FAILED = PdfProblem(_("The PDF could not be made."), _("Please print this page instead."))


@require_safe
def archive_list(request: HttpRequest) -> HttpResponse:
    """Show all changes and all editions, or lead to the day that was asked for."""
    form = date_form(request.GET)
    if form.chosen:
        return redirect("archive-day", day=form.chosen)
    return _list(request, form, days.now(), 422 if form.is_submitted else 200)


def _list(request: HttpRequest, form: DateForm, now: datetime, status: int) -> HttpResponse:
    """Show all changes, some days on each page, and the latest editions of every text."""
    years = years_of_changes(now)
    year = _year(request.GET, years)
    page = _some_days(now, year, _page(request.GET))
    histories = _histories(now)
    shown = [one.edition for history in histories for one in history.held]
    context = {
        "form": form,
        "days": _by_day(changes_on(page.days, now)),
        "page": page,
        "page_query": _page_query(form, year),
        "years": years,
        "year": year,
        "year_name": form.names[2],
        "notices": histories,
        "months": year_to(now),
        "safeguards": Safeguard.objects.filter(listed=True),
        "documents": documents.sizes(shown),
        "alternates": _list_alternates(),
        # The scheme at which calendar programs subscribe and do not only read once.
        "calendar_subscription": re.sub("^https?", "webcal", origin(request))
        + reverse("calendar-changes"),
    }
    # 422 and not 200: the page is an answer to a mistake, which no cache should keep and no
    # search engine should list. Browsers show it like any other page.
    return render(request, "archive/archive_list.html", context, status=status)


def _list_alternates() -> dict[str, str]:
    return alternates("archive-list", {})


def _page_query(form: DateForm, year: int | None) -> str:
    """Return the query of another page of the same list; its number follows."""
    own = f"{form.names[2]}={year}&" if year else ""
    return f"?{own}{page_name()}="


def _page(query: Mapping[str, str]) -> int:
    asked = next((query[name] for name in in_each(page_name).values() if name in query), "1")
    return int(asked) if PAGE.fullmatch(asked) else 1


def _some_days(now: datetime, year: int | None, number: int) -> SomeDays:
    """Return one page of the days with changes; beyond the end it is the last."""
    first = (number - 1) * DAYS_PER_PAGE
    found = days_of_changes(now, year, first, first + DAYS_PER_PAGE + 1)
    if not found and number > 1:
        # Only a wrong address has them all counted.
        all_days = len(days_of_changes(now, year, 0, None))
        return _some_days(now, year, max(1, math.ceil(all_days / DAYS_PER_PAGE)))
    return SomeDays(found[:DAYS_PER_PAGE], number, len(found) > DAYS_PER_PAGE)


@require_safe
def archive_no_day(request: HttpRequest, text: str) -> HttpResponse:
    """Say of an address such as /archive/2024-02-30/ that there is no such day.

    A day written without its noughts, such as 2024-3-12, leads to its page.
    """
    year, month, day = text.split("-")
    form = replace(date_form({}), values=(day, month, year), is_submitted=True)
    if form.chosen:
        return redirect("archive-day", day=form.chosen, permanent=True)
    return _list(request, form, days.now(), 404)


@require_safe
def archive_day(request: HttpRequest, day: date) -> HttpResponse:
    """Show what applied on one day in Berlin, in the past tense."""
    context = day_context(day, days.now())
    context["has_pdf"] = context["is_over"] and pdf.is_available()
    return render(request, "archive/archive_day.html", context)


@require_safe
def archive_pdf(request: HttpRequest, day: date) -> HttpResponse:
    """Answer with the confirmation of a day that is over, where the PDF extra is installed."""
    context = day_context(day, days.now())
    if not context["is_over"] or not pdf.is_available():
        raise Http404
    path = reverse("archive-day", kwargs={"day": day})
    language = current()
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
        # The day itself is the last one of these twelve months.
        months = year_to(min(day_bounds(max(day, EARLIEST))[1], now))
        first = months.first_record or timelines.first_record()
        context["first_record"] = first
        if first and day_of(first) <= day:
            context["is_over"] = day < today
            context["begins_at"] = first if day_of(first) == day else None
            known = timelines.load_between(*day_bounds(day)).of()
            rows, answers = on_day(known, day)
            context["groups"] = grouped([row for row in rows if row.safeguard.listed])
            context["ways"] = [row for row in rows if not row.safeguard.listed]
            context["answers"] = answers
            context["months"] = months
        context["notices"] = _texts_on(day, now)
        starts = day_bounds(max(day, EARLIEST))[0]
        context["no_text"] = SimpleLazyObject(partial(nothing_held, starts, now))
    return context


def _not_now(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
    """Show the day itself, which can be printed, and say that the file did not come."""
    context |= {"has_pdf": True, "pdf_problem": BUSY if status == 503 else FAILED}
    context["alternates"] = alternates(
        "archive-day", {language: {"day": context["day"]} for language, _name in settings.LANGUAGES}
    )
    response = render(request, "archive/archive_day.html", context, status=status)
    if status == 503:
        response.headers["Retry-After"] = "10"
    return response


def _year(query: Mapping[str, str], years: Sequence[int]) -> int | None:
    """Return the year to filter by; one without changes is ignored."""
    for names in in_each(date_names).values():
        value = query.get(names[2], "")
        if value in map(str, years):
            return int(value)
    return None


def _by_day(changes: Iterable[StateChange]) -> list[tuple[date, list[Lot]]]:
    """Put changes, newest first, under their days; what happened at once becomes one lot."""
    found = []
    for day, of_day in groupby(changes, key=lambda change: day_of(change.moment)):
        lots: dict[tuple[datetime, State, str, datetime | None], list[StateChange]] = {}
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


def _texts_on(day: date, now: datetime) -> list[NoticeThen]:
    return [] if day < EARLIEST else texts_between(*day_bounds(day), now)


def _notices() -> QuerySet[Notice]:
    return Notice.objects.exclude(kind__in=Notice.SINGLE_KINDS).order_by("-kind", "key")
