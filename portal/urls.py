"""Every public door on one screen: start reading here."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path, re_path, register_converter
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from notices.editions import views as editions
from notices.invitations import views as invitations
from notices.safeguards import views as safeguards

from .converters import IsoDate, WrongDate
from .pages import api, archive, feeds, home, logos, short_links, well_known
from .pages.sitemaps import SITEMAPS
from .serving import health, metrics

register_converter(IsoDate, "isodate")
register_converter(WrongDate, "wrongdate")

# What people and mail programs append to a short link: sentence marks, closing quotes and
# brackets, blanks of any width.
END = r"/?[^\w/]*"

handler404 = "portal.serving.errors.page_not_found"
handler500 = "portal.serving.errors.server_error"

urlpatterns = [
    path("", short_links.choose_language, name="choose-language"),
    # Short links for paper: typed or scanned in either case, with or without the final slash,
    # they lead on in one step. `reverse()` takes the first of each pair.
    re_path(rf"^[sS]{END}$", short_links.short_safeguards, name="short-safeguards"),
    re_path(rf"^[hH]{END}$", short_links.short_notice, name="short-notice"),
    re_path(rf"^[tT]/(?P<code>[^/]+){END}$", invitations.short_meeting, name="short-meeting"),
    path("logo/<str:name>", logos.logo, name="logo"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("robots.txt", well_known.robots, name="robots"),
    path("sitemap.xml", require_safe(sitemap), {"sitemaps": SITEMAPS}, name="sitemap"),
    path(".well-known/security.txt", well_known.security_txt, name="security-txt"),
    path("api/safeguards.json", api.safeguards, name="api-safeguards"),
    path("api/openapi.json", api.description, name="api-description"),
    path("hooks/zoom/", safeguards.zoom_webhook, name="zoom-webhook"),
    # Before the admin, whose own page to sign in it replaces.
    path("admin/", include("portal.accounts.urls")),
    path("admin/", admin.site.urls),
]

urlpatterns += i18n_patterns(
    path("", home.home, name="page-home"),
    path(_("safeguards/"), include("notices.safeguards.urls")),
    path(_("notices/"), include("notices.editions.urls")),
    path(_("questions/"), include("notices.faq.urls")),
    path(_("meetings/"), include("notices.invitations.urls")),
    path(_("archive/"), archive.archive_list, name="archive-list"),
    path(_("archive/<isodate:day>/"), archive.archive_day, name="archive-day"),
    path(_("archive/<isodate:day>.pdf"), archive.archive_pdf, name="archive-pdf"),
    path(_("archive/<wrongdate:text>/"), archive.archive_no_day, name="archive-no-day"),
    path(_("changes.atom"), feeds.changes, name="feed-changes"),
    path(_("changes.ics"), feeds.changes_calendar, name="calendar-changes"),
    path(_("contact/"), home.contact, name="page-contact"),
    path(_("easy/"), editions.single_notice, {"kind": "easy"}, name="page-easy"),
    path(_("imprint/"), editions.single_notice, {"kind": "imprint"}, name="page-imprint"),
    path(
        _("privacy/"),
        editions.single_notice,
        {"kind": "website_privacy"},
        name="page-website-privacy",
    ),
    path(
        _("accessibility/"),
        editions.single_notice,
        {"kind": "accessibility"},
        name="page-accessibility",
    ),
    prefix_default_language=True,
)
