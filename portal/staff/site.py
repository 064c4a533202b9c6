"""The staff pages as one site: dashboard and the tasks that span apps.

Registers nothing: Django loads this module to make the site that all registrations go to.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notices.firm.models import Organisation
from notices.invitations.incidents.page import incident_page
from notices.safeguards import deviations_page, new_settings_page
from notices.safeguards.zoom import connect_page
from portal.accounts.guard import CLEARED, ending_sessions, guarded
from portal.accounts.views import braking

from . import embed_page, evidence_page, preview, report, short_links_page
from .digest.page import notifications
from .finding.search_page import search_page
from .finding.texts_page import texts
from .letters.page import letter_page
from .setting_up.doors import doors as doors_of_setting_up
from .start.dashboard import dashboard
from .translating.doors import doors as doors_of_translating
from .unsent import keeping
from .unsent.page import keeping_what_was_typed, unsent


class PortalAdminSite(admin.AdminSite):
    site_header = _("Office")
    site_title = _("Office")
    index_title = _("What is there to do?")
    enable_nav_sidebar = False

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        page = keeping_what_was_typed(super().admin_view(guarded(view), cacheable))
        return ending_sessions(page)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context = super().each_context(request)
        if context["has_permission"]:
            context["profile_is_sample"] = Organisation.objects.current().is_sample
            until = getattr(request, "second_factor_until", None)
            context["second_factor_until"] = until
            context["second_factor_over"] = until is not None and until <= timezone.now()
            context["opened_by"] = keeping.mark_of(request.user)
            context["too_large_words"] = _(
                "This is too large to be saved: at most 2 MB of text, and 5 MB for a file. "
                "Everything you typed is still here."
            )
        return context

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        response = super().logout(request, extra_context)
        response.headers["Clear-Site-Data"] = CLEARED
        return response

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        return braking(super().password_change)(request, extra_context)

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        apps = self.get_app_list(request)
        context = {**dashboard(request.user), "app_list": apps, **(extra_context or {})}
        return super().index(request, context)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [
            path("vorschau/", self._page(preview.preview), name="preview"),
            path("einstellung-geaendert/", self._page(report.report), name="report"),
            path("abweichungen/", self._page(deviations_page.deviation_list), name="deviations"),
            path(
                "neue-einstellungen/",
                self._page(new_settings_page.new_settings_page),
                name="new-settings",
            ),
            path("abweichungen/<int:pk>/", self._page(incident_page), name="incident"),
            path("meldungen/<int:pk>/", self._page(report.decide), name="report-decide"),
            path(
                "meldungen/<int:pk>/zuruecknehmen/",
                self._page(report.take_back),
                name="report-take-back",
            ),
            path("versprechen/<int:pk>/", self._page(report.lift), name="promise-lift"),
            path("nachweise/<slug:sha256>/", self._page(report.evidence_file), name="evidence"),
            path("nachweis/", self._page(evidence_page.export_page), name="export"),
            path("zoom/", self._page(connect_page.connect_page), name="zoom"),
            path("kurzlinks/", self._page(short_links_page.short_links), name="short-links"),
            path(
                "kurzlinks/<slug:letter>/qr.<slug:kind>",
                self._page(short_links_page.qr_file),
                name="short-link-qr",
            ),
            path(
                "kurzlinks/<slug:letter>/blatt/",
                self._page(short_links_page.sheet),
                name="short-link-sheet",
            ),
            path(
                "kurzlinks/<slug:letter>/blatt.pdf",
                self._page(short_links_page.sheet_as_pdf),
                name="short-link-sheet-pdf",
            ),
            path("noch-da/<slug:token>/", self._page(unsent), name="unsent"),
            path("benachrichtigungen/", self._page(notifications), name="notifications"),
            *doors_of_setting_up(self._page),
            *doors_of_translating(self._page),
            path("texte/", self._page(texts), name="texts"),
            path("suche/", self._page(search_page), name="search"),
            path("brief-einlesen/", self._page(letter_page), name="letter"),
            path("einbetten/", self._page(embed_page.embed_page), name="embed"),
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
