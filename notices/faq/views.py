"""The questions: all in their groups, one on its own page, and a search without script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from notices.firm.languages import PRIMARY, Localised, alternates, localised, slug_alternates
from notices.firm.slugs import current_for, old_anchors
from notices.safeguards import board
from notices.safeguards.board import Answer, Row

from .models import Question, Topic
from .search import MAX_LENGTH, search

# Up to this many hits a search shows the whole answers.
SHOWN_WHOLE = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """One question as a page shows it: stored words, computed first sentence, live states."""

    question: Question
    lead: Answer | None
    rows: Sequence[Row]
    language: str
    # Places on the page of all questions that links from outside still name.
    former: Sequence[str] = ()

    @property
    def words(self) -> Localised:
        return self._in_language("question")

    @property
    def answer_html(self) -> Localised:
        return self._in_language("answer_html")

    @property
    def is_only_german(self) -> bool:
        """Say whether the answer is still missing in the language of the page."""
        return localised(self.question, "answer_html").is_missing

    @property
    def slug(self) -> str:
        return str(localised(self.question, "slug"))

    def _in_language(self, field: str) -> Localised:
        """Say that the text is in another language when it is not in that of the page."""
        text = localised(self.question, field, self.language)
        return Localised(text.text, text.language, is_missing=text.language != get_language())


@dataclass(frozen=True, slots=True)
class Group:
    """A topic with its entries; no anchor where a question already uses that word."""

    topic: Topic
    anchor: str
    entries: Sequence[Entry]
    former: Sequence[str] = ()


@require_safe
def question_list(request: HttpRequest) -> HttpResponse:
    query = " ".join(request.GET.get("q", "").split())[:MAX_LENGTH]
    questions = list(_questions())
    language = get_language() or PRIMARY
    hits = search(questions, query, language) if query else []
    show = _Reader()
    entries = [show.entry(hit.question, hit.language) for hit in hits]
    context = {
        "section": "questions",
        "query": query,
        "max_length": MAX_LENGTH,
        "entries": entries,
        "shown_whole": len(entries) <= SHOWN_WHOLE,
        "groups": [] if entries else show.groups(questions),
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
        "entry": _Reader().entry(question, get_language() or PRIMARY),
        "related": related.order_by("topic__position", "position", "key"),
        "alternates": slug_alternates("question-detail", question),
    }
    return render(request, "faq/question_detail.html", context)


class _Reader:
    """Give each question its computed sentence and the states of this moment."""

    def __init__(self) -> None:
        now = timezone.now()
        read = board.load()
        self.leads: Mapping[int, Answer] = {
            answer.quick_answer.pk: answer for answer in read.answers_at(now)
        }
        self.rows: Mapping[int, Row] = {
            row.safeguard.pk: row for row in read.rows_at(now, listed=False)
        }

    def entry(self, question: Question, language: str) -> Entry:
        rows = (self.rows.get(safeguard.pk) for safeguard in question.safeguards.all())
        return Entry(
            question=question,
            lead=self.leads.get(question.lead_id) if question.lead_id else None,
            rows=[row for row in rows if row],
            language=language,
        )

    def groups(self, questions: Iterable[Question]) -> list[Group]:
        language = get_language() or PRIMARY
        entries = [self.entry(question, language) for question in questions]
        taken = {entry.slug for entry in entries}
        former = old_anchors(Question.slug_kind, language, taken)
        entries = [replace(one, former=former.get(one.question.pk, ())) for one in entries]
        taken.update(*former.values())
        former_topics = old_anchors(Topic.slug_kind, language, taken)
        groups = []
        for topic, members in groupby(entries, key=lambda entry: entry.question.topic):
            slug = str(localised(topic, "slug"))
            anchor = "" if slug in taken else slug
            groups.append(Group(topic, anchor, list(members), former_topics.get(topic.pk, ())))
        return groups


def _questions() -> QuerySet[Question]:
    # Named in full: the order of the topics must not depend on their model's default.
    return (
        Question.objects.select_related("topic")
        .prefetch_related("safeguards")
        .order_by("topic__position", "topic__key", "position", "key")
    )


def _called(slug: str) -> Question | None:
    """Return the question that has or had this address, None if it was deleted since."""
    language = get_language() or PRIMARY
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
