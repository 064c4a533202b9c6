"""What a search can find: the texts of questions, safeguards and editions, read from their rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from notices.editions.models import Edition, EditionHtml, Notice
from notices.firm.languages import column
from notices.lib.markdown.reading import outline, plain_text
from notices.safeguards.models import Safeguard, Wording
from notices.safeguards.states import WORDED

from .models import Question

# The variant of a safeguard in a state without words of its own.
NO_WORDING = "name"
FOR_EVER = timedelta(days=365 * 200)


class Kind(models.TextChoices):
    QUESTION = "question", _("question")
    SAFEGUARD = "safeguard", _("safeguard")
    NOTICE = "notice", _("notice")


class Raw(NamedTuple):
    """The columns of one thing as they were read; equal ones need no second look."""

    kind: str
    object_id: int
    place: str
    columns: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """What a search can find of one thing in one language: each way to ask for it, and its text."""

    kind: str
    object_id: int
    place: str
    variant: str
    language: str
    ways: tuple[str, ...]
    body: str
    valid_from: datetime | None = None
    valid_until: datetime | None = None


def all_raw(language: str, now: datetime) -> Iterator[Raw]:
    """Yield the columns of everything that a search in `language` can find."""
    yield from _questions(language)
    yield from _safeguards(language)
    yield from _notices(language, now)


def documents(raw: Raw, language: str) -> list[Document]:
    """Return what can be found of one thing: one document for each state that has its words."""
    of_kind = {Kind.QUESTION: _of_question, Kind.SAFEGUARD: _of_safeguard, Kind.NOTICE: _of_notice}
    return list(of_kind[Kind(raw.kind)](raw, language))


def _columns(language: str, *fields: str) -> list[str]:
    return [column(field, language) for field in fields]


def _questions(language: str) -> Iterator[Raw]:
    fields = _columns(language, "question", "answer_html", "asked_as")
    for pk, key, *columns in Question.objects.order_by("pk").values_list("pk", "key", *fields):
        yield Raw(Kind.QUESTION, pk, key, tuple(columns))


def _of_question(raw: Raw, language: str) -> Iterator[Document]:
    title, html, asked_as = raw.columns
    if title or html:
        lines = (line for line in (asked_as or "").split("\n") if line.strip())
        yield Document(*raw[:3], "", language, (title or "", *lines), _text(html or ""))


def _safeguards(language: str) -> Iterator[Raw]:
    newer = Wording.objects.filter(
        Q(recorded_at__gt=OuterRef("recorded_at"))
        | Q(recorded_at=OuterRef("recorded_at"), pk__gt=OuterRef("pk")),
        safeguard=OuterRef("safeguard"),
        state=OuterRef("state"),
    )
    newest = Wording.objects.filter(~Exists(newer), safeguard__isnull=False, state__in=WORDED)
    said = defaultdict(list)
    words = _columns(language, "text", "meaning")
    for pk, *wording in newest.order_by("pk").values_list("safeguard", "state", *words):
        said[pk].append(tuple(wording))
    listed = Safeguard.objects.filter(listed=True).order_by("pk")
    names = _columns(language, "name", "zoom_name")
    for pk, key, *named in listed.values_list("pk", "key", *names):
        yield Raw(Kind.SAFEGUARD, pk, key, (*named, tuple(said[pk])))


def _of_safeguard(raw: Raw, language: str) -> Iterator[Document]:
    """Yield one document per state: only that of the state that holds counts in a search."""
    name, zoom_name, wordings = raw.columns
    if name:
        named = (name, zoom_name or "")
        yield Document(*raw[:3], NO_WORDING, language, named, "")
        for state, claim, meaning in wordings:
            yield Document(*raw[:3], state, language, (*named, claim or ""), meaning or "")


def _notices(language: str, now: datetime) -> Iterator[Raw]:
    """Yield the edition in force and those still to come, each with the time it is in force.

    Starts of published editions never change, and neither a past start nor a withdrawal can be
    taken back, so these times stay true until the next edition or withdrawal is recorded.
    """
    fields = ("pk", "in_force_from", "withdrawal__at")
    rendered = EditionHtml.objects.filter(edition=OuterRef("pk"), language=language)
    texts = (column("title", language), "shown_summary", "shown_text")
    for notice in Notice.objects.order_by("pk"):
        starting = Edition.objects.came_into_force_by(now + FOR_EVER).filter(notice=notice)
        shown = starting.annotate(
            shown_summary=Subquery(rendered.values("summary")),
            shown_text=Subquery(rendered.values("text")),
        )
        ordered = shown.in_force_order().values_list(*fields, *texts)
        # Everything before the newest that has started was replaced for good.
        newest = ordered.filter(in_force_from__lte=now)[:1]
        ends: datetime | None = None
        held = []
        for pk, begins, withdrawn_at, *words in [
            *ordered.filter(in_force_from__gt=now),
            *newest,
        ]:
            until = min((end for end in (ends, withdrawn_at) if end), default=None)
            if until is None or until > max(begins, now):
                held.append((pk, begins, until, *words))
            ends = min(begins, ends) if ends else begins
        yield Raw(Kind.NOTICE, notice.pk, notice.key, tuple(held))


def _of_notice(raw: Raw, language: str) -> Iterator[Document]:
    for pk, begins, until, title, summary, html in raw.columns:
        if html:
            headings = "\n".join(heading.text for heading in outline(html))
            body = f"{headings}\n{_text(summary or '')}\n{_text(html)}"
            yield Document(*raw[:3], str(pk), language, (title or "",), body, begins, until)


@lru_cache(maxsize=1_000)
def _text(html: str) -> str:
    return plain_text(html)
