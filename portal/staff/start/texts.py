"""Every text that staff can still translate: what is missing, older than German, or a sample."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, OuterRef, Subquery
from django.urls import reverse
from modeltranslation.translator import translator

from notices.editions.integrity.digests import is_stale
from notices.editions.models import Edition, Foundation, Notice
from notices.editions.review.text_sources import noted_sources, stale_languages
from notices.editions.review.translation_state import lacks
from notices.faq.models import Question, Topic
from notices.firm.languages import CODES, FURTHER, REQUIRED, is_missing, name_of, text_of, texts_of
from notices.firm.models import Firm, Organisation
from notices.firm.words.sample import names_sample
from notices.invitations.models import Meeting, MeetingType
from notices.safeguards.models import Provider, QuickAnswer, Safeguard, Wording

# Rows that staff write anew in place; editions and wordings are only added to.
WRITTEN = (
    *(Organisation, Firm, Safeguard, Provider, QuickAnswer, Foundation, Notice),
    *(Topic, Question, MeetingType, Meeting),
)
WORDINGS = "safeguards.add_wording"


@dataclass(frozen=True, slots=True)
class TextToDo:
    """One text that somebody has to look at, and the page where that is done."""

    what: str
    name: str
    address: str
    permission: str
    languages: str = ""


@dataclass(frozen=True, slots=True)
class Texts:
    """All texts to be looked at, by what is wrong with them."""

    missing: list[TextToDo]
    stale: list[TextToDo]
    samples: list[TextToDo]


def read_texts(now: datetime) -> Texts:
    """Look through all texts; the histories are closed and not among them."""
    texts = Texts([], [], [])
    is_own = not Organisation.objects.current().is_sample
    sources = noted_sources()
    for model in WRITTEN:
        for row in _open_rows(model, now):
            noted = sources.get((model._meta.label_lower, row.pk), ())
            _sort_in(texts, row, _missing_languages(row), stale_languages(row, noted))
            # Before the profile is our own all is a sample, and every page says so.
            if is_own and _holds_sample(row):
                texts.samples.append(_to_do(row))
    for edition in _editions(now):
        missing = {language for language in FURTHER if lacks(edition, language)}
        old = {language for language in FURTHER if is_stale(edition, language)}
        _sort_in(texts, edition, missing, old)
        if is_own and _holds_sample(edition):
            texts.samples.append(_to_do(edition))
    _wordings(texts)
    return texts


def _open_rows(model: type[Model], now: datetime) -> Iterable[Model]:
    """Return the rows that readers meet from now on: what a meeting was called is history."""
    rows = model._default_manager.all()
    return rows.filter(ends_at__gte=now) if issubclass(model, Meeting) else rows


def _editions(now: datetime) -> Iterable[Edition]:
    """Yield what readers see of each notice, and what is being written."""
    newest = Edition.objects.came_into_force_by(now).filter(notice=OuterRef("pk"))
    in_force = Notice.objects.annotate(now=Subquery(newest.in_force_order().values("pk")[:1]))
    shown = Edition.objects.public_at(now).filter(pk__in=in_force.values("now"))
    drafts = Edition.objects.exclude(status=Edition.Status.PUBLISHED)
    for rows in (shown, drafts):
        yield from rows.select_related("notice").order_by("notice_id")


def _missing_languages(row: Model) -> set[str]:
    return {
        language
        for field in translator.get_options_for_model(type(row)).all_fields
        for language in FURTHER
        if text_of(row, field) and is_missing(text_of(row, field, language))
    }


def _holds_sample(row: Model) -> bool:
    fields = translator.get_options_for_model(type(row)).all_fields
    return any(names_sample(text_of(row, field, code)) for field in fields for code in CODES)


def _sort_in(texts: Texts, row: Model, missing: set[str], older: set[str]) -> None:
    if missing:
        texts.missing.append(_to_do(row, missing))
    if older - missing:
        texts.stale.append(_to_do(row, older - missing))


def _to_do(row: Model, languages: Iterable[str] = ()) -> TextToDo:
    options, shown = row._meta, row
    if isinstance(row, Edition) and row.is_published:
        # What is frozen is put right with a new edition, which begins there.
        shown = row.notice
    name = f"admin:{shown._meta.app_label}_{shown._meta.model_name}_change"
    return TextToDo(
        _first_up(options.verbose_name),
        str(row),
        reverse(name, args=[shown.pk]),
        f"{options.app_label}.change_{options.model_name}",
        _named(languages),
    )


def _wordings(texts: Texts) -> None:
    """Sort in what is said of each state: the newest row counts, held against those before."""
    newest: dict[tuple[Any, ...], Wording] = {}
    behind: dict[tuple[Any, ...], set[str]] = defaultdict(set)
    for row in Wording.objects.select_related("safeguard", "quick_answer"):
        key = (row.safeguard_id, row.quick_answer_id, row.state)
        was = texts_of(newest[key], "text") if key in newest else {}
        now = texts_of(row, "text")
        for language in FURTHER:
            if now[language] != was.get(language):
                behind[key].discard(language)
            elif now[REQUIRED] != was.get(REQUIRED):
                behind[key].add(language)
        newest[key] = row
    for key, row in newest.items():
        missing = {one for one in FURTHER if is_missing(text_of(row, "text", one))}
        if missing:
            texts.missing.append(_wording(row, missing))
        if behind[key] - missing:
            texts.stale.append(_wording(row, behind[key] - missing))


def _wording(row: Wording, languages: Iterable[str]) -> TextToDo:
    about = "safeguard" if row.safeguard_id else "quick_answer"
    pk = row.safeguard_id or row.quick_answer_id
    address = f"{reverse('admin:safeguards_wording_add')}?{about}={pk}&state={row.state}"
    what = _first_up(Wording._meta.verbose_name)
    return TextToDo(what, str(row), address, WORDINGS, _named(languages))


def _named(languages: Iterable[str]) -> str:
    return ", ".join(name_of(one) for one in FURTHER if one in set(languages))


def _first_up(name: Any) -> str:
    return f"{str(name)[:1].upper()}{str(name)[1:]}"
