"""What we say, and what we said: notices, their editions, and how two of them differ."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from notices.firm import days
from notices.firm.languages import (
    CODES,
    column,
    current,
    in_each,
    localised,
    localised_by,
    page_name,
    slug_alternates,
    texts_of,
)
from notices.firm.models import Organisation
from notices.firm.old_slugs import current_for
from notices.firm.words.rights import rights
from notices.lib import markdown
from notices.lib.markdown.reading import outline
from notices.safeguards.board import timelines
from notices.safeguards.board.now import answers_at
from notices.safeguards.board.timelines import Board

from .models import Edition, Notice
from .pages import pdf
from .pages.compare_form import chosen, compare_form
from .pages.compare_form import names as compare_names
from .pages.comparing import compare_editions
from .pages.history import (
    History,
    exact_edition,
    history_of,
    redactions_of,
    shown_edition,
)
from .pages.listing import listed_notices
from .pages.preview_links import Outdated, read_token
from .review.translation_state import note_for
from .validity import fallen_by, standing

# What a page is called while nothing of it is published.
SINGLE_TITLES: dict[str, Promise] = {
    Notice.Kind.IMPRINT: _("Imprint"),
    Notice.Kind.WEBSITE_PRIVACY: _("Privacy of this website"),
    Notice.Kind.ACCESSIBILITY: _("Accessibility"),
    Notice.Kind.EASY: _("Simply explained"),
}

# Which page of the history, in the words of each language.


@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    entries = listed_notices(days.now())
    context = {"section": "notices", "entries": entries}
    return render(request, "editions/notice_list.html", context)


@require_safe
def notice_detail(request: HttpRequest, slug: str) -> HttpResponse:
    notice = _notice_once_at(slug)
    history = _shown_history(notice)
    if notice.is_single or slug != notice.slug:
        return redirect(notice, permanent=True)
    context = {
        "section": "notices",
        "title": localised(notice, "title"),
        "alternates": slug_alternates("notice-detail", notice),
        **_about(history.in_force, history),
    }
    return render(request, "editions/notice_detail.html", context)


@require_safe
def edition_detail(request: HttpRequest, slug: str, label: str) -> HttpResponse:
    notice = _notice_once_at(slug)
    history = _shown_history(notice)
    edition = shown_edition(notice, label, history.moment)
    if edition is None:
        raise Http404
    if slug != notice.slug:
        return redirect("edition-detail", slug=notice.slug, label=label, permanent=True)
    context = {
        **_about(edition, history),
        "section": "notices",
        "ending": history.ending(edition),
        "redactions": redactions_of(edition),
        "alternates": slug_alternates("edition-detail", notice, label=label),
    }
    return render(request, "editions/edition_detail.html", context)


@require_safe
def edition_history(request: HttpRequest, slug: str) -> HttpResponse:
    """Show all editions of a notice, some on each page, and a form to compare any two."""
    notice = _notice_once_at(slug)
    history = _shown_history(notice)
    if slug != notice.slug:
        return redirect("edition-history", slug=notice.slug, permanent=True)
    number = _page_number(request.GET)
    page = history.page(number) if number else None
    if page is None:
        raise Http404
    context = {
        "section": "notices",
        "title": localised(notice, "title"),
        "history": history,
        "page": page,
        "held": {one.edition.pk: one for one in history.held_by(page)},
        "documents": pdf.sizes([event.edition for event in page.events]),
        "page_name": page_name(),
        "form": compare_form(history, {}),
        "alternates": slug_alternates("edition-history", notice),
    }
    return render(request, "editions/edition_history.html", context)


@require_safe
def edition_choose(request: HttpRequest, slug: str) -> HttpResponse:
    """Lead to the comparison that was asked for, or say why there is none."""
    notice = _notice_once_at(slug)
    history = _shown_history(notice)
    if slug != notice.slug:
        return redirect("edition-choose", slug=notice.slug, permanent=True)
    form = compare_form(history, request.GET)
    found = chosen(history, form) if form.is_submitted else None
    if found:
        old, new = found
        parts = {"slug": notice.slug, "label": new.label, "other": old.label}
        return redirect(reverse("edition-compare", kwargs=parts) + form.view_query)
    context = {
        "section": "notices",
        "title": localised(notice, "title"),
        "history": history,
        "form": form,
        "problem": form.problem,
        "alternates": slug_alternates("edition-choose", notice),
    }
    status = 422 if form.is_submitted else 200
    return render(request, "editions/edition_choose.html", context, status=status)


@require_safe
def edition_compare(request: HttpRequest, slug: str, label: str, other: str) -> HttpResponse:
    """Show how edition `other` became edition `label`."""
    notice = _notice_once_at(slug)
    now = days.now()
    new, old = exact_edition(notice, label, now), exact_edition(notice, other, now)
    if new is None or old is None or new.pk == old.pk:
        raise Http404
    parts = {"label": label, "other": other}
    if slug != notice.slug:
        return redirect("edition-compare", slug=notice.slug, permanent=True, **parts)
    language = current()
    older, newer, _view = compare_names()
    chosen_now = {older: other, newer: label}
    views = [names[2] for names in in_each(compare_names).values()]
    view = {name: request.GET[name] for name in views if name in request.GET}
    history = history_of(notice, now)
    form = compare_form(history, {**chosen_now, **view})
    turned = {"slug": notice.slug, "label": other, "other": label}
    fallen = fallen_by((old, new), days.day_of(now))
    context = {
        "section": "notices",
        "comparison": compare_editions(old, new, language),
        "fallen_parts": [(one, fallen[one.pk]) for one in (old, new) if fallen[one.pk]],
        "history": history,
        "form": form,
        "turned_address": reverse("edition-compare", kwargs=turned) + form.view_query,
        "other_view_address": request.path if form.is_side_by_side else form.side_by_side_query,
        "title": localised(new, "title"),
        "alternates": slug_alternates("edition-compare", notice, **parts),
    }
    return render(request, "editions/edition_compare.html", context)


@require_safe
def edition_pdf(request: HttpRequest, slug: str, label: str) -> HttpResponse:
    """Answer with the document that was made when this edition or correction was published."""
    notice = _notice_once_at(slug)
    edition = exact_edition(notice, label, days.now())
    if slug != notice.slug:
        return redirect("edition-pdf", slug=notice.slug, label=label, permanent=True)
    document = pdf.document_of(edition, translation.get_language()) if edition else None
    if edition is None or document is None:
        raise Http404
    response = HttpResponse(bytes(document.content), content_type="application/pdf")
    file_name = f"{notice.slug}-{edition.label}.pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{file_name}"'
    response.headers["Content-Language"] = document.language
    response.headers["ETag"] = f'"{document.sha256}"'
    return response


@require_safe
def single_notice(request: HttpRequest, kind: str) -> HttpResponse:
    """Show the one notice of a kind that has an address of its own."""
    notice = Notice.objects.filter(kind=kind).first() or Notice(kind=kind)
    history = history_of(notice, days.now()) if notice.pk else None
    edition = history.in_force if history else None
    known = timelines.load_now() if kind == Notice.Kind.EASY else None
    context = {
        "is_imprint": kind == Notice.Kind.IMPRINT,
        "is_website_privacy": kind == Notice.Kind.WEBSITE_PRIVACY,
        "title": SINGLE_TITLES[kind],
        "answers": answers_at(known.of(), days.now()) if known else [],
        **_about(edition, history, known),
    }
    return render(request, "editions/single_notice.html", context)


def _notice_once_at(slug: str) -> Notice:
    """Return the notice that has or had this address, in this language or the other."""
    active = current()
    for language in (active, *(other for other in CODES if other != active)):
        notice = Notice.objects.filter(**{column("slug", language): slug}).first()
        if notice is None and (former := current_for(Notice.slug_kind, language, slug)):
            notice = Notice.objects.filter(pk=former).first()
        if notice:
            return notice
    raise Http404


def _page_number(query: Mapping[str, str]) -> int | None:
    """Return the page that was asked for, the first by default, None for what is no number."""
    for name in in_each(page_name).values():
        if name in query:
            value = query[name]
            return int(value) if re.fullmatch(r"[1-9]\d{0,5}", value, re.ASCII) else None
    return 1


def _shown_history(notice: Notice) -> History:
    """Return the history of a notice; one that readers never saw does not exist for them."""
    history = history_of(notice, days.now())
    if not history.editions:
        raise Http404
    return history


def _about(
    edition: Edition | None, history: History | None, known: Board | None = None
) -> dict[str, Any]:
    """Return what every page of an edition shows around its text."""
    organisation = Organisation.objects.current()
    context: dict[str, Any] = {
        "organisation": organisation,
        "rights": rights(organisation),
        "history": history,
        "edition": edition,
        "ending": None,
    }
    if edition and history:
        text = localised_by(edition.html_in)
        known_fallen = fallen_by([edition], days.day_of(history.moment))
        context |= {
            "title": localised(edition, "title"),
            "text": text,
            "short": localised_by(edition.summary_html_in),
            "toc": [heading for heading in outline(text.text) if heading.level == 2],
            "previous": history.before(edition),
            "document": pdf.sizes([edition], known_fallen).get(edition.pk),
            "translation_note": note_for(edition, text.language),
            "standing": standing(
                edition, organisation, history.moment, known, known_fallen[edition.pk]
            ),
        }
    return context


@require_safe
def edition_preview(request: HttpRequest, token: str) -> HttpResponse:
    """Show a draft to whoever holds the signed link; 410 once it is old, 404 if it is forged."""
    try:
        edition = read_token(token)
    except Outdated:
        edition, status = None, 410
    else:
        status = 200 if edition else 404
    texts = {
        language: markdown.render(text, language)
        for language, text in (texts_of(edition, "text") if edition else {}).items()
    }
    # The address is the key: it is neither kept, listed nor passed on.
    headers = {
        "Cache-Control": "private, no-store",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
    }
    context = {"edition": edition, "texts": texts, "alternates": {}}
    page = render(request, "editions/edition_preview.html", context, status=status)
    for name, value in headers.items():
        page[name] = value
    return page
