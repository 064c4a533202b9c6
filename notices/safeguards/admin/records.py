"""What was seen and promised: staff read it, and explain what deviates."""

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

from notices.firm.admin_base import AppendOnlyAdmin, ReadOnly
from notices.firm.inputs.yes_no import yes_or_no
from notices.firm.languages import columns
from notices.firm.proposals.proposal_admin import ProposingAdmin

from ..board import timelines
from ..models import (
    Attestation,
    Check,
    EvidenceFile,
    Explanation,
    Finding,
    Promise,
)
from .forms import ExplanationForm

ACCEPTED: Any = yes_or_no("accepted", _("confirmed"))


@admin.register(Explanation)
class ExplanationAdmin(ProposingAdmin, AppendOnlyAdmin):
    form = ExplanationForm
    # The deviation is public at once; what is said of it can make it sound better.
    second_person_for = columns("text")
    list_display = ["text", "finding", "recorded_at"]
    list_filter = ["finding__safeguard"]
    search_fields = columns("text")
    fieldsets = [(None, {"fields": ["finding", columns("text")]})]

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
    search_fields = columns("reason")
    fields = [
        *("safeguard", "value", "effective_from", "recorded_at", *columns("reason")),
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
    list_display = ["safeguard", "value", "seen_at", "reported_by", ACCEPTED, "decided_by"]
    list_filter = ["accepted", "safeguard"]
    list_select_related = ["safeguard", "reported_by", "decided_by"]
    fields = [
        *(
            "safeguard",
            "value",
            "lock",
            "seen_at",
            *columns("reason"),
            "note",
            "evidence_file",
        ),
        *("reported_by", "reported_at", ACCEPTED, "decided_by", "decided_at"),
        "turned_down_because",
    ]


def open_deviations() -> list[int]:
    """Return the ids of the findings whose deviation is open now."""
    read, now = timelines.load_now(), timezone.now()
    return [
        deviation.finding.pk
        for safeguard in read.safeguards
        for deviation in read.deviations(safeguard, now)
        if deviation.end is None and isinstance(deviation.finding, Finding)
    ]
