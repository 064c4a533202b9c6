"""The start page and the contact page: they belong to no single app."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from notices.firm import days
from notices.firm.models import Organisation
from notices.firm.words.rights import rights
from notices.safeguards.board import timelines
from notices.safeguards.board.groups import open_points, tally
from notices.safeguards.board.now import answers_at, oldest_check, rows_at


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the quick answers and the doors to everything else."""
    read, now = timelines.load_now().of(), days.now()
    answers, rows = answers_at(read, now), rows_at(read, now)
    context = {
        "organisation": Organisation.objects.current(read.stamp),
        "answers": answers,
        "checked_at": oldest_check(answers, rows),
        "tally": tally(rows),
        "open_points": open_points(rows),
    }
    return render(request, "home.html", context)


@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    """Say how to reach us, and offer a ready sentence for each right."""
    organisation = Organisation.objects.current()
    context = {
        "section": "contact",
        "organisation": organisation,
        "rights": rights(organisation),
    }
    return render(request, "contact.html", context)
