from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from notices.firm.inputs.yes_no import yes_or_no
from notices.firm.languages import columns
from notices.firm.proposals.proposal_admin import ProposingAdmin

from ..forms import MeetingTypeForm
from ..models import MeetingType


@admin.register(MeetingType)
class MeetingTypeAdmin(ProposingAdmin):
    form = MeetingTypeForm
    # What readers are told of every meeting of this kind, in its invitation too.
    second_person_for = (*columns("name", "rules"), "questions", "has_minutes")
    list_display = [
        "name",
        yes_or_no("browser", _("browser")),
        yes_or_no("phone", _("telephone")),
        yes_or_no("app", _("app")),
    ]
    search_fields = columns("name")
    fieldsets = [
        (None, {"fields": [columns("name"), columns("rules"), "lets_in_minutes_before"]}),
        (_("Ways to take part"), {"fields": [("browser", "phone", "app")]}),
        (
            _("More"),
            {
                "classes": ["collapse"],
                "fields": ["questions", "has_minutes", "needs_resolution", "key"],
            },
        ),
    ]

    def only_warns(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
        # A new kind that says nothing yet tells readers nothing, nor does one without minutes;
        # with minutes, readers are told that a person writes them.
        if before and set(after) & set(self.second_person_for) == {"has_minutes"}:
            return not after["has_minutes"]
        return not before and not any(after.get(name) for name in self.second_person_for)

    def get_readonly_fields(
        self, request: HttpRequest, obj: MeetingType | None = None
    ) -> list[str]:
        return ["key"] if obj else []
