"""A search over everything that staff may see: words in, rows with their pages out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils import timezone

from notices.communities.models import Community
from notices.editions.models import Edition, Foundation, Notice
from notices.faq.models import Question, Synonyms, Topic
from notices.firm.languages import columns
from notices.firm.models import Firm, Organisation
from notices.invitations.models import Meeting, MeetingType
from notices.lib.folding import fold
from notices.safeguards.models import QuickAnswer, Safeguard, Wording

# So many meetings are looked through, the newest first; the list of meetings finds the others.
MEETINGS = 1000
MOST = 50
# How much stands around a hit.
AROUND = 60


@dataclass(frozen=True, slots=True)
class Hit:
    """One row that holds the words, where they stand, and its page."""

    kind: str
    name: str
    around: str
    address: str


PROFILE = (
    *("name", "legal_name", "street", "city", "phone", "email", "website"),
    *columns("service_name", "represented_by", "phone_hours"),
)
SEARCHED: Sequence[tuple[type[Model], Sequence[str]]] = (
    (Notice, columns("title")),
    (Edition, columns("title", "summary", "text", "change_note")),
    (Question, columns("question", "answer", "asked_as")),
    (Topic, columns("title")),
    (Safeguard, columns("name", "zoom_name")),
    (Wording, columns("text", "meaning")),
    (QuickAnswer, columns("question")),
    (Foundation, columns("name", "note")),
    (Meeting, (*columns("title", "place"), "code")),
    (MeetingType, columns("name", "rules")),
    (Community, ()),
    (Synonyms, ("words",)),
    (Organisation, (*PROFILE, "dpo_email", "dpo_address", "authority_name")),
    (Firm, PROFILE),
)


def search(words: str, user: User | AnonymousUser) -> Iterator[Hit]:
    """Yield the rows that hold all of `words`, of the kinds that `user` may see."""
    wanted = fold(words).split()
    if not wanted:
        return
    for model, names in SEARCHED:
        if not _may_see(model, user):
            continue
        for row in _rows(model):
            texts = [str(row), *(str(getattr(row, name) or "") for name in names)]
            folded = [fold(text) for text in texts]
            if all(any(word in text for text in folded) for word in wanted):
                yield _hit(row, texts, folded, wanted[0])


def _may_see(model: type[Model], user: User | AnonymousUser) -> bool:
    app, name = model._meta.app_label, model._meta.model_name
    return any(user.has_perm(f"{app}.{act}_{name}") for act in ("view", "change", "add"))


def _rows(model: type[Model]) -> QuerySet[Any] | list[Any]:
    rows: QuerySet[Any] = model._default_manager.all()
    if model is Edition:
        # Of each notice what readers see now, and what is being written.
        now = timezone.now()
        in_force = [notice.in_force_at(now) for notice in Notice.objects.all()]
        unpublished = rows.exclude(status=Edition.Status.PUBLISHED).select_related("notice")
        return [*filter(None, in_force), *unpublished]
    if model is Meeting:
        return Meeting.objects.filter(erasure=None).order_by("-starts_at")[:MEETINGS]
    if model is Wording:
        return _newest(rows.select_related("safeguard", "quick_answer"))
    return rows


def _newest(wordings: QuerySet[Wording]) -> list[Wording]:
    newest = {(one.safeguard_id, one.quick_answer_id, one.state): one for one in wordings}
    return list(newest.values())


def _hit(row: Model, texts: Sequence[str], folded: Sequence[str], word: str) -> Hit:
    page: Model = row
    if isinstance(row, Wording):
        # Texts are written at what they tell of.
        page = row.safeguard or row.quick_answer or row
    at = next((number for number, text in enumerate(folded) if word in text), 0)
    return Hit(
        str(row._meta.verbose_name),
        str(row),
        _around(texts[at], word),
        reverse(f"admin:{page._meta.app_label}_{page._meta.model_name}_change", args=[page.pk]),
    )


def _around(text: str, word: str) -> str:
    """Return whole words around the first hit; folding may move it by a few signs."""
    found = max(fold(text).find(word), 0)
    start, end = max(found - AROUND, 0), found + len(word) + AROUND
    # No word is cut, unless it is longer than all that is shown.
    start = text.find(" ", start, found) + 1 or start if start else 0
    end = max(text.rfind(" ", found + len(word), end), 0) or end if end < len(text) else end
    cut = " ".join(text[start:end].split())
    return f"{'… ' if start else ''}{cut}{' …' if end < len(text) else ''}"
