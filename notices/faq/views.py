"""The questions: all in their groups, one on its own page, and a search without script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from notices.firm.languages import alternates, current, localised, slug_alternates
from notices.firm.models import OldSlug
from notices.firm.old_slugs import current_for, old_anchors

from .models import Question, Topic
from .reading import Entry, Reader
from .results import results
from .search import MAX_LENGTH

# Up to this many hits a search shows the whole answers.
SHOWN_WHOLE = 3


@dataclass(frozen=True, slots=True)
class Group:
    """A topic with its entries, each with its further anchors; none that a question uses."""

    topic: Topic
    anchor: str
    entries: Sequence[tuple[Entry, Sequence[str]]]
    former: Sequence[str] = ()


@require_safe
def question_list(request: HttpRequest) -> HttpResponse:
    query = " ".join(request.GET.get("q", "").split())[:MAX_LENGTH]
    reader = Reader()
    found = results(query, reader) if query else []
    context = {
        "section": "questions",
        "query": query,
        "max_length": MAX_LENGTH,
        "results": found,
        "shown_whole": len(found) <= SHOWN_WHOLE,
        "groups": [] if query else _groups(reader),
        "topics": Topic.objects.all() if query and not found else (),
    }
    if query:
        # The language link searches again; the query goes nowhere else.
        paths = alternates("question-list", {})
        context["alternates"] = {
            code: f"{path}?{urlencode({'q': query})}" for code, path in paths.items()
        }
    response = render(request, "faq/question_list.html", context)
    if query:
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
def question_detail(request: HttpRequest, slug: str) -> HttpResponse:
    question = _called(slug)
    if question is None:
        # It was here once and was taken away: the other questions are the way forward.
        return redirect("question-list")
    if question.get_absolute_url() != request.path:
        return HttpResponsePermanentRedirect(question.get_absolute_url())
    related = question.related.select_related("topic")
    context = {
        "section": "questions",
        "entry": Reader().entry(question, current()),
        "related": related.order_by("topic__position", "position", "key"),
        "alternates": slug_alternates("question-detail", question),
    }
    return render(request, "faq/question_detail.html", context)


def _groups(reader: Reader) -> list[Group]:
    language = current()
    entries = [reader.entry(question, language) for question in _questions()]
    taken = {entry.slug for entry in entries}
    anchors = _other_anchors(entries, taken)
    taken.update(*anchors.values())
    former = old_anchors(Topic.slug_kind, language, taken)
    groups = []
    for topic, members in groupby(entries, key=lambda entry: entry.question.topic):
        slug = str(localised(topic, "slug"))
        anchored = [(entry, anchors.get(entry.question.pk, [])) for entry in members]
        anchor = "" if slug in taken else slug
        groups.append(Group(topic, anchor, anchored, former.get(topic.pk, ())))
    return groups


def _other_anchors(entries: Sequence[Entry], taken: set[str]) -> dict[int, list[str]]:
    """Return by question the anchors that old links and those in the other language use."""
    wanted = [
        (entry.question.pk, getattr(entry.question, f"slug_{code}"))
        for entry in entries
        for code, _name in settings.LANGUAGES
    ]
    former = OldSlug.objects.filter(kind=Question.slug_kind).order_by("pk")
    wanted += former.values_list("object_id", "slug")
    anchors: dict[int, list[str]] = {}
    used = set(taken)
    for pk, slug in wanted:
        if slug not in used:
            used.add(slug)
            anchors.setdefault(pk, []).append(slug)
    return anchors


def _questions() -> QuerySet[Question]:
    # Named in full: the order of the topics must not depend on their model's default.
    return (
        Question.objects.select_related("topic")
        .prefetch_related("safeguards")
        .order_by("topic__position", "topic__key", "position", "key")
    )


def _called(slug: str) -> Question | None:
    """Return the question that has or had this address, None if it was deleted since."""
    language = current()
    languages = [language, *(code for code, _name in settings.LANGUAGES if code != language)]
    for code in languages:
        question = _questions().filter(**{f"slug_{code}": slug}).first()
        if question:
            return question
    for code in languages:
        former = current_for("question", code, slug)
        if former:
            return _questions().filter(pk=former).first()
    raise Http404
