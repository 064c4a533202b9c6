from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _

from notices.firm.admin_base import PLAIN_FIELDS, Audited
from notices.firm.inputs.one_line import guard
from notices.firm.models import Firm

from . import pages, recording
from .forms import TERMS, CommunityForm, PhysicalMeetingForm, ResolutionForm
from .models import Community, PhysicalMeeting, Resolution


class Appended(admin.StackedInline):  # type: ignore[type-arg]
    """Rows that are only added to; what was said about a meeting must not change."""

    extra = 0
    formfield_overrides = PLAIN_FIELDS

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        return guard(super().formfield_for_dbfield(db_field, request, **kwargs))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ResolutionInline(Appended):
    model = Resolution
    form = ResolutionForm
    fields = [("kind", "resolved_on"), ("since", "until"), ("physical_waived", "standing")]
    readonly_fields = ["standing"]
    verbose_name_plural = _("What the owners resolved; the newest of a kind counts")

    @admin.display(description=_("second person"))
    def standing(self, row: Resolution) -> str:
        return standing_words(row)


class PhysicalMeetingInline(Appended):
    model = PhysicalMeeting
    form = PhysicalMeetingForm
    fields = ["held_on"]
    verbose_name_plural = _("Meetings in a room, where owners meet by video alone otherwise")


@admin.register(Community)
class CommunityAdmin(Audited):
    """Communities, for staff alone: readers meet one only on the pages of its meetings."""

    form = CommunityForm
    formfield_overrides = PLAIN_FIELDS
    list_display = ["name", "number", "allowed", "waits"]
    list_per_page = 50
    search_fields = ["number", "details__name", "details__street"]
    actions = None
    view_on_site = False
    inlines = [ResolutionInline, PhysicalMeetingInline]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Community]:
        rows: models.QuerySet[Community] = super().get_queryset(request)
        return rows.named().prefetch_related("details", "resolutions")  # type: ignore[attr-defined,no-any-return]

    def get_fieldsets(self, request: HttpRequest, obj: Community | None = None) -> Any:
        firm = ["firm"] if Firm.objects.exists() else []
        return [
            (None, {"fields": ["number", "name", "street", ("postal_code", "city"), *firm]}),
            (_("Data protection"), {"fields": ["controller", TERMS]}),
            (_("Whom owners ask"), {"fields": ["contact", ("phone", "email")]}),
            (_("More"), {"classes": ["collapse"], "fields": ["left_on"]}),
        ]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Meetings speak of it for as long as they are kept.
        return False

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Community, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        recording.record_details(obj, form.details, by=request.user)  # type: ignore[arg-type]

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)
        formset.save_m2m = lambda: None
        for row in formset.new_objects:
            if isinstance(row, Resolution):
                values = {name: getattr(row, name) for name in recording.RESOLVED}
                recording.record_resolution(form.instance, values, by=request.user)  # type: ignore[arg-type]
            else:
                recording.record_physical_meeting(form.instance, row.held_on, by=request.user)  # type: ignore[arg-type]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        community: Community | None = kwargs.get("obj")
        if community and request.method == "GET" and _waiting(community):
            messages.info(request, _("What you see waits for a second person in part."))
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        return [*pages.urls(self), *super().get_urls()]

    @admin.display(description=_("name"))
    def name(self, community: Community) -> str:
        return str(community)

    @admin.display(description=_("online"))
    def allowed(self, community: Community) -> str:
        newest = {row.kind: row for row in community.resolutions.all() if row.accepted}
        return "; ".join(
            f"{row.get_kind_display()} ({row.until:%d.%m.%Y})"
            if row.until
            else str(row.get_kind_display())
            for row in newest.values()
        )

    @admin.display(description=_("waits for a second person"))
    def waits(self, community: Community) -> str:
        return str(_waiting(community) or "")


def standing_words(row: Resolution) -> str:
    """Say whether a second person has decided about `row`."""
    if row.pk is None:
        return ""
    if row.decided_at is None:
        return str(_("waits"))
    return str(_("confirmed")) if row.accepted else str(_("turned down"))


def _waiting(community: Community) -> int:
    rows = [*community.details.all(), *community.resolutions.all()]
    return sum(row.decided_at is None for row in rows)
