from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from notices.firm.languages import columns
from notices.firm.proposals.proposal_admin import ProposingAdmin

from .. import drafting
from ..models import Edition, Notice
from ..review.samples import holds_left_over
from .act_pages import to_edition
from .filters import Review
from .forms import NoticeForm


class EditionInline(admin.TabularInline):  # type: ignore[type-arg]
    """The editions of a notice, each with a link."""

    model = Edition
    fields = ("status", "label", "in_force_from", "published_at")
    readonly_fields = fields
    template = "admin/_rows.html"
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("edition"))
    def label(self, edition: Edition) -> str:
        return edition.label or "–"


@admin.register(Notice)
class NoticeAdmin(ProposingAdmin):
    form = NoticeForm
    list_display = ["title", "kind", "review_due", "names_sample"]
    list_filter = [Review, "kind"]
    search_fields = [*columns("title"), "key"]
    fieldsets = [
        (
            None,
            {"fields": [columns("title"), "kind", "review_due"]},
        ),
        (
            _("What the text rests on"),
            {"classes": ["collapse"], "fields": ["safeguards", "foundations"]},
        ),
        (_("Address"), {"classes": ["collapse"], "fields": [columns("slug"), "key"]}),
    ]
    inlines = [EditionInline]
    second_person_for = (*columns("title"), "safeguards", "foundations")

    @admin.display(description=_("Sample"))
    def names_sample(self, notice: Notice) -> str:
        is_left = holds_left_over(notice, timezone.now())
        return str(_("still names the sample firm")) if is_left else "–"

    def get_readonly_fields(self, request: HttpRequest, obj: Notice | None = None) -> list[str]:
        return ["key", "kind"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.new_edition))
        return [
            path("<int:pk>/neue-fassung/", view, name="editions_notice_new_edition"),
            *super().get_urls(),
        ]

    def new_edition(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Begin a draft with the text of the newest edition, or go on with the open one."""
        if not request.user.has_perm("editions.add_edition"):
            raise PermissionDenied
        notice = get_object_or_404(Notice, pk=pk)
        try:
            draft = drafting.begin(notice, by=request.user)  # type: ignore[arg-type]
            messages.success(request, _("This is your draft. Nothing of it is public yet."))
        except drafting.DraftIsOpen as error:
            draft = error.draft
            messages.info(request, _("There is a draft already. Please go on working on it."))
        return to_edition(draft)
