"""What applied on a day: settings and texts, from the first record until now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from notices.editions.history import Held, history_of
from notices.editions.models import Notice
from notices.firm.asking import FIELDS, date_form, filled_in
from notices.firm.days import day_bounds, day_of
from notices.safeguards import board
from notices.safeguards.board import Change
from notices.safeguards.grouping import grouped
from notices.safeguards.states import State

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
    now = timezone.now()
    changes = board.load().changes(now)
    years = sorted({day_of(change.moment).year for change in changes}, reverse=True)
    year = _year(request.GET, years)
    context = {
        "form": form,
        "days": _by_day(change for change in changes if not year or _year_of(change) == year),
        "years": years,
        "year": year,
        "year_name": form.names[2],
        "notices": _histories(now),
    }
    # 422 and not 200: the page is an answer to a mistake, which no cache should keep and no
    # search engine should list. Browsers show it like any other page.
    return render(
        request, "archive/archive_list.html", context, status=422 if form.is_submitted else 200
    )


@require_safe
def archive_day(request: HttpRequest, day: date) -> HttpResponse:
    """Show what applied on one day in Berlin, in the past tense."""
    now = timezone.now()
    today = day_of(now)
    context = {
        "day": day,
        "now": now,
        "form": filled_in(day),
        "is_future": day > today,
        "is_today": day == today,
        "notices": [],
    }
    if day <= today:
        timelines = board.load()
        first = timelines.first_record()
        context["first_record"] = first
        if first and day_of(first) <= day:
            context["begins_at"] = first if day_of(first) == day else None
            rows, answers = board.day(timelines, day)
            context["groups"] = grouped(rows)
            context["answers"] = answers
            context["tally"] = board.tally(rows)
        context["notices"] = _held_on(day, now)
    return render(request, "archive/archive_day.html", context)


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
