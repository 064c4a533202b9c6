"""The audit as people read it: in words, by act, person and day, and as a table to take away."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
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
from notices.safeguards.models import Attestation

from .roles import ROLE_NAMES

# A spreadsheet would run what begins so.
FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]")
FACTORS = {"totp": _("app for codes"), "webauthn": _("passkey")}
TOLD = {
    "comment": _("Comment: %(words)s"),
    "reason": _("Reason: %(words)s"),
    "value": _("State: %(words)s"),
    "kind": _("Kind: %(words)s"),
    "add": _("New: %(words)s"),
    "remove": _("No longer: %(words)s"),
    "source": _("Source: %(words)s"),
    "checked_on": _("Checked on: %(words)s"),
    "fallen_on": _("Fallen on: %(words)s"),
    "as_known_at": _("As known at: %(words)s"),
    "sha256": _("SHA-256: %(words)s"),
    "file": _("Evidence file, SHA-256: %(words)s"),
    "old_digest": _("SHA-256 before: %(words)s"),
    "new_digest": _("SHA-256 now: %(words)s"),
}


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


def lines_of(entry: AuditEntry) -> Iterator[str]:
    """Yield what stands behind an entry, in words: old and new values, reasons, digests."""
    detail = entry.detail
    for label, old, new in detail.get("values", ()):
        words = gettext("%(name)s: before “%(old)s”, now “%(new)s”")
        yield words % {"name": label, "old": old or "–", "new": new or "–"}
    if message := detail.get("message"):
        # Django knows its own notes in every language.
        yield LogEntry(change_message=json.dumps(message)).get_change_message()
    for name, label in TOLD.items():
        if value := detail.get(name):
            yield label % {"words": _value(name, value)}


def _value(name: str, value: Any) -> str:
    if name in ("add", "remove"):
        return ", ".join(str(ROLE_NAMES.get(one, one)) for one in value)
    if name == "kind":
        return str(FACTORS.get(value, value))
    if name == "value":
        labels = dict(Attestation._meta.get_field("value").flatchoices)
        return str(labels.get(value, value))
    return str(value)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly):
    """Every act of staff and of the program, for whoever may see it."""

    list_display = ["at", "by", "what", "behind"]
    list_filter = [ActFilter, ("by", admin.RelatedOnlyFieldListFilter), "at"]
    list_select_related = ["by"]
    search_fields = ["subject"]
    date_hierarchy = "at"
    readonly_fields = ["what", "behind", "read_on"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        may_read_on = request.user.has_perm("firm.view_proposedchange")
        return ["at", "by", "what", "behind", *(["read_on"] if may_read_on else [])]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.export))
        return [path("tabelle/", view, name="firm_auditentry_export"), *super().get_urls()]

    @admin.display(description=_("what happened"))
    def what(self, entry: AuditEntry) -> str:
        return audit.in_words(entry.act, entry.subject)

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
    for entry in entries:
        at = timezone.localtime(entry.at).isoformat(timespec="seconds")
        who = entry.by.get_username() if entry.by else ""
        cells = (who, audit.in_words(entry.act, entry.subject), "\n".join(lines_of(entry)))
        table.writerow([at, *(_harmless(cell) for cell in cells)])
    return file.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    return f"'{cell}" if FORMULA.match(cell) else cell
