"""The page on which a firm's own letter is read; nothing is stored before its last button."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from notices.editions.drafting import DraftIsOpen
from notices.editions.models import Notice
from notices.editions.review import completeness
from notices.faq.claimed import Claimed, claimed_in
from notices.firm.languages import REQUIRED
from notices.lib.letters import Letter
from notices.safeguards.board import timelines
from notices.safeguards.board.now import rows_at
from notices.safeguards.board.words import state_word

from . import making
from .forms import TEXT, TITLE, DraftForm, LetterForm


@dataclass(frozen=True, slots=True)
class Proposal:
    """A safeguard that the letter seems to claim, where it does, and how that stands today."""

    claimed: Claimed
    state_word: str
    is_ticked: bool


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("editions.add_edition", raise_exception=True)
def letter_page(request: HttpRequest) -> HttpResponse:
    """Read a letter, show what becomes of it, and make a draft of it once somebody agrees."""
    if request.method == "POST" and TEXT in request.POST:
        return _draft(request)
    form = LetterForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return _shown(request, DraftForm(initial=_as_draft(form.letter)), form.letter.pictures)
    return _answer(request, {"form": form}, 200 if form.is_valid() or not form.errors else 422)


def _draft(request: HttpRequest) -> HttpResponse:
    if "_make" not in request.POST:
        typed = request.POST.dict() | {"safeguards": request.POST.getlist("safeguards")}
        return _shown(request, DraftForm(initial=typed), 0)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return _shown(request, form, 0)
    data, user = form.cleaned_data, request.user
    try:
        with transaction.atomic():
            draft = making.make_draft(data["notice"], data[TITLE], data[TEXT], by=user)  # type: ignore[arg-type]
            waits = making.tie(data["notice"], data["safeguards"], by=user)  # type: ignore[arg-type]
    except DraftIsOpen:
        form.add_error("notice", _("Somebody began a draft of this notice meanwhile."))
        return _shown(request, form, 0)
    messages.success(request, _("This is your draft. Nothing of it is public yet."))
    if waits:
        messages.info(request, _("What it claims is kept; a second person has to agree."))
    return HttpResponseRedirect(reverse("admin:editions_edition_change", args=[draft.pk]))


def _as_draft(letter: Letter) -> dict[str, str]:
    return {TITLE: letter.title, TEXT: letter.text}


def _shown(request: HttpRequest, form: DraftForm, pictures: int) -> HttpResponse:
    """Show the text, what it seems to claim and what it does not say."""
    text = str(form[TEXT].value() or "").replace("\r\n", "\n")
    ticked = {str(one) for one in form["safeguards"].value() or ()}
    proposals = _proposals(text, ticked)
    pictures_sentence = ngettext(
        "%(n)d picture was left out.", "%(n)d pictures were left out.", pictures
    ) % {"n": pictures}
    context = {
        "form": form,
        "text_field": form[TEXT],
        "title_field": form[TITLE],
        "likely": [one for one in proposals if one.claimed.is_likely],
        "unlikely": [one for one in proposals if not one.claimed.is_likely],
        "gaps": [gap.name for gap in completeness.gaps(Notice.Kind.PRIVACY, {REQUIRED: text})],
        "pictures_sentence": pictures_sentence if pictures else "",
    }
    return _answer(request, context, 422 if form.is_bound and form.errors else 200)


def _proposals(text: str, ticked: set[str]) -> list[Proposal]:
    rows = rows_at(timelines.load_now(), timezone.now(), listed=False)
    states = {row.safeguard.pk: state_word(row.state) for row in rows}
    return [
        Proposal(one, states.get(one.safeguard.pk, ""), str(one.safeguard.pk) in ticked)
        for one in claimed_in(text, REQUIRED)
    ]


def _answer(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
    title = _("Make a draft of our own letter")
    return TemplateResponse(
        request, "admin/letter.html", {"title": title, **context}, status=status
    )
