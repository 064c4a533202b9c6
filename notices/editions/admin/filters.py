"""The lists to which the numbers of the first staff page lead."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..models import Edition, Notice


class Stand(admin.SimpleListFilter):
    """One's own drafts, and what comes into force by itself."""

    title = _("where it stands")
    parameter_name = "stand"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, Any]]:
        return [("own", _("my drafts")), ("scheduled", _("scheduled"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Edition]) -> QuerySet[Edition]:
        if self.value() == "own":
            me = Q(written_by=request.user) | Q(writers=request.user)
            return queryset.filter(me, status=Edition.Status.DRAFT).distinct()
        if self.value() == "scheduled":
            to_come = {"in_force_from__gt": timezone.now(), "withdrawal": None}
            return queryset.filter(status=Edition.Status.PUBLISHED, **to_come)
        return queryset


class Review(admin.SimpleListFilter):
    """Notices whose day to be read again has come."""

    title = _("next review due")
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, Any]]:
        return [("due", _("to be read again"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Notice]) -> QuerySet[Notice]:
        due = {"review_due__lte": timezone.localdate()} if self.value() == "due" else {}
        return queryset.filter(**due)
