from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notices.firm.staff import AppendOnlyAdmin, ReadOnly, StaffAdmin

from . import board, states
from .forms import AnswerTieFormSet, ExplanationForm, QuickAnswerForm, SafeguardForm, WordingForm
from .models import (
    AnswerTie,
    Attestation,
    Check,
    EvidenceFile,
    Explanation,
    Finding,
    Promise,
    QuickAnswer,
    Safeguard,
    Wording,
)


class WordingInline(admin.TabularInline):  # type: ignore[type-arg]
    """All texts so far; a new one is added on a page of its own."""

    model = Wording
    fields = ("state", "text_de", "text_en", "recorded_at")
    readonly_fields = fields
    ordering = ["state", "-recorded_at"]
    template = "admin/_rows.html"
    extra = 0
    can_delete = False
    verbose_name_plural = _("Texts, the newest of each state counts")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AnswerTieInline(admin.TabularInline):  # type: ignore[type-arg]
    """What an answer depends on: more can be added, none removed, or it could look better."""

    model = AnswerTie
    formset = AnswerTieFormSet
    fields = ("safeguard",)
    extra = 1
    can_delete = False
    verbose_name_plural = _("The worst of these safeguards decides the answer")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Safeguard)
class SafeguardAdmin(StaffAdmin):
    form = SafeguardForm
    list_filter = ["group", "checked_by", "listed"]
    search_fields = ["name_de", "name_en", "zoom_name_de", "zoom_name_en", "key"]
    fieldsets = [
        (None, {"fields": [("name_de", "name_en"), ("zoom_name_de", "zoom_name_en")]}),
        (_("Check"), {"fields": ["checked_by", "max_age_days"]}),
        (
            _("Address and place on the page"),
            {
                "classes": ["collapse"],
                "fields": [("slug_de", "slug_en"), "group", "position", "listed", "key"],
            },
        ),
    ]
    inlines = [WordingInline]

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        # Read the timelines once for the whole list, not once per row.
        now = timezone.now()
        read = board.load()

        @admin.display(description=_("today"))
        def state_now(safeguard: Safeguard) -> SafeString | str:
            return _in_words(read.situation(safeguard, now))

        return ["name", state_now, "group", "checked_by", "max_age_days", "listed"]

    def get_readonly_fields(self, request: HttpRequest, obj: Safeguard | None = None) -> list[str]:
        return ["key"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(QuickAnswer)
class QuickAnswerAdmin(StaffAdmin):
    form = QuickAnswerForm
    list_display = ["question", "position"]
    search_fields = ["question_de", "question_en", "key"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("question_de", "question_en"),
                    ("question_past_de", "question_past_en"),
                ]
            },
        ),
        (_("Place on the page"), {"classes": ["collapse"], "fields": ["position", "key"]}),
    ]
    inlines = [AnswerTieInline, WordingInline]

    def get_readonly_fields(
        self, request: HttpRequest, obj: QuickAnswer | None = None
    ) -> list[str]:
        return ["key"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Wording)
class WordingAdmin(AppendOnlyAdmin):
    form = WordingForm
    list_display = ["__str__", "text_de", "text_en", "recorded_at"]
    list_filter = ["state", "safeguard", "quick_answer"]
    list_select_related = ["safeguard", "quick_answer"]
    search_fields = ["text_de", "text_en", "meaning_de", "meaning_en"]
    fieldsets = [
        (None, {"fields": [("safeguard", "quick_answer"), "state"]}),
        (
            None,
            {"fields": [("text_de", "text_en"), ("meaning_de", "meaning_en")]},
        ),
        (
            _("Only for quick answers"),
            {
                "classes": ["collapse"],
                "fields": [("past_de", "past_en"), ("sentence_de", "sentence_en")],
            },
        ),
    ]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Start from the text that holds now, so that a small change stays a small change."""
        initial = super().get_changeform_initial_data(request)
        subject = {
            name: int(str(initial[name]))
            for name in ("safeguard", "quick_answer")
            if str(initial.get(name, "")).isdecimal()
        }
        newest = Wording.objects.filter(state=initial.get("state", "on"), **subject).last()
        if subject and newest:
            for field in ("text", "meaning", "past", "sentence"):
                for language in ("de", "en"):
                    name = f"{field}_{language}"
                    initial.setdefault(name, getattr(newest, name))
        return initial


@admin.register(Explanation)
class ExplanationAdmin(AppendOnlyAdmin):
    form = ExplanationForm
    list_display = ["text", "finding", "recorded_at"]
    list_filter = ["finding__safeguard"]
    search_fields = ["text_de", "text_en"]
    fieldsets = [(None, {"fields": ["finding", ("text_de", "text_en")]})]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "finding":
            kwargs["queryset"] = Finding.objects.filter(pk__in=open_deviations())
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Promise)
class PromiseAdmin(ReadOnly):
    """What was promised; nothing is taken back but by a new report, which this list begins."""

    list_display = ["safeguard", "value", "undo", "effective_from", "recorded_at"]
    list_display_links = ["safeguard"]
    list_filter = ["value", "safeguard"]
    list_select_related = ["safeguard"]
    search_fields = ["reason_de", "reason_en"]
    fields = [
        *("safeguard", "value", "effective_from", "recorded_at", "reason_de", "reason_en"),
        *("recorded_by", "confirmed_by"),
    ]

    @admin.display(description=_("undo"))
    def undo(self, promise: Promise) -> SafeString | str:
        """Lead to a report of the state before, if this promise is the one that holds."""
        *_earlier, before, newest = [None, None, *promise.safeguard.promises.all()]
        if newest != promise or before is None:
            return "–"
        address = f"{reverse('admin:report')}?safeguard={promise.safeguard_id}&value={before.value}"
        return format_html('<a href="{}">{}</a>', address, gettext("Take this back"))


@admin.register(Finding)
class FindingAdmin(ReadOnly):
    list_display = ["safeguard", "verdict", "lock", "seen_at", "source", "recorded_by"]
    list_filter = ["verdict", "lock", "source", "safeguard"]
    list_select_related = ["safeguard", "recorded_by"]


@admin.register(Check)
class CheckAdmin(ReadOnly):
    list_display = ["at", "source", "outcome", "recorded_by"]
    list_filter = ["source", "outcome"]
    list_select_related = ["recorded_by"]
    date_hierarchy = "at"


@admin.register(EvidenceFile)
class EvidenceFileAdmin(ReadOnly):
    list_display = ["uploaded_at", "uploaded_by", "media_type", "size", "download"]
    list_select_related = ["uploaded_by"]
    list_display_links = None
    search_fields = ["sha256"]
    readonly_fields = ["uploaded_at", "uploaded_by", "media_type", "size", "sha256", "download"]
    fields = ["uploaded_at", "uploaded_by", "media_type", "size", "sha256", "download"]

    @admin.display(description=_("file"))
    def download(self, file: EvidenceFile) -> SafeString:
        address = reverse("admin:evidence", args=[file.sha256])
        return format_html('<a href="{}">{}</a>', address, gettext("Download the evidence file"))


@admin.register(Attestation)
class AttestationAdmin(ReadOnly):
    list_display = ["safeguard", "value", "seen_at", "reported_by", "accepted", "decided_by"]
    list_filter = ["accepted", "safeguard"]
    list_select_related = ["safeguard", "reported_by", "decided_by"]
    fields = [
        *(
            "safeguard",
            "value",
            "lock",
            "seen_at",
            "reason_de",
            "reason_en",
            "note",
            "evidence_file",
        ),
        *("reported_by", "reported_at", "accepted", "decided_by", "decided_at"),
    ]


def open_deviations() -> list[int]:
    """Return the ids of the findings whose deviation is open now."""
    now = timezone.now()
    return [
        deviation.finding.pk
        for timeline in board.load().timelines.values()
        for deviation in states.deviations(timeline, now)
        if deviation.end is None and isinstance(deviation.finding, Finding)
    ]


def _in_words(situation: states.Situation | None) -> SafeString | str:
    if situation is None:
        return gettext("no record yet")
    return format_html(
        '<span class="state {}">{}</span>',
        situation.state.value,
        board.state_word(situation.state),
    )
