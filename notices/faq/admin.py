from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from notices.firm.admin_base import Audited
from notices.firm.languages import FURTHER, column, columns
from notices.firm.proposals.proposal_admin import ProposingAdmin

from .forms import QuestionForm, SynonymsForm, TopicForm
from .models import Question, Synonyms, Topic


@admin.register(Topic)
class TopicAdmin(ProposingAdmin):
    form = TopicForm
    second_person_for = columns("title")
    list_display = ["title", "position"]
    search_fields = columns("title")
    fieldsets = [
        (None, {"fields": [columns("title"), "position"]}),
        (_("Address"), {"classes": ["collapse"], "fields": [columns("slug"), "key"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Topic | None = None) -> list[str]:
        return ["key"] if obj else []


class MissingTranslation(admin.SimpleListFilter):
    """Find the questions whose answer is missing in a language."""

    title = _("Translations")
    parameter_name = "translation"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, Any]]:
        return [("missing", _("missing"))]

    def queryset(self, request: HttpRequest, queryset):  # type: ignore[no-untyped-def]
        if self.value() == "missing":
            full = {f"{column('answer', language)}__gt": "" for language in FURTHER}
            return queryset.exclude(pk__in=queryset.filter(**full).values("pk"))
        return queryset


@admin.register(Question)
class QuestionAdmin(ProposingAdmin):
    form = QuestionForm
    list_display = ["question", "topic", "reviewed_on"]
    list_filter = ["topic", MissingTranslation, "reviewed_on"]
    list_select_related = ["topic"]
    search_fields = columns("question", "answer")
    fieldsets = [
        (
            None,
            {
                "fields": [
                    columns("question"),
                    columns("answer"),
                    "topic",
                    "reviewed_on",
                ]
            },
        ),
        (
            _("What the search knows, and today’s answer"),
            {"classes": ["collapse"], "fields": [columns("asked_as"), "lead"]},
        ),
        (
            _("What the answer rests on"),
            {"classes": ["collapse"], "fields": ["safeguards", "foundations", "related"]},
        ),
        (
            _("Address and place on the page"),
            {"classes": ["collapse"], "fields": [columns("slug"), "position", "key"]},
        ),
    ]

    second_person_for = (
        *columns("answer"),
        *columns("question"),
        "lead",
        "safeguards",
        "foundations",
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Question | None = None) -> list[str]:
        return ["key"] if obj else []


@admin.register(Synonyms)
class SynonymsAdmin(Audited):
    form = SynonymsForm
    list_display = ["words", "language"]
    list_filter = ["language"]
    search_fields = ["words"]
    fields = ["language", "words"]
    list_per_page = 50
    actions = None
