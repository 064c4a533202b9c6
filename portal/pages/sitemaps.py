"""What search engines may list: every public page but meetings, past days and searches."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse

from notices.editions.models import Edition, Notice
from notices.faq.models import Question
from notices.firm import days


class PublicSitemap(Sitemap):  # type: ignore[type-arg]
    """List each page in all languages, each entry naming the others."""

    i18n = True
    alternates = True

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.BASE_URL).netloc or super().get_domain(site)

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.BASE_URL).scheme or super().get_protocol(protocol)


class PageSitemap(PublicSitemap):
    def items(self) -> list[str]:
        return [
            "page-home",
            "safeguard-list",
            "safeguard-label",
            "notice-list",
            "question-list",
            "meeting-find",
            "archive-list",
            "page-contact",
        ]

    def location(self, item: str) -> str:
        return reverse(item)


class NoticeSitemap(PublicSitemap):
    def items(self) -> QuerySet[Any]:
        editions = Edition.objects.public_at(days.now()).filter(notice=OuterRef("pk"))
        since = Subquery(editions.in_force_order().values("in_force_from")[:1])
        return Notice.objects.annotate(since=since).exclude(since=None).order_by("pk")

    def lastmod(self, item: Any) -> datetime:
        since: datetime = item.since
        return since


class QuestionSitemap(PublicSitemap):
    # No `lastmod`: the states under an answer change without the question.
    def items(self) -> QuerySet[Question]:
        return Question.objects.order_by("pk")


SITEMAPS = {"pages": PageSitemap, "notices": NoticeSitemap, "questions": QuestionSitemap}
