"""The ways to better a public sentence, and how one person types into their forms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.db import models
from django.test import Client

from notices.editions.models import Foundation
from notices.faq.models import Question
from notices.firm.proposals import proposing
from notices.safeguards.models import Provider, QuickAnswer
from tests.factories import (
    make_meeting,
    make_notice,
    make_question,
    make_quick_answer,
    make_safeguard,
)

SignIn = Callable[[str], tuple[Client, User]]


def fallen() -> Foundation:
    return Foundation.objects.create(
        key="shield",
        kind="framework",
        name_de="Schild",
        name_en="Shield",
        checked_on=date(2026, 1, 1),
        state="fallen",
        fallen_on=date(2020, 7, 16),
    )


# Each way to better a public sentence: the row, and what one person types into its form.
WAYS: dict[str, tuple[Callable[[], models.Model], Callable[[], dict[str, Any]]]] = {
    "an answer": (make_question, lambda: {"answer_de": "Nein, niemals."}),
    "an English answer": (make_question, lambda: {"answer_en": "No, never."}),
    "the lead of an answer": (
        make_question,
        lambda: {"lead": make_quick_answer("green", make_safeguard()).pk},
    ),
    "what an answer depends on": (make_question, lambda: {"safeguards": [make_safeguard().pk]}),
    "what a quick answer asks": (
        lambda: make_quick_answer("turned", make_safeguard()),
        lambda: {"question_de": "Bleibt alles privat?"},
    ),
    "what a notice claims": (make_notice, lambda: {"safeguards": [make_safeguard().pk]}),
    "what a notice leans on": (make_notice, lambda: {"foundations": [fallen().pk]}),
    "how a safeguard is checked": (make_safeguard, lambda: {"checked_by": "account"}),
    "a longer age limit": (make_safeguard, lambda: {"max_age_days": 300}),
    "Zoom's name of the setting": (make_safeguard, lambda: {"zoom_name_de": "Aufzeichnen"}),
    "what an answer leans on": (
        lambda: leaning_question(),
        lambda: {"foundations": []},
    ),
    "the title of a group of questions": (
        lambda: make_question().topic,
        lambda: {"title_de": "Nichts wird aufgezeichnet"},
    ),
    "the name of a safeguard": (make_safeguard, lambda: {"name_de": "Nichts wird aufgezeichnet"}),
    "what applies to a kind of meeting": (
        lambda: make_meeting().type,
        lambda: {"rules_de": "Niemand kann etwas aufnehmen."},
    ),
    "what a kind of meeting is asked": (
        lambda: make_meeting().type,
        lambda: {"questions": [make_question().pk]},
    ),
    "what another tool receives": (
        lambda: Provider.objects.create(name="Offen"),
        lambda: {"received_de": "Das Werkzeug erhält nichts."},
    ),
    "a foundation that stands again": (fallen, lambda: {"state": "stands", "fallen_on": ""}),
    "a foundation that was looked at": (fallen, lambda: {"checked_on": "2026-11-01"}),
}


def address(row: models.Model) -> str:
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"


def typed(client: Client, path: str, **changes: Any) -> dict[str, Any]:
    """Return what the form of a page opened just now would send."""
    context = client.get(path).context
    if "adminform" in context:
        inlines = context["inline_admin_formsets"]
        forms = [context["adminform"].form, *(one.formset.management_form for one in inlines)]
    else:
        forms = [context["form"]]
    sent: dict[str, Any] = {}
    for field in (field for form in forms for field in form):
        value = field.value()
        if isinstance(value, list):
            value = [getattr(one, "pk", one) for one in value]
        if value is not None and value is not False:
            sent[field.html_name] = value
    return {**sent, **changes}


def tie_rows(answer: QuickAnswer) -> dict[str, Any]:
    """Return what the rows below a quick answer send for the ties that there are."""
    ties = list(answer.ties.all())
    sent: dict[str, Any] = {"ties-INITIAL_FORMS": len(ties), "ties-TOTAL_FORMS": len(ties)}
    for number, tie in enumerate(ties):
        sent |= {f"ties-{number}-id": tie.pk, f"ties-{number}-quick_answer": answer.pk}
    return sent


def leaning_question() -> Question:
    question = make_question()
    question.foundations.add(fallen())
    return question


def stored(row: models.Model) -> dict[str, Any]:
    names = [f.name for f in (*row._meta.concrete_fields, *row._meta.many_to_many)]
    return proposing.values_of(type(row)._default_manager.get(pk=row.pk), names)
