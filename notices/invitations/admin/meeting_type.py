from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from notices.firm.languages import columns
from notices.firm.proposals.proposal_admin import ProposingAdmin

from ..forms import MeetingTypeForm
from ..models import MeetingType


@admin.register(MeetingType)
class MeetingTypeAdmin(ProposingAdmin):
    form = MeetingTypeForm
    second_person_for = columns("name", "rules")
    list_display = ["name", "browser", "phone", "app"]
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

    def get_readonly_fields(
        self, request: HttpRequest, obj: MeetingType | None = None
    ) -> list[str]:
        return ["key"] if obj else []
