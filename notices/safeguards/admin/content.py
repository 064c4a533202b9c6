"""What is written about safeguards: their names, texts and quick answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notices.firm.admin_base import AppendOnlyAdmin
from notices.firm.earlier.history import SHOWN, State, told
from notices.firm.inputs.yes_no import yes_or_no
from notices.firm.languages import CODES, columns
from notices.firm.proposals import proposing
from notices.firm.proposals.proposal_admin import ProposingAdmin
from notices.firm.proposals.proposing import values_of

from .. import states
from ..board import timelines
from ..board.words import state_word
from ..models import (
    AnswerTie,
    Provider,
    QuickAnswer,
    Safeguard,
    Wording,
)
from .forms import AnswerTieFormSet, QuickAnswerForm, SafeguardForm, WordingForm

SHOWN_OF_A_WORDING = ["state", *columns("text"), "recorded_at"]


class WordingInline(admin.TabularInline):  # type: ignore[type-arg]
    """All texts so far; a new one is added on a page of its own."""

    model = Wording
    fields = SHOWN_OF_A_WORDING  # type: ignore[assignment]
    readonly_fields = fields
    ordering = ["state", "-recorded_at"]
    template = "admin/_rows.html"
    extra = 0
    can_delete = False
    # Each leads to its earlier versions.
    show_change_link = True
    verbose_name_plural = _("Texts, the newest of each state counts")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AnswerTieInline(admin.StackedInline):  # type: ignore[type-arg]
    """What an answer depends on: more can be added, none removed, or it could look better."""

    model = AnswerTie
    formset = AnswerTieFormSet
    fields = ("safeguard",)
    extra = 1
    can_delete = False
    verbose_name_plural = _("The worst of these safeguards decides the answer")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Provider)
class ProviderAdmin(ProposingAdmin):
    list_display = ["name"]
    second_person_for = ("name", *columns("received"))
    fieldsets = [(None, {"fields": ["name", columns("received")]})]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OfATool:
    """Ask for the tool only where there is more than Zoom; once stored it stays."""

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)  # type: ignore[misc]
        if not Provider.objects.exists():
            return fieldsets
        return [*fieldsets, (_("Tool"), {"fields": ["provider"]})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["key", "provider"] if obj else []

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "provider":
            kwargs["empty_label"] = "Zoom"
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


@admin.register(Safeguard)
class SafeguardAdmin(OfATool, ProposingAdmin):
    form = SafeguardForm
    list_filter = ["group", "checked_by", "listed"]
    search_fields = [*columns("name", "zoom_name"), "key"]
    fieldsets = [
        (None, {"fields": [columns("name"), columns("zoom_name")]}),
        (_("Check"), {"fields": ["checked_by", "max_age_days"]}),
        (
            _("Address and place on the page"),
            {
                "classes": ["collapse"],
                "fields": [columns("slug"), "group", "position", "listed", "key"],
            },
        ),
    ]
    inlines = [WordingInline]
    second_person_for = (
        "provider",
        "checked_by",
        "max_age_days",
        "listed",
        *columns("name", "zoom_name"),
    )

    def only_warns(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
        # A shorter age limit only makes states fall due earlier.
        sooner = after.get("max_age_days", 0) < before.get("max_age_days", 0)
        return set(after) & set(self.second_person_for) == {"max_age_days"} and sooner

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        # Read the timelines once for the whole list, not once per row.
        now = timezone.now()
        read = timelines.load_now()

        @admin.display(description=_("today"))
        def state_now(safeguard: Safeguard) -> SafeString | str:
            return _in_words(read.situation(safeguard, now))

        listed = yes_or_no("listed", _("listed on the safeguards page"))
        return ["name", state_now, "group", "checked_by", "max_age_days", listed]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(QuickAnswer)
class QuickAnswerAdmin(OfATool, ProposingAdmin):
    form = QuickAnswerForm
    list_display = ["question", "position"]
    search_fields = [*columns("question"), "key"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    columns("question"),
                    columns("question_past"),
                ]
            },
        ),
        (_("Place on the page"), {"classes": ["collapse"], "fields": ["position", "key"]}),
    ]
    inlines = [AnswerTieInline, WordingInline]
    # Another question turns the same answer round.
    second_person_for = columns("question", "question_past")

    def tied_rows(
        self, row: QuickAnswer, formsets: Sequence[Any]
    ) -> tuple[proposing.Values, proposing.Values, bool]:
        # The worst decides, so one more makes an answer better only where none counts yet.
        before = sorted(row.safeguards.values_list("pk", flat=True)) if row.pk else []
        added = [
            form.cleaned_data["safeguard"].pk
            for formset in formsets
            if formset.model is AnswerTie
            for form in formset.extra_forms
            if form.cleaned_data.get("safeguard")
        ]
        if not added:
            return {}, {}, False
        read, now = timelines.load_now(), timezone.now()
        tied = [read.situation(one, now) for one in read.safeguards if one.pk in before]
        is_better = states.worst(one.state for one in tied if one) is None
        return {"safeguards": before}, {"safeguards": sorted({*before, *added})}, is_better

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Wording)
class WordingAdmin(ProposingAdmin, AppendOnlyAdmin):
    form = WordingForm
    second_person_for = columns("text")
    list_display = ["__str__", *columns("text"), "recorded_at"]
    list_filter = ["state", "safeguard", "quick_answer"]
    list_select_related = ["safeguard", "quick_answer"]
    search_fields = columns("text", "meaning")
    fieldsets = [
        (None, {"fields": [("safeguard", "quick_answer"), "state"]}),
        (
            None,
            {"fields": [columns("text"), columns("meaning")]},
        ),
        (
            _("Only for quick answers"),
            {
                "classes": ["collapse"],
                "fields": [columns("past"), columns("sentence")],
            },
        ),
    ]

    restores_by_adding = True

    def earlier_states(self, request: HttpRequest, row: Wording) -> list[State]:
        """Return the texts before the newest one about the same state."""
        newest, *older = said_of(row)
        now = self.stored_now(request, row)
        steps = [
            (old.pk, new.recorded_at, new.recorded_by, values_of(old, now))
            for new, old in pairwise([newest, *older])
        ]
        return list(told(Wording, now, steps[:SHOWN]))

    def restorable(self, request: HttpRequest, row: Any) -> list[str]:
        return [*columns("text", "meaning", "past", "sentence")]

    def stored_now(self, request: HttpRequest, row: Wording) -> Mapping[str, Any]:
        return values_of(said_of(row)[0], self.restorable(request, row))

    def newest_of(self, row: Wording) -> Wording:
        return said_of(row)[0]

    def may_restore(self, request: HttpRequest, row: Wording) -> bool:
        return self.has_add_permission(request)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Start from the text that holds now, so that a small change stays a small change."""
        initial = super().get_changeform_initial_data(request)
        subject = {
            name: int(str(initial[name]))
            for name in ("safeguard", "quick_answer")
            # Longer numbers than rows can have would fail in the database.
            if re.fullmatch(r"[0-9]{1,18}", str(initial.get(name, "")))
        }
        if initial.get("state") not in Wording.For.values:
            initial["state"] = Wording.For.ON.value
        newest = Wording.objects.filter(state=initial["state"], **subject).last()
        if subject and newest:
            for field in ("text", "meaning", "past", "sentence"):
                for language in CODES:
                    name = f"{field}_{language}"
                    initial.setdefault(name, getattr(newest, name))
        return initial


def said_of(row: Wording) -> list[Wording]:
    """Return all texts about the same subject in the same state, the newest first."""
    same = {"safeguard": row.safeguard_id, "quick_answer": row.quick_answer_id}
    found = Wording.objects.filter(state=row.state, **same).select_related("recorded_by")
    return list(found.order_by("-recorded_at", "-id"))


def _in_words(situation: states.Situation | None) -> SafeString | str:
    if situation is None:
        return gettext("no record yet")
    return format_html(
        '<span class="state {}">{}</span>',
        situation.state.value,
        state_word(situation.state),
    )
