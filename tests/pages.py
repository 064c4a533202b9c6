"""Every public page by its URL name, on the starter content; the house rules visit them all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.http import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone, translation

from notices.editions.models import Notice
from notices.faq.models import Question
from notices.firm.days import day_of
from notices.firm.languages import CODES, localised
from notices.invitations.models import Meeting

LANGUAGES = CODES

# Doors that are no pages: redirects, files for machines, health.
NOT_PAGES = {
    "choose-language",
    "short-safeguards",
    "short-notice",
    "short-meeting",
    "logo",
    "healthz",
    "readyz",
    "metrics",
    "robots",
    "sitemap",
    "security-txt",
    "feed-changes",
    "calendar-changes",
    "api-safeguards",
    "api-description",
    "meeting-ics",
    "zoom-webhook",
    "edition-pdf",
    "archive-pdf",
    # A day that does not exist: the list with its error.
    "archive-no-day",
    "edition-preview",  # needs a signed link; tests/editions/test_preview_link.py visits it
}
# Doors that need a part of an address or an extra; their own tests visit them.
VISITED_ELSEWHERE = {"logo", "edition-pdf", "edition-preview", "archive-pdf", "archive-no-day"}
# The one public door that takes something in; its own tests say what it refuses.
POSTED_TO = {"zoom-webhook"}
PAGES = {
    "page-home",
    "safeguard-list",
    "safeguard-label",
    "notice-list",
    "notice-detail",
    "edition-detail",
    "edition-compare",
    "edition-history",
    "edition-choose",
    "question-list",
    "question-detail",
    "meeting-find",
    "meeting-detail",
    "archive-list",
    "archive-day",
    "page-contact",
    "page-easy",
    "page-imprint",
    "page-website-privacy",
    "page-accessibility",
}


def page_path(name: str, language: str) -> str:
    """Return the path of a page in one language, with sample parts from the starter content."""
    letter = Notice.objects.get(key="zoom-letter")
    question = Question.objects.get(key="no-account")
    meeting = Meeting.objects.filter(starts_at__gt=timezone.now()).get()
    # An address that is missing is borrowed, as pages do.
    notice_slug = {"slug": str(localised(letter, "slug", language))}
    kwargs: dict[str, dict[str, Any]] = {
        "notice-detail": notice_slug,
        "edition-detail": {**notice_slug, "label": "1"},
        "edition-compare": {**notice_slug, "label": "2", "other": "1"},
        "edition-history": notice_slug,
        "edition-choose": notice_slug,
        "question-detail": {"slug": str(localised(question, "slug", language))},
        "meeting-detail": {"code": meeting.code.lower()},
        "meeting-ics": {"code": meeting.code.lower()},
        "archive-day": {"day": day_of(timezone.now() - timedelta(days=14))},
    }
    with translation.override(language):
        return reverse(name, kwargs=kwargs.get(name))


def url_names(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[str]:
    """Yield the name of every pattern outside the admin, nested ones too."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if not str(pattern.pattern).startswith("admin/"):
                yield from url_names(pattern.url_patterns)
        elif pattern.name:
            yield pattern.name
        else:
            raise AssertionError(f"{pattern} has no name, so no rule can find it")


def all_url_names() -> set[str]:
    return set(url_names(get_resolver().url_patterns))


# Beside these no browser shows white space.
BLOCKS = (
    "html|head|body|title|meta|link|header|footer|nav|main|section|article|aside|div|p|ul|ol|li|dl"
    "|dt|dd|h1|h2|h3|h4|table|thead|tbody|tr|td|th|form|fieldset|legend|details|summary|br|button"
    "|option|textarea"
)


def html_of(response: HttpResponseBase) -> str:
    """Return a page in one line, without the white space that no browser shows."""
    html = re.sub(r"\s+", " ", getattr(response, "content", b"").decode())
    html = re.sub(r" (/?>)", r"\1", html)
    return re.sub(rf" ?(</?(?:{BLOCKS})\b[^>]*>) ?", r"\1", html)
