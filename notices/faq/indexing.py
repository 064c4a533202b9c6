"""Keep the search index in step with the content, in the transaction that changes the content.

What changes rows past the models (a bulk update, a restored backup, a new way to stem words) is
found by digest in `refresh`, which runs when the portal is prepared and with the recurring jobs.
Search pages show text from the content itself, so an index that is behind never shows old text.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from notices.editions.models import Edition, Notice, Redaction, Withdrawal
from notices.firm.jobs import Job
from notices.lib import analysis
from notices.lib.markdown_reading import outline, plain_text
from notices.safeguards.models import Safeguard, Wording

from .models import Question, SearchEntry, SearchToken, SearchWord, Synonyms

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
Kind = SearchEntry.Kind

# The variant of a safeguard in a state without words of its own.
NO_WORDING = "name"
STATES = ("on", "exception", "off")
END_LENGTH = 4
IN_ONE_GO = 500
FOR_EVER = timedelta(days=365 * 200)


@dataclass(frozen=True, slots=True)
class Document:
    """What a search can find of one thing in one language."""

    variant: str
    language: str
    title: str
    headings: str
    body: str
    valid_from: datetime | None = None
    valid_until: datetime | None = None

    @property
    def digest(self) -> str:
        parts = [analysis.VERSION, self.title, self.headings, self.body]
        parts += [self.valid_from, self.valid_until]
        return hashlib.sha256(repr(parts).encode()).hexdigest()


def question_documents(question: Question) -> list[Document]:
    found = []
    for language in LANGUAGES:
        title = getattr(question, f"question_{language}") or ""
        body = plain_text(getattr(question, f"answer_html_{language}") or "")
        if title or body:
            found.append(Document("", language, title, "", body))
    return found


def safeguard_documents(safeguard: Safeguard) -> list[Document]:
    """Return one document per state: only that of the state that holds counts in a search."""
    if not safeguard.listed:
        return []
    newest: dict[str, Wording] = {}
    for wording in safeguard.wordings.filter(state__in=STATES).order_by("recorded_at", "id"):
        newest[wording.state] = wording
    found = []
    for language in LANGUAGES:
        name = getattr(safeguard, f"name_{language}") or ""
        zoom_name = getattr(safeguard, f"zoom_name_{language}") or ""
        if not name:
            continue
        found.append(Document(NO_WORDING, language, name, zoom_name, ""))
        for state, wording in newest.items():
            claim = getattr(wording, f"text_{language}") or ""
            meaning = getattr(wording, f"meaning_{language}") or ""
            found.append(Document(state, language, name, zoom_name, f"{claim}\n{meaning}"))
    return found


def notice_documents(notice: Notice, now: datetime) -> list[Document]:
    """Return the edition in force and those still to come, each with the time it is in force.

    Starts of published editions never change, and neither a past start nor a withdrawal can be
    taken back, so these times stay true until the next edition or withdrawal is recorded.
    """
    started = (
        Edition.objects.came_into_force_by(now + FOR_EVER)
        .filter(notice=notice)
        .select_related("withdrawal")
        .in_force_order()
    )
    found: list[Document] = []
    ends: datetime | None = None
    for edition in started:
        begins = edition.in_force_from
        if begins is None:
            continue
        withdrawal: Withdrawal | None = getattr(edition, "withdrawal", None)
        until = min((end for end in (ends, withdrawal and withdrawal.at) if end), default=None)
        if until is None or until > max(begins, now):
            found += _edition_documents(edition, begins, until)
        if begins <= now:
            break  # everything earlier was replaced for good
        ends = min(begins, ends) if ends else begins
    return found


def _edition_documents(
    edition: Edition, begins: datetime, until: datetime | None
) -> list[Document]:
    found = []
    for language in LANGUAGES:
        html = getattr(edition, f"html_{language}")
        if not html:
            continue
        summary = plain_text(getattr(edition, f"summary_html_{language}"))
        headings = "\n".join(heading.text for heading in outline(html))
        title = getattr(edition, f"title_{language}") or ""
        body = f"{summary}\n{plain_text(html)}"
        document = Document(str(edition.pk), language, title, headings, body, begins, until)
        found.append(document)
    return found


@transaction.atomic
def index(row: Question | Safeguard | Notice) -> int:
    """Bring the entries of one row up to date and return how many had to change."""
    if isinstance(row, Question):
        return _store(Kind.QUESTION, row.pk, row.key, question_documents(row))
    if isinstance(row, Safeguard):
        return _store(Kind.SAFEGUARD, row.pk, row.key, safeguard_documents(row))
    return _store(Kind.NOTICE, row.pk, row.key, notice_documents(row, timezone.now()))


@transaction.atomic
def learn(synonyms: Synonyms) -> None:
    """Add the words of `synonyms` to the vocabulary, so that typing mistakes in them are found."""
    add_words(
        {
            (synonyms.language, stem)
            for word in synonyms.list
            for stem in analysis.stems(word, synonyms.language)
        }
    )


def refresh() -> int:
    """Repair every entry that does not match its content and return how many did not."""
    changed = 0
    for kind, model in ((Kind.QUESTION, Question), (Kind.SAFEGUARD, Safeguard)):
        changed += _refresh(kind, model)
    changed += _refresh(Kind.NOTICE, Notice)
    for synonyms in Synonyms.objects.all():
        learn(synonyms)
    _forget_unused_words()
    return changed


@contextmanager
def together() -> Iterator[None]:
    """Index what is saved inside only once each, at the end; to be used in a transaction."""
    rows: dict[tuple[type[models.Model], int], Question | Safeguard | Notice] = {}
    words: set[tuple[str, str]] = set()
    token = _waiting.set(rows)
    try:
        yield
    finally:
        _waiting.reset(token)
    gathered = _new_words.set(words)
    try:
        for row in rows.values():
            index(row)
    finally:
        _new_words.reset(gathered)
    add_words(words)


_waiting: ContextVar[dict[tuple[type[models.Model], int], Question | Safeguard | Notice] | None] = (
    ContextVar("waiting", default=None)
)


# Set while `together` indexes: the vocabulary is then written once for all rows.
_new_words: ContextVar[set[tuple[str, str]] | None] = ContextVar("new_words", default=None)


def _changed(row: Question | Safeguard | Notice) -> None:
    waiting = _waiting.get()
    if waiting is None:
        index(row)
    else:
        waiting[type(row), row.pk] = row


def forget(kind: str, pk: int) -> None:
    """Remove what no longer exists."""
    SearchEntry.objects.filter(kind=kind, object_id=pk).delete()


def follow() -> None:
    """Listen to every model that a search can find."""
    for sender, receiver in _RECEIVERS:
        models.signals.post_save.connect(
            receiver, sender=sender, dispatch_uid=f"search.{sender.__name__}"
        )
    for sender in (Question, Safeguard, Notice):
        models.signals.post_delete.connect(
            _row_deleted, sender=sender, dispatch_uid=f"search.deleted.{sender.__name__}"
        )


def _row_saved(instance: Any, **kwargs: object) -> None:
    _changed(instance)


def _wording_saved(instance: Wording, **kwargs: object) -> None:
    if instance.safeguard:
        _changed(instance.safeguard)


def _edition_saved(instance: Edition, **kwargs: object) -> None:
    if instance.status == Edition.Status.PUBLISHED:
        _changed(instance.notice)


def _edition_followed(instance: Withdrawal | Redaction, **kwargs: object) -> None:
    _changed(instance.edition.notice)


def _synonyms_saved(instance: Synonyms, **kwargs: object) -> None:
    learn(instance)


def _row_deleted(sender: type[models.Model], instance: models.Model, **kwargs: object) -> None:
    forget(sender.__name__.lower(), instance.pk)


_RECEIVERS: tuple[tuple[type[models.Model], Any], ...] = (
    (Question, _row_saved),
    (Safeguard, _row_saved),
    (Notice, _row_saved),
    (Wording, _wording_saved),
    (Edition, _edition_saved),
    (Withdrawal, _edition_followed),
    (Redaction, _edition_followed),
    (Synonyms, _synonyms_saved),
)


def _refresh(kind: str, model: type[Question] | type[Safeguard] | type[Notice]) -> int:
    rows: Iterable[Question | Safeguard | Notice] = model._default_manager.order_by("pk")
    changed = 0
    ids = set()
    for row in rows:
        ids.add(row.pk)
        changed += index(row)
    stored = SearchEntry.objects.filter(kind=kind).values_list("object_id", flat=True)
    for pk in set(stored) - ids:
        forget(kind, pk)
        changed += 1
    return changed


def _store(kind: str, pk: int, place: str, documents: Sequence[Document]) -> int:
    entries = {
        (entry.variant, entry.language): entry
        for entry in SearchEntry.objects.select_for_update().filter(kind=kind, object_id=pk)
    }
    changed = 0
    for document in documents:
        entry = entries.pop((document.variant, document.language), None)
        if entry is None or entry.digest != document.digest or entry.place != place:
            _write(kind, pk, place, document)
            changed += 1
    for entry in entries.values():
        entry.delete()
    return changed + len(entries)


def _write(kind: str, pk: int, place: str, document: Document) -> None:
    entry, is_new = SearchEntry.objects.update_or_create(
        kind=kind,
        object_id=pk,
        variant=document.variant,
        language=document.language,
        defaults={
            "place": place,
            "valid_from": document.valid_from,
            "valid_until": document.valid_until,
            "digest": document.digest,
        },
    )
    weights = weigh(document)
    if not is_new:
        entry.tokens.all().delete()
    SearchToken.objects.bulk_create(
        [
            SearchToken(entry=entry, language=document.language, token=token, weight=weight)
            for token, weight in sorted(weights.items())
        ],
        batch_size=IN_ONE_GO,
    )
    add_words({(document.language, token) for token in weights})


def weigh(document: Document) -> dict[str, int]:
    """Return how much each stem says about a document: most in a short title, least in a body."""
    title = analysis.words(document.title, document.language)
    headings = analysis.stems(document.headings, document.language)
    body = analysis.words(document.body, document.language)
    weights: Counter[str] = Counter()
    for stem in {stem for word in title for stem in word.stems}:
        weights[stem] += 120 * 4 // (3 + len(title))
    for stem in set(headings):
        weights[stem] += 25
    counted = Counter(stem for word in body for stem in word.stems)
    for stem, count in counted.items():
        # Saturated: the tenth mention adds little, and less in a long text.
        weights[stem] += 4000 * count // (100 * count + 60 + len(body))
    return {token: max(weight, 1) for token, weight in weights.items()}


def add_words(found: set[tuple[str, str]]) -> None:
    """Add stems, each with its language, to the vocabulary."""
    gathered = _new_words.get()
    if gathered is not None:
        gathered.update(found)
        return
    known: set[tuple[str, str]] = set()
    for language in LANGUAGES:
        tokens = sorted(token for code, token in found if code == language)
        for start in range(0, len(tokens), IN_ONE_GO):
            some = tokens[start : start + IN_ONE_GO]
            stored = SearchWord.objects.filter(language=language, token__in=some)
            known |= {(language, token) for token in stored.values_list("token", flat=True)}
    rows = [
        SearchWord(language=language, form=form, token=token)
        for language, token in sorted(found - known)
        for form in sorted(forms(token))
    ]
    # Two people may save at once, and both may bring the same new word.
    SearchWord.objects.bulk_create(rows, batch_size=IN_ONE_GO, ignore_conflicts=True)


def forms(token: str) -> set[str]:
    """Return the forms under which a stem is looked up."""
    return analysis.spellings(token) | ends(token)


def ends(token: str) -> set[str]:
    """Return the forms by which compounds of a stem, or stems like a beginning, are found."""
    if len(token) < END_LENGTH:
        return set()
    return {f"^{token[:END_LENGTH]}", f"${token[-END_LENGTH:]}"}


def _forget_unused_words() -> None:
    """Drop words that neither content nor synonyms contain any more."""
    for language in LANGUAGES:
        used = set(
            SearchToken.objects.filter(language=language).values_list("token", flat=True).distinct()
        )
        for synonyms in Synonyms.objects.filter(language=language):
            for word in synonyms.list:
                used.update(analysis.stems(word, language))
        words = SearchWord.objects.filter(language=language)
        unused = sorted(set(words.values_list("token", flat=True).distinct()) - used)
        for start in range(0, len(unused), IN_ONE_GO):
            words.filter(token__in=unused[start : start + IN_ONE_GO]).delete()


SEARCH_INDEX = Job("search-index", "Repair the search index", refresh, every=timedelta(minutes=10))
