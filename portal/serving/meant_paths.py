"""Where an address leads that is almost right: in capitals, with a comma, without a language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from django.conf import settings
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.urls import NoReverseMatch, Resolver404, ResolverMatch, resolve, reverse
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from notices.editions.models import Edition, Notice
from notices.editions.pages.listing import notice_page
from notices.faq.models import Question
from notices.firm import days
from notices.firm.languages import CODES
from notices.firm.old_slugs import current_for
from notices.invitations.handouts import doors
from notices.lib.appended import LONGEST, parts_of

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
WITH_SLUGS: dict[str, type[Notice | Question]] = {"notice": Notice, "edition": Notice}
WITH_SLUGS |= {"question": Question}
# `de-DE` or `en_gb` where the language stands.
REGIONAL = re.compile(r"[a-z]{2,3}[-_][a-z]{2,4}")


def lead_on(request: HttpRequest) -> HttpResponse | None:
    """Return one redirect to the page that is meant, or None if there is none."""
    if len(request.path_info) > LONGEST:
        return None
    parts = parts_of(request.path_info)
    named = _language(parts[0]) if parts else ""
    found = _paths(parts[1:] if named else parts, named, asked_for(request))
    path = next(filter(None, found), "")
    if not path or path == request.path_info:
        return None
    query = request.META.get("QUERY_STRING")
    # Only what is an address as it stands, with words of another language, has moved for good.
    has_moved = bool(named) and parts == request.path_info.strip("/").split("/")
    redirect = HttpResponsePermanentRedirect if has_moved else HttpResponseRedirect
    return redirect(f"{path}?{query}" if query else path)


def asked_for(request: HttpRequest) -> str:
    """Return the first of our languages that the browser asks for; "" if it asks for none."""
    for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if language := _supported(code):
            return language
    return ""


def _language(part: str) -> str:
    """Return the language that the first part of a path names; "" if it names none."""
    if part in CODES:
        return part
    return _supported(part.replace("_", "-")) if REGIONAL.fullmatch(part) else ""


def _supported(code: str) -> str:
    try:
        return str(translation.get_supported_language_variant(code))
    except LookupError:
        return ""


def _paths(parts: list[str], named: str, asked: str) -> Iterator[str]:
    """Yield where `parts`, the address behind its language, may lead, the likeliest first."""
    with translation.override(named or asked or LANGUAGES[0]):
        yield from _doors(parts)
    # The words may be those of another language than the one that is named.
    for language in sorted(LANGUAGES, key=lambda code: code != named):
        for end in ("/", ""):
            try:
                with translation.override(language):
                    match = resolve(f"/{language}/{'/'.join(parts)}{end}")
            except (Resolver404, ValueError):
                continue
            if match.url_name and parts:
                with translation.override(named or asked or language):
                    yield _path(match, language)


def _doors(parts: list[str]) -> Iterator[str]:
    """Yield where the short doors on paper lead, and the start page, in the active language."""
    if not parts:
        yield reverse("page-home")
    if parts == ["s"]:
        yield reverse("safeguard-list")
    if parts == ["h"]:
        yield notice_page()
    # The code with its door, run together with it, cut in two, or alone.
    whole = "".join(parts)
    for typed in (whole, whole.removeprefix("t")):
        yield doors.leads_to(typed) or ""


def _path(match: ResolverMatch, language: str) -> str:
    """Return the address of the page in the active language; "" if there is none."""
    name, kwargs = match.url_name or "", dict(match.kwargs)
    model = WITH_SLUGS.get(name.partition("-")[0])
    if model and "slug" in kwargs:
        row = _row(model, language, kwargs["slug"])
        if row is None or not _is_public(row):
            return ""
        kwargs["slug"] = getattr(row, f"slug_{translation.get_language()}")
    if name == "meeting-detail" and (led := doors.leads_to(kwargs["code"])):
        return led
    if name == "archive-no-day" and (day := _day(kwargs["text"])):
        name, kwargs = "archive-day", {"day": day}
    try:
        return reverse(name, args=match.args, kwargs=kwargs)
    except NoReverseMatch:
        return ""


def _is_public(row: Notice | Question) -> bool:
    """A notice that readers never saw gives away nothing, its address neither."""
    if isinstance(row, Question):
        return True
    return bool(Edition.objects.public_at(days.now()).filter(notice=row).exists())


def _day(text: str) -> date | None:
    try:
        return date(*(int(number) for number in text.split("-")))
    except ValueError:
        return None


def _row(model: type[Notice | Question], language: str, slug: str) -> Notice | Question | None:
    """Return the row that has or had `slug`, in `language` rather than in another one."""
    rows = model._default_manager
    for code in sorted(LANGUAGES, key=lambda other: other != language):
        current = rows.filter(**{f"slug_{code}": slug}).first()
        renamed = None if current else current_for(model.slug_kind, code, slug)
        found = current or (rows.filter(pk=renamed).first() if renamed else None)
        if found:
            return found
    return None
