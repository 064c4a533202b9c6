"""What we say, and what we said: notices, their editions, and how two of them differ."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from notices.firm.languages import PRIMARY, localised, slug_alternates
from notices.firm.models import Organisation
from notices.firm.rights import rights
from notices.firm.slugs import LANGUAGES, current_for
from notices.lib import markdown
from notices.lib.markdown_reading import outline
from notices.safeguards import board
from notices.safeguards.board import Board

from . import pdf
from .choosing import FIELDS, chosen, compare_form
from .comparing import compare_editions
from .english import english_note
from .history import History, exact_edition, history_of, listed_notices, shown_edition
from .models import Edition, Notice
from .previewing import Outdated, read_token
from .standing import standing

# What a page is called while nothing of it is published.
SINGLE_TITLES: dict[str, Promise] = {
    Notice.Kind.IMPRINT: _("Imprint"),
    Notice.Kind.WEBSITE_PRIVACY: _("Privacy of this website"),
    Notice.Kind.ACCESSIBILITY: _("Accessibility"),
    Notice.Kind.EASY: _("Simply explained"),
}

# Which page of the history, in the words of each language.
PAGE_NAMES = {"de": "seite", "en": "page"}
VIEW_NAMES = [names[2] for names in FIELDS.values()]


@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    entries = listed_notices(timezone.now())
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
        "section": "notices",
        "ended": history.ended(edition),
        "withdrawal": edition.withdrawal_by(history.moment),
        "redactions": edition.redactions.order_by("at"),
        "alternates": slug_alternates("edition-detail", notice, label=label),
        **_about(edition, history),
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
        "page_name": PAGE_NAMES[translation.get_language() or PRIMARY],
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
        view = f"?{form.names[2]}={form.side_by_side}" if form.is_side_by_side else ""
        return redirect(reverse("edition-compare", kwargs=parts) + view)
    context = {
        "section": "notices",
        "title": localised(notice, "title"),
        "history": history,
        "form": form,
        "is_same": bool(form.old) and form.old == form.new,
        "alternates": slug_alternates("edition-choose", notice),
    }
    status = 422 if form.is_submitted else 200
    return render(request, "editions/edition_choose.html", context, status=status)


@require_safe
def edition_compare(request: HttpRequest, slug: str, label: str, other: str) -> HttpResponse:
    """Show how edition `other` became edition `label`."""
    notice = _notice_once_at(slug)
    now = timezone.now()
    new, old = exact_edition(notice, label, now), exact_edition(notice, other, now)
    if new is None or old is None or new.pk == old.pk:
        raise Http404
    parts = {"label": label, "other": other}
    if slug != notice.slug:
        return redirect("edition-compare", slug=notice.slug, permanent=True, **parts)
    language = translation.get_language() or PRIMARY
    chosen_now = {FIELDS[language][0]: other, FIELDS[language][1]: label}
    view = {name: request.GET[name] for name in VIEW_NAMES if name in request.GET}
    history = history_of(notice, now)
    context = {
        "section": "notices",
        "comparison": compare_editions(old, new, language),
        "history": history,
        "form": compare_form(history, {**chosen_now, **view}),
        "title": localised(new, "title"),
        "alternates": slug_alternates("edition-compare", notice, **parts),
    }
    return render(request, "editions/edition_compare.html", context)


@require_safe
def edition_pdf(request: HttpRequest, slug: str, label: str) -> HttpResponse:
    """Answer with the document that was made when this edition or correction was published."""
    notice = _notice_once_at(slug)
    edition = exact_edition(notice, label, timezone.now())
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
    history = history_of(notice, timezone.now()) if notice.pk else None
    edition = history.in_force if history else None
    known = board.load() if kind == Notice.Kind.EASY else None
    context = {
        "kind": kind,
        "title": SINGLE_TITLES[kind],
        "answers": known.answers_at(timezone.now()) if known else [],
        **_about(edition, history, known),
    }
    return render(request, "editions/single_notice.html", context)


def _notice_once_at(slug: str) -> Notice:
    """Return the notice that has or had this address, in this language or the other."""
    active = translation.get_language() or PRIMARY
    for language in (active, *(other for other in LANGUAGES if other != active)):
        notice = Notice.objects.filter(**{f"slug_{language}": slug}).first()
        if notice is None and (former := current_for(Notice.slug_kind, language, slug)):
            notice = Notice.objects.filter(pk=former).first()
        if notice:
            return notice
    raise Http404


def _page_number(query: Mapping[str, str]) -> int | None:
    """Return the page that was asked for, the first by default, None for what is no number."""
    for name in PAGE_NAMES.values():
        if name in query:
            value = query[name]
            return int(value) if re.fullmatch(r"[1-9]\d{0,5}", value, re.ASCII) else None
    return 1


def _shown_history(notice: Notice) -> History:
    """Return the history of a notice; one that readers never saw does not exist for them."""
    history = history_of(notice, timezone.now())
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
    }
    if edition and history:
        text = localised(edition, "html")
        context |= {
            "title": localised(edition, "title"),
            "text": text,
            "short": localised(edition, "summary_html"),
            "toc": [heading for heading in outline(text.text) if heading.level == 2],
            "previous": history.before(edition),
            "document": pdf.sizes([edition]).get(edition.pk),
            "english_note": english_note(edition) if text.language == "en" else None,
            "standing": standing(edition, organisation, history.moment, known),
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
        language: markdown.render(getattr(edition, f"text_{language}") or "", language)
        for language in ("de", "en")
        if edition
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
