"""Today's answers, or the label, as a block of HTML for the firm's own site: a copy of a moment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from notices.firm.addresses import origin
from notices.firm.languages import CODES, chosen, current, name_of
from notices.firm.models import Organisation
from notices.safeguards.board import timelines
from notices.safeguards.board.now import answers_at, oldest_check, rows_at
from notices.safeguards.board.sentences import below
from notices.safeguards.board.timelines import Board
from notices.safeguards.glance.label import label
from notices.safeguards.states import State

# Edge, ground and ink per state: the tokens of portal.css, for a page that does not load it.
COLOURS = {
    State.ON: "border:2px solid #0f5a3c;background:#e2f1e7;color:#0f5a3c",
    State.EXCEPTION: "border:2px solid #753e00;background:#fbecd2;color:#753e00",
    State.OFF: "border:2px solid #8c1d18;background:#fbe5e2;color:#8c1d18",
}
UNSURE = "border:2px dashed #3b4a5e;background:#e6ebf2;color:#3b4a5e"
_TAG = re.compile(r"<[^>]+>")
_BETWEEN = re.compile(r"\n\s*")


# The block knows its language and no more: whoever wants several pastes several.
def block(language: str, site: str, now: datetime) -> str:
    """Return the block as of `now`; `site` is the scheme and host of the portal."""
    with translation.override(language):
        read = timelines.load_now().of()
        answers = answers_at(read, now)
        own = {
            "answers": [(one, COLOURS.get(one.state, UNSURE)) for one in answers],
            "below": below(answers),
            "checked_at": oldest_check(answers),
            "is_partly_german": any(
                text.is_missing
                for answer in answers
                for text in (answer.question, answer.text, answer.last_known)
                if text
            ),
        }
        return _html("embed/block.html", read, own, site, now)


def label_block(language: str, site: str, now: datetime) -> str:
    """Return the label as of `now`; each of its cells leads to its row on the portal."""
    with translation.override(language):
        read = timelines.load_now().of()
        groups = [
            (group.question, [(cell, COLOURS.get(cell.state, UNSURE)) for cell in group.cells])
            for group in label(rows_at(read, now))
        ]
        own = {
            "groups": groups,
            "is_partly_german": any(
                cell.name.is_missing for _name, of in groups for cell, _c in of
            ),
        }
        return _html("embed/label.html", read, own, site, now)


def _html(template: str, read: Board, own: Mapping[str, Any], site: str, now: datetime) -> str:
    html = render_to_string(
        template,
        {
            **own,
            "language": current(),
            "organisation": Organisation.objects.current(),
            "now": now,
            # From then on at least one state needs another check.
            "good_until": read.next_change(now),
            "page": site + reverse("safeguard-list"),
            "label_page": site + reverse("safeguard-label"),
        },
    )
    # A tag that the template spreads over lines is one line to whoever pastes it.
    whole = _TAG.sub(lambda tag: " ".join(tag[0].split()).replace(" >", ">"), html)
    return _BETWEEN.sub("\n", whole).strip() + "\n"


@require_safe
@permission_required("safeguards.view_safeguard", raise_exception=True)
def embed_page(request: HttpRequest) -> HttpResponse:
    """Show the block to copy, and the address of the same facts for machines."""
    language = chosen(request.GET.get("sprache"))
    page = reverse("admin:embed")
    return TemplateResponse(
        request,
        "admin/embed.html",
        {
            "title": _("For your own website"),
            "html": block(language, origin(request), timezone.now()),
            "label": label_block(language, origin(request), timezone.now()),
            "language": language,
            "choices": [(f"{page}?sprache={code}", name_of(code), code) for code in CODES],
            "json": origin(request) + reverse("api-safeguards"),
            "description": origin(request) + reverse("api-description"),
        },
    )
