"""The audit as people read it: in words, by act, person and day, and as a table to take away."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from notices.firm import audit
from notices.firm.admin_base import ReadOnly
from notices.firm.audit import Act
from notices.firm.models import AuditEntry

from .words import Words, lines_of

# A spreadsheet would run what begins so.
FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]")


class ActFilter(admin.SimpleListFilter):
    """The acts by their words; the audit itself keeps short marks."""

    title = _("what happened")
    parameter_name = "act"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        words = [(act, audit.name_of(act)) for act in Act.values]
        return sorted(words, key=lambda one: one[1])

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry]
    ) -> QuerySet[AuditEntry]:
        return queryset.filter(act=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly):
    """Every act of staff and of the program, for whoever may see it."""

    list_per_page = 50
    list_filter = [ActFilter, ("by", admin.RelatedOnlyFieldListFilter), "at"]
    list_select_related = ["by"]
    search_fields = ["subject"]
    date_hierarchy = "at"
    readonly_fields = ["what", "behind", "read_on"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        may_read_on = request.user.has_perm("firm.view_proposedchange")
        return ["at", "by", "what", "behind", *(["read_on"] if may_read_on else [])]

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        # Names are read once for the whole list, not once per row.
        words = Words()

        @admin.display(description=_("what happened"))
        def what(entry: AuditEntry) -> str:
            return words.of(entry)

        return ["at", "by", what, "behind"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.export))
        return [path("tabelle/", view, name="firm_auditentry_export"), *super().get_urls()]

    @admin.display(description=_("what happened"))
    def what(self, entry: AuditEntry) -> str:
        return Words().of(entry)

    @admin.display(description=_("in detail"))
    def behind(self, entry: AuditEntry) -> SafeString | str:
        return format_html_join("", "<div>{}</div>", ((line,) for line in lines_of(entry))) or "–"

    @admin.display(description=_("read on"))
    def read_on(self, entry: AuditEntry) -> SafeString | str:
        number = entry.detail.get("change")
        if not isinstance(number, int):
            return "–"
        where = reverse("admin:firm_proposedchange_change", args=[number])
        return format_html('<a href="{}">{}</a>', where, _("Both values of this change"))

    def export(self, request: HttpRequest) -> HttpResponse:
        """Give what the list shows as a table; that it was taken away stands in the audit too."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        entries = list(self.get_changelist_instance(request).get_queryset(request))
        audit.record(Act.AUDIT_EXPORTED, str(len(entries)), by=request.user)
        response = HttpResponse(as_table(entries), content_type="text/csv; charset=utf-8")
        name = f"protokoll-{timezone.localdate()}.csv"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


def as_table(entries: list[AuditEntry]) -> bytes:
    """Return `entries` as a file that spreadsheets open, with nothing in it that they would run."""
    file = io.StringIO(newline="")
    table = csv.writer(file, delimiter=";")
    table.writerow([gettext("at"), gettext("by"), gettext("what happened"), gettext("in detail")])
    words = Words()
    for entry in entries:
        at = timezone.localtime(entry.at).isoformat(timespec="seconds")
        who = entry.by.get_username() if entry.by else ""
        cells = (who, words.of(entry), "\n".join(lines_of(entry)))
        table.writerow([at, *(_harmless(cell) for cell in cells)])
    return file.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    return f"'{cell}" if FORMULA.match(cell) else cell
