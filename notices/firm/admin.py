from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from . import acts
from .models import AuditEntry
from .staff import ReadOnly


class ActFilter(admin.SimpleListFilter):
    """The acts by their words; the audit itself keeps short marks."""

    title = _("what happened")
    parameter_name = "act"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(act, acts.name_of(act)) for act in acts.WORDS]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry]
    ) -> QuerySet[AuditEntry]:
        return queryset.filter(act=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly):
    list_display = ["at", "by", "what"]
    list_filter = [ActFilter, "at"]
    list_select_related = ["by"]
    search_fields = ["subject"]
    date_hierarchy = "at"
    fields = ["at", "by", "what", "detail"]
    readonly_fields = ["what"]

    @admin.display(description=_("what happened"))
    def what(self, entry: AuditEntry) -> str:
        return acts.in_words(entry.act, entry.subject)
