"""The staff pages as one site: dashboard and the tasks that span apps.

Registers nothing: Django loads this module to make the site that all registrations go to.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from notices.firm.models import Organisation

from . import connecting, deviations, preview, reporting
from .dashboard import dashboard
from .throttling import BrakedLoginForm


class PortalAdminSite(admin.AdminSite):
    site_header = _("Office")
    site_title = _("Office")
    index_title = _("What is there to do?")
    enable_nav_sidebar = False
    login_form = BrakedLoginForm

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context = super().each_context(request)
        if context["has_permission"]:
            context["profile_is_sample"] = Organisation.objects.current().is_sample
        return context

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        return super().index(request, {**dashboard(request.user), **(extra_context or {})})

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [
            path("vorschau/", self._page(preview.preview), name="preview"),
            path("einstellung-geaendert/", self._page(reporting.report), name="report"),
            path("meldungen/<int:pk>/", self._page(reporting.decide), name="report-decide"),
            path("nachweise/<slug:sha256>/", self._page(reporting.evidence_file), name="evidence"),
            path("abweichungen/", self._page(deviations.deviation_list), name="deviations"),
            path("zoom/", self._page(connecting.connect_page), name="zoom"),
            *super().get_urls(),
        ]

    def _page(self, view: Any) -> Any:
        """Let staff in and give the page what every staff page has around it."""

        def staff_page(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            response: HttpResponse = view(request, **kwargs)
            if hasattr(response, "context_data"):
                own = response.context_data or {}
                response.context_data = {**self.each_context(request), **own}
            return response

        return self.admin_view(staff_page)
