from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from modeltranslation.admin import TranslationStackedInline

from notices.firm.freezing import FrozenRow
from notices.firm.staff import SideBySide, StaffAdmin, record

from . import inviting, own_settings
from .calendar_file import IN_CALENDARS
from .foresight import copied, editions_at_start
from .forms import AdjustmentForm, CopyForm, MeetingForm, MeetingTypeForm, MoveForm
from .models import Adjustment, Meeting, MeetingType

BEGUN = _("The meeting has begun. What was said about it can no longer be changed.")
MORE = {"classes": ["collapse"]}
WAYS = ("browser", "phone", "app")


@admin.register(MeetingType)
class MeetingTypeAdmin(StaffAdmin):
    form = MeetingTypeForm
    list_display = ["name", "browser", "phone", "app"]
    search_fields = ["name_de", "name_en"]
    fieldsets = [
        (None, {"fields": [("name_de", "name_en"), "lets_in_minutes_before"]}),
        (_("Ways to take part"), {"fields": [("browser", "phone", "app")]}),
        (_("More"), {"classes": ["collapse"], "fields": ["key"]}),
    ]

    def get_readonly_fields(
        self, request: HttpRequest, obj: MeetingType | None = None
    ) -> list[str]:
        return ["key"] if obj else []


class AdjustmentInline(SideBySide, TranslationStackedInline):  # type: ignore[type-arg]
    """Safeguards that are weaker in this meeting; final once it has begun."""

    model = Adjustment
    form = AdjustmentForm
    extra = 0
    fieldsets = [(None, {"fields": [("safeguard", "value"), ("reason_de", "reason_en")]})]
    verbose_name = _("exception for this meeting")
    verbose_name_plural = _("In this meeting, these safeguards are weaker than usual")

    def has_change_permission(self, request: HttpRequest, obj: Meeting | None = None) -> bool:
        return not has_begun(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Meeting | None = None) -> bool:
        return not has_begun(obj) and super().has_delete_permission(request, obj)


class When(admin.SimpleListFilter):
    title = _("when")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, Any]]:
        return [("soon", _("in the next 14 days")), ("later", _("upcoming")), ("past", _("past"))]

    def queryset(
        self, request: HttpRequest, queryset: models.QuerySet[Meeting]
    ) -> models.QuerySet[Meeting]:
        now = timezone.now()
        if self.value() == "soon":
            return queryset.filter(ends_at__gte=now, starts_at__lte=now + timedelta(days=14))
        if self.value() == "later":
            return queryset.filter(ends_at__gte=now)
        if self.value() == "past":
            return queryset.filter(ends_at__lt=now)
        return queryset


@admin.register(Meeting)
class MeetingAdmin(StaffAdmin):
    form = MeetingForm
    list_display = ["title", "type", "starts_at", "code", "is_cancelled"]
    list_filter = [When, "type"]
    list_select_related = ["type"]
    search_fields = ["title_de", "title_en", "place_de", "code"]
    fieldsets = [
        (
            None,
            {
                # Seven fields, no more: all that most meetings need.
                "fields": [
                    "type",
                    ("title_de", "title_en"),
                    ("starts_at", "ends_at"),
                    ("place_de", "language"),
                ]
            },
        ),
        (_("Ways to take part"), {"classes": ["collapse"], "fields": [WAYS]}),
        (
            _("More"),
            {"classes": ["collapse"], "fields": ["place_en", "zoom_id", "forget_zoom_id"]},
        ),
    ]
    inlines = [AdjustmentInline]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Meeting]:
        # Of an erased meeting nothing is left that staff could look at or change.
        kept: models.QuerySet[Meeting] = super().get_queryset(request).filter(erasure=None)
        return kept

    def get_fieldsets(self, request: HttpRequest, obj: Meeting | None = None) -> Any:
        if obj is None:
            # The type says how people join it; the next screen shows and changes that.
            return [self.fieldsets[0], (_("More"), {**MORE, "fields": ["place_en", "zoom_id"]})]
        if has_begun(obj):
            return [*self.fieldsets[:2], (_("More"), {**MORE, "fields": ["place_en", "has_id"]})]
        if obj.zoom_meeting_id_encrypted:
            return self.fieldsets
        return [*self.fieldsets[:2], (_("More"), {**MORE, "fields": ["place_en", "zoom_id"]})]

    def get_readonly_fields(self, request: HttpRequest, obj: Meeting | None = None) -> list[str]:
        if has_begun(obj):
            # What was said about it stands; readers look it up for years.
            return [*flatten_fieldsets(self.get_fieldsets(request, obj))]
        # A date that was announced changes only by "move", which keeps the old one visible.
        return ["starts_at", "ends_at"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Meeting | None = None) -> bool:
        # Its code may be on paper already and must lead somewhere for ever: cancelling says so.
        return False

    def get_inlines(self, request: HttpRequest, obj: Meeting | None) -> list[Any]:
        return [AdjustmentInline] if obj else []

    def save_model(self, request: HttpRequest, obj: Meeting, form: Any, change: bool) -> None:
        if change and has_begun(obj):
            if form.changed_data or "title_de" in request.POST:
                messages.error(request, BEGUN)
            return
        if not change and any(getattr(obj.type, way) for way in WAYS):
            for way in WAYS:
                setattr(obj, way, getattr(obj.type, way))
        if change and IN_CALENDARS & set(form.changed_data):
            # Calendars take a file they know again only under a higher number.
            obj.sequence += 1
        super().save_model(request, obj, form, change)

    def response_add(
        self, request: HttpRequest, obj: Meeting, post_url_continue: str | None = None
    ) -> HttpResponse:
        if "_addanother" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        messages.success(request, _("The meeting is entered. Now create the invitation."))
        return _to(obj)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                return super().changeform_view(request, *args, **kwargs)
        except (FrozenRow, IntegrityError):
            # The meeting began while the form was open.
            messages.error(request, BEGUN)
            return HttpResponseRedirect(request.path)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for adjustment in formset.save(commit=False):
            if adjustment._state.adding:
                adjustment.recorded_by = request.user
            adjustment.save()
        for adjustment in formset.deleted_objects:
            adjustment.delete()
        formset.save_m2m()

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        meeting: Meeting | None = kwargs.get("obj")
        if meeting:
            context["short_link"] = request.build_absolute_uri(meeting.get_short_url())
            context["may_move"] = not has_begun(meeting) and self.has_change_permission(
                request, meeting
            )
            context["may_copy"] = self.has_add_permission(request)
            context |= _foreseen(meeting)
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        only = require_http_methods(["GET", "HEAD", "POST"])
        return [
            path(
                "<int:pk>/verschieben/",
                self.admin_site.admin_view(only(self.move)),
                name="invitations_meeting_move",
            ),
            path(
                "<int:pk>/absagen/",
                self.admin_site.admin_view(only(self.cancel)),
                name="invitations_meeting_cancel",
            ),
            path(
                "<int:pk>/kopieren/",
                self.admin_site.admin_view(only(self.copy)),
                name="invitations_meeting_copy",
            ),
            *inviting.urls(self.admin_site),
            *super().get_urls(),
        ]

    def move(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give a meeting a new date and keep the old one."""
        meeting = self._upcoming(request, pk)
        form = MoveForm(request.POST or None, meeting=meeting)
        if request.method == "POST" and form.is_valid():
            starts_at = form.cleaned_data["starts_at"]
            is_moved = starts_at != meeting.starts_at
            if is_moved:
                meeting.moved_from = meeting.starts_at
            meeting.starts_at = starts_at
            meeting.ends_at = form.cleaned_data["ends_at"]
            meeting.sequence += 1
            meeting.save(update_fields=["starts_at", "ends_at", "moved_from", "sequence"])
            record(request, "meeting-moved", meeting)
            if is_moved:
                messages.success(request, _("The meeting is moved. Its page shows both dates."))
            else:
                messages.success(request, _("The end is changed. The start stays as it was."))
            return _to(meeting)
        return self._page(request, "move", meeting, form=form, title=_("Move this meeting"))

    def cancel(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Cancel a meeting, or take that back."""
        meeting = self._upcoming(request, pk)
        wanted = request.POST.get("act", "reinstate" if meeting.cancelled_at else "cancel")
        if request.method == "POST" and (wanted == "cancel") == bool(meeting.cancelled_at):
            # Sent twice, or by two people: the second must not undo the first.
            messages.info(request, _("Somebody has done this already. Nothing has been changed."))
            return _to(meeting)
        if request.method == "POST":
            meeting.cancelled_at = None if meeting.cancelled_at else timezone.now()
            meeting.sequence += 1
            meeting.save(update_fields=["cancelled_at", "sequence"])
            act = "meeting-cancelled" if meeting.cancelled_at else "meeting-reinstated"
            record(request, act, meeting)
            if meeting.cancelled_at:
                messages.success(request, _("The meeting is cancelled. Its page says so."))
            else:
                messages.success(request, _("The meeting takes place after all."))
            return _to(meeting)
        title = _("Cancel this meeting")
        if meeting.cancelled_at:
            title = _("Take the cancellation back")
        return self._page(request, "cancel", meeting, title=title)

    def copy(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Enter a new meeting like this one: own code, another date, nothing of its history."""
        meeting = get_object_or_404(Meeting.objects.kept(), pk=pk)
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = CopyForm(request.POST or None)
        adjustments = list(meeting.adjustments.select_related("safeguard"))
        if not adjustments:
            form.fields.pop("with_adjustments")
        if request.method == "POST" and form.is_valid():
            with transaction.atomic():
                new = copied(meeting, form.cleaned_data["starts_at"], form.cleaned_data["ends_at"])
                new.save()
                for one in adjustments if form.cleaned_data.get("with_adjustments") else []:
                    Adjustment.objects.create(
                        meeting=new,
                        safeguard=one.safeguard,
                        value=one.value,
                        reason_de=one.reason_de,
                        reason_en=one.reason_en,
                        recorded_by_id=request.user.pk,
                    )
                record(request, "content-added", new)
            messages.success(request, _("The copy is entered. It has a code of its own."))
            return _to(new)
        return self._page(
            request,
            "copy",
            meeting,
            form=form,
            adjustments=adjustments,
            title=_("Copy this meeting"),
        )

    def _upcoming(self, request: HttpRequest, pk: int) -> Meeting:
        meeting: Meeting = get_object_or_404(Meeting.objects.kept(), pk=pk)
        if has_begun(meeting) or not self.has_change_permission(request, meeting):
            raise PermissionDenied
        return meeting

    def _page(
        self, request: HttpRequest, name: str, meeting: Meeting, **context: Any
    ) -> HttpResponse:
        return TemplateResponse(
            request,
            f"admin/invitations/meeting/{name}.html",
            {
                **self.admin_site.each_context(request),
                "meeting": meeting,
                "opts": self.opts,
                **context,
            },
        )

    @admin.display(description=_("Private Zoom meeting ID"))
    def has_id(self, meeting: Meeting) -> str:
        return gettext("stored") if meeting.zoom_meeting_id_encrypted else gettext("not stored")

    @admin.display(description=_("cancelled"))
    def is_cancelled(self, meeting: Meeting) -> str:
        return gettext("cancelled") if meeting.cancelled_at else ""


def has_begun(meeting: Meeting | None) -> bool:
    return meeting is not None and meeting.has_begun()


def _foreseen(meeting: Meeting) -> dict[str, Any]:
    """Return what the first box of the form tells about the meeting."""
    now = timezone.now()
    findings = list(meeting.findings.all())
    if meeting.ends_at > now:
        own = own_settings.at_moment(findings, now)
    else:
        own = own_settings.during(findings, meeting.starts_at, meeting.ends_at)
    adjustments = list(meeting.adjustments.select_related("safeguard"))
    keys = [one.safeguard.key for one in adjustments]
    return {
        "has_begun": meeting.has_begun(now),
        "editions_at_start": editions_at_start(meeting, now),
        "adjustments": adjustments,
        "own": own,
        "own_deviations": own_settings.sentences(own, keys, past=meeting.ends_at <= now),
    }


def _to(meeting: Meeting) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:invitations_meeting_change", args=[meeting.pk]))
