"""manage.py warm: make all public pages once, so that an outage finds them on disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand
from django.urls import reverse
from django.utils import translation

from portal.pages.sitemaps import SITEMAPS
from portal.serving.kept.page import Page
from portal.serving.page_cache import PageCache
from portal.setup.listen import Listening
from portal.wsgi import django_application

SINGLE = ("page-easy", "page-imprint", "page-website-privacy", "page-accessibility")


class Command(BaseCommand):
    help = "Make all public pages once and put them on disk; workers serve them in an outage."

    def handle(self, *args: Any, **options: Any) -> None:
        cache = PageCache(django_application)
        cache.site.look()
        made = sum(self._makes(cache, path) for path in dict.fromkeys(_paths()))
        cache.site.let_go()
        self.stdout.write(f"{made} pages are ready in {cache.files.folder}.")

    def _makes(self, cache: PageCache, path: str) -> bool:
        page = cache.ready((*_address(), path))
        if isinstance(page, Page):
            return True
        self.stderr.write(f"{path}: {page.line}")
        return False


def _address() -> tuple[str, str]:
    parts = urlsplit(settings.BASE_URL or Listening.from_environment(os.environ).url)
    return parts.scheme, parts.netloc


def _paths() -> Iterator[str]:
    yield from ("/api/safeguards.json", "/robots.txt", "/sitemap.xml")
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for sitemap in SITEMAPS.values():
                pages = sitemap()
                pages.i18n = False
                yield from (str(pages.location(item)) for item in pages.items())
            yield reverse("feed-changes")
            yield reverse("calendar-changes")
            yield from (reverse(name) for name in SINGLE)
