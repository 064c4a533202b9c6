from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.contrib.auth.models import User
from django.db import IntegrityError, models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationStackedInline

from notices.communities.models import Community
from notices.firm.admin_base import SideBySide, StaffAdmin, TakingTurnsInline
from notices.firm.languages import FURTHER, column, columns
from notices.firm.models import Firm, Organisation
from notices.firm.proposals import proposing
from notices.firm.storage.append_only import FrozenRow
from notices.safeguards.models import Promise, Provider

from .. import meeting_settings, planning
from ..editions_at_start import editions_at_start
from ..forms import AdjustmentForm, MeetingForm
from ..handouts import invitation_pages
from ..minutes import page as minutes_page
from ..minutes import recording
from ..models import Adjustment, Meeting, Minutes
from ..owners.warnings import warnings
from . import act_pages

BEGUN = act_pages.SENTENCES[planning.HasBegun]
# The place in the required language stands above; the others are rarely needed.
PLACES = tuple(column("place", code) for code in FURTHER)
WHAT_COUNTS: tuple[str, ...] = ("safeguard", "value")
WAITS = _(
    "What would be less weak in this meeting waits for a second person. "
    "Until then readers see it as before."
)
MORE = {"classes": ["collapse"]}


class AdjustmentInline(TakingTurnsInline, SideBySide, TranslationStackedInline):  # type: ignore[type-arg]
    """Safeguards that are weaker in this meeting; final once it has begun."""

    model = Adjustment
    form = AdjustmentForm
    extra = 0
    fieldsets = [(None, {"fields": [("safeguard", "value"), columns("reason")]})]
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
    search_fields = [*columns("title", "place"), "code"]
    fieldsets = [
        (
            None,
            {
                # Seven fields, no more: all that most meetings need.
                "fields": [
                    "type",
                    columns("title"),
                    ("starts_at", "ends_at"),
                    (column("place"), "language"),
                ]
            },
        ),
        (_("Ways to take part"), {"classes": ["collapse"], "fields": [planning.WAYS]}),
        (
            _("More"),
            {"classes": ["collapse"], "fields": [*PLACES, "zoom_id", "forget_zoom_id"]},
        ),
    ]
    inlines = [AdjustmentInline]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Meeting]:
        # Of an erased meeting nothing is left that staff could look at or change.
        kept: models.QuerySet[Meeting] = super().get_queryset(request).filter(erasure=None)
        return kept

    def get_fieldsets(self, request: HttpRequest, obj: Meeting | None = None) -> Any:
        fieldsets = self._by_stage(obj)
        first, *others = fieldsets
        # One more question only where there is something to choose.
        chosen = [
            name
            for name, model in (("community", Community), ("firm", Firm), ("provider", Provider))
            if model._default_manager.exists()
        ]
        if chosen:
            return [first, (_("For whom"), {"fields": chosen}), *others]
        return fieldsets

    def _by_stage(self, obj: Meeting | None) -> list[Any]:
        if obj is None:
            # The type says how people join it; the next screen shows and changes that.
            return [self.fieldsets[0], (_("More"), {**MORE, "fields": [*PLACES, "zoom_id"]})]
        if has_begun(obj):
            return [*self.fieldsets[:2], (_("More"), {**MORE, "fields": [*PLACES, "has_id"]})]
        if obj.zoom_meeting_id_encrypted:
            return [*self.fieldsets]
        return [*self.fieldsets[:2], (_("More"), {**MORE, "fields": [*PLACES, "zoom_id"]})]

    def get_readonly_fields(self, request: HttpRequest, obj: Meeting | None = None) -> list[str]:
        if has_begun(obj):
            # What was said about it stands; readers look it up for years.
            return [*flatten_fieldsets(self.get_fieldsets(request, obj))]
        # A date that was announced changes only by "move", which keeps the old one visible.
        return ["starts_at", "ends_at"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Meeting | None = None) -> bool:
        # Its code may be on paper already and must lead somewhere for ever: cancelling says so.
        return False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "firm":
            kwargs["empty_label"] = Organisation.objects.current().name
        if db_field.name == "provider":
            kwargs["empty_label"] = "Zoom"
        if db_field.name == "community":
            kwargs["queryset"] = Community.objects.managed().named()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_inlines(self, request: HttpRequest, obj: Meeting | None) -> list[Any]:
        return [AdjustmentInline] if obj else []

    def save_model(self, request: HttpRequest, obj: Meeting, form: Any, change: bool) -> None:
        if change and has_begun(obj):
            if form.changed_data or column("title") in request.POST:
                messages.error(request, BEGUN)
            return
        if change:
            planning.change(obj, form.changed_data)
        else:
            planning.enter(obj)

    def response_add(
        self, request: HttpRequest, obj: Meeting, post_url_continue: str | None = None
    ) -> HttpResponse:
        if "_addanother" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        messages.success(request, _("The meeting is entered. Now create the invitation."))
        return act_pages.to_meeting(obj)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        try:
            with transaction.atomic():
                if object_id and request.method == "POST":
                    # Before the form reads it: what others did meanwhile must not be undone.
                    planning.lock(unquote(object_id))
                return super().changeform_view(request, object_id, *args, **kwargs)
        except (planning.HasBegun, FrozenRow, IntegrityError):
            # The meeting began while the form was open.
            messages.error(request, BEGUN)
            return HttpResponseRedirect(request.path)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for adjustment in formset.save(commit=False):
            if adjustment._state.adding:
                adjustment.recorded_by = request.user
                adjustment.save()
        # What waits is not done: the log of changes reads these lists.
        formset.changed_objects = [
            (row, names) for row, names in formset.changed_objects if self._change(request, row)
        ]
        gone = formset.deleted_objects
        formset.deleted_objects = [row for row in gone if self._change(request, row, gone=True)]
        formset.save_m2m()

    def _change(self, request: HttpRequest, row: Adjustment, *, gone: bool = False) -> bool:
        """Change what is weaker, or take it away; less weak only with two people."""
        stored = Adjustment.objects.get(pk=row.pk)
        before = proposing.values_of(stored, WHAT_COUNTS)
        after = {} if gone else proposing.values_of(row, WHAT_COUNTS)
        # Off is the weakest, so only another safeguard could be meant with it.
        weaker = {**before, "value": Promise.Value.OFF}
        is_better = after not in (before, weaker)
        by = cast("User", request.user)
        if is_better and settings.FOUR_EYES:
            # The meeting's own words are erased with it, so they are in no proposal.
            proposing.propose(stored, before, after, by=by)
            messages.warning(request, WAITS)
            row.safeguard_id, row.value = stored.safeguard_id, stored.value
            row.save()
            return False
        if is_better:
            proposing.keep_decided(stored, before, after, by=by)
        if gone:
            row.delete()
        else:
            row.save()
        return True

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
        return [
            *act_pages.urls(self),
            *invitation_pages.urls(self.admin_site),
            *super().get_urls(),
        ]

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
        own = meeting_settings.at_moment(findings, now)
    else:
        own = meeting_settings.during(findings, meeting.starts_at, meeting.ends_at)
    adjustments = list(meeting.adjustments.select_related("safeguard"))
    keys = [one.safeguard.key for one in adjustments]
    return {
        "has_begun": meeting.has_begun(now),
        "editions_at_start": editions_at_start(meeting, now),
        "basis_warnings": [*warnings(meeting, now), *_against_minutes(meeting, now)],
        "adjustments": adjustments,
        "own": own,
        "own_deviations": meeting_settings.sentences(own, keys, past=meeting.ends_at <= now),
    }


def _against_minutes(meeting: Meeting, now: datetime) -> list[Any]:
    """Warn where the settings changed since the minutes were announced."""
    minutes = Minutes.objects.filter(meeting=meeting).first()
    wrong = None if meeting.has_begun(now) else recording.disagreement(meeting, minutes)
    return [minutes_page.SENTENCES[wrong]] if wrong else []
