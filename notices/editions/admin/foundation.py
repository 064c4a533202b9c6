from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from notices.firm.languages import columns
from notices.firm.proposals.proposal_admin import ProposingAdmin

from ..foundations import record_fall
from ..models import Foundation
from .forms import FoundationForm


@admin.register(Foundation)
class FoundationAdmin(ProposingAdmin):
    form = FoundationForm
    list_display = ["name", "kind", "state", "checked_on"]
    list_filter = ["kind", "state", "checked_on"]
    search_fields = [*columns("name"), "key"]
    fieldsets = [
        (
            None,
            {"fields": [columns("name"), ("kind", "state"), ("checked_on", "fallen_on")]},
        ),
        (
            _("More"),
            {"classes": ["collapse"], "fields": ["source_url", columns("note"), "key"]},
        ),
    ]

    second_person_for = ("state", "fallen_on", "checked_on", *columns("name"), "kind")

    def only_warns(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
        # That it fell is said at once; that it stands, or was looked at, by two people.
        falls = {"state", "fallen_on", "checked_on"}
        return set(after) & set(self.second_person_for) <= falls and after.get("state") == "fallen"

    def get_readonly_fields(self, request: HttpRequest, obj: Foundation | None = None) -> list[str]:
        return ["key"] if obj else []

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if {"state", "fallen_on"} & set(form.changed_data):
            record_fall(form.instance, by=request.user)
