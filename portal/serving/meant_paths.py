"""Where an address leads that is almost right: in capitals, with a comma, without a language."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, Resolver404, ResolverMatch, resolve, reverse
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from notices.editions.models import Notice
from notices.faq.models import Question
from notices.firm.languages import CODES
from notices.firm.old_slugs import current_for

APPENDED = re.compile(r"[^\w/]+/?$")
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
WITH_SLUGS: dict[str, type[Notice | Question]] = {"notice": Notice, "edition": Notice}
WITH_SLUGS |= {"question": Question}


def lead_on(request: HttpRequest) -> HttpResponse | None:
    """Return one redirect to the page that is meant, or None if there is none."""
    found = next(_found(request.path_info), None)
    if found is None:
        return None
    match, language, has_language = found
    wanted = language if has_language else asked_for(request) or language
    path = _path(match, language, wanted)
    if not path or path == request.path_info:
        return None
    query = request.META.get("QUERY_STRING")
    return HttpResponseRedirect(f"{path}?{query}" if query else path)


def asked_for(request: HttpRequest) -> str:
    """Return the first of our languages that the browser asks for; "" if it asks for none."""
    for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        try:
            return str(translation.get_supported_language_variant(code))
        except LookupError:
            continue
    return ""


def _found(path: str) -> Iterator[tuple[ResolverMatch, str, bool]]:
    """Yield the pages that `path` may mean, with their language and whether `path` names it."""
    for spelling in dict.fromkeys([path, path.lower(), APPENDED.sub("", path.lower())]):
        first, _slash, rest = spelling.lstrip("/").partition("/")
        has_language = first in CODES
        for language in [first] if has_language else LANGUAGES:
            place = rest if has_language else spelling.lstrip("/")
            for end in ("", "/"):
                try:
                    with translation.override(language):
                        match = resolve(f"/{language}/{place.rstrip('/') if end else place}{end}")
                except (Resolver404, ValueError):
                    continue
                if match.url_name and (has_language or place):
                    yield match, language, has_language


def _path(match: ResolverMatch, language: str, wanted: str) -> str:
    kwargs = dict(match.kwargs)
    model = WITH_SLUGS.get((match.url_name or "").partition("-")[0])
    if model and "slug" in kwargs:
        row = _row(model, language, kwargs["slug"])
        if row is None:
            return ""
        kwargs["slug"] = getattr(row, f"slug_{wanted}")
    try:
        with translation.override(wanted):
            return reverse(match.url_name or "", args=match.args, kwargs=kwargs)
    except NoReverseMatch:
        return ""


def _row(model: type[Notice | Question], language: str, slug: str) -> Notice | Question | None:
    rows = model._default_manager
    current = rows.filter(**{f"slug_{language}": slug}).first()
    if current:
        return current
    renamed = current_for(model.slug_kind, language, slug)
    return rows.filter(pk=renamed).first() if renamed else None
