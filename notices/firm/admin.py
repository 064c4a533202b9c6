from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from . import audit
from .admin_base import ReadOnly, StaffAdmin
from .forms import FirmForm
from .languages import columns
from .models import AuditEntry, Firm, ProposedChange
from .proposals.proposal_admin import ProposedChangeAdmin


class ActFilter(admin.SimpleListFilter):
    """The acts by their words; the audit itself keeps short marks."""

    title = _("what happened")
    parameter_name = "act"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(act, audit.name_of(act)) for act in audit.Act.values]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry]
    ) -> QuerySet[AuditEntry]:
        return queryset.filter(act=self.value()) if self.value() else queryset


admin.site.register(ProposedChange, ProposedChangeAdmin)


REACHED: list[Any] = [
    "street",
    ("postal_code", "city"),
    columns("country"),
    "phone",
    columns("phone_hours"),
]
LOGO: list[Any] = ["logo_file", "no_logo"]
IMPRINT: list[Any] = [columns("represented_by"), ("register_court", "register_number"), "vat_id"]


@admin.register(Firm)
class FirmAdmin(StaffAdmin):
    """Firms beside the one of the profile; with none of them nothing looks different."""

    form = FirmForm
    list_display = ["name", "legal_name"]
    fieldsets = [
        (None, {"fields": ["name", columns("service_name"), "legal_name"]}),
        (_("Logo"), {"fields": LOGO}),
        (_("How people reach us"), {"fields": [*REACHED, "email", "website"]}),
        (_("Imprint"), {"fields": IMPRINT}),
    ]


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
        return audit.in_words(entry.act, entry.subject)
