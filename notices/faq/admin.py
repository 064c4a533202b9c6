from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from notices.firm.staff import Audited, StaffAdmin

from .forms import QuestionForm, SynonymsForm, TopicForm
from .models import Question, Synonyms, Topic


@admin.register(Topic)
class TopicAdmin(StaffAdmin):
    form = TopicForm
    list_display = ["title", "position"]
    search_fields = ["title_de", "title_en"]
    fieldsets = [
        (None, {"fields": [("title_de", "title_en"), ("slug_de", "slug_en"), "position"]}),
        (_("More"), {"classes": ["collapse"], "fields": ["key"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Topic | None = None) -> list[str]:
        return ["key"] if obj else []


class MissingEnglish(admin.SimpleListFilter):
    """Find the questions whose English answer is missing."""

    title = _("English")
    parameter_name = "english"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, Any]]:
        return [("missing", _("missing"))]

    def queryset(self, request: HttpRequest, queryset):  # type: ignore[no-untyped-def]
        if self.value() == "missing":
            return queryset.exclude(answer_en__gt="")
        return queryset


@admin.register(Question)
class QuestionAdmin(StaffAdmin):
    form = QuestionForm
    list_display = ["question", "topic", "reviewed_on"]
    list_filter = ["topic", MissingEnglish, "reviewed_on"]
    list_select_related = ["topic"]
    search_fields = ["question_de", "question_en", "answer_de", "answer_en"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("question_de", "question_en"),
                    ("answer_de", "answer_en"),
                    ("topic", "lead"),
                    "reviewed_on",
                ]
            },
        ),
        (
            _("What the answer rests on"),
            {"classes": ["collapse"], "fields": ["safeguards", "foundations", "related"]},
        ),
        (
            _("Address and place on the page"),
            {"classes": ["collapse"], "fields": [("slug_de", "slug_en"), "position", "key"]},
        ),
    ]

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
