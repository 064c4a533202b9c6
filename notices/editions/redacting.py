"""The one change a published edition admits: personal data become a mark.

Number, dates, roles and the link to the row before stay. The removed words are stored nowhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Model

from notices.firm import audit
from notices.firm.audit import Act
from notices.firm.languages import CODES, column, text_of
from notices.firm.words.redaction_mark import redaction_mark
from notices.lib import markdown, redaction
from notices.lib.markdown import is_clean
from notices.lib.redaction import Hit, hits_in_line, hits_in_source

from .integrity.digests import TEXT_FIELDS, edition_digest, fresh_languages, note_source
from .models import Edition, EditionHtml, Notice, Redaction

REDACT = "editions.redact_edition"
# What is rendered, and the column of its row.
HTML = {"html": "text", "summary_html": "summary"}
# Readers see these themselves and not what is rendered from them.
LINES = ("title", "change_note")


class RedactingError(Exception):
    """This cannot be redacted."""


class NotPublished(RedactingError):
    """A draft is changed, not redacted."""


class NothingToRedact(RedactingError):
    """No phrase was given, or one is too short to stand for personal data."""


class NotFound(RedactingError):
    """None of the phrases occurs in the edition."""


class StillThere(RedactingError):
    """A phrase runs across formatting: the rendered text would still show it."""


class WouldDamage(RedactingError):
    """The words are part of what holds the text together; the rest of it would break."""


class NoLongerFits(RedactingError):
    """The mark is longer than the field."""


class NeedsAReason(RedactingError):
    """A redaction says why."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One text of an edition before and after."""

    kind: str
    language: str
    before: str
    after: str

    @property
    def field(self) -> str:
        """Return the name of the field with its language."""
        return column(self.kind, self.language)

    @property
    def is_line(self) -> bool:
        """Say whether readers see this text itself and not what is rendered from it."""
        return self.kind in LINES

    @property
    def is_html(self) -> bool:
        return self.kind in HTML


@dataclass(frozen=True, slots=True)
class Place:
    """One place in what staff wrote where words will go."""

    kind: str
    language: str
    hit: Hit


@dataclass(frozen=True, slots=True)
class Plan:
    """What a redaction would change in one edition; nothing is stored yet."""

    edition: Edition
    passages: Sequence[Passage]
    phrases: Sequence[str]

    @property
    def texts(self) -> list[Passage]:
        """Return the passages that staff wrote; the rendered ones follow from them."""
        return [one for one in self.passages if not one.is_html]

    @property
    def lines(self) -> list[Passage]:
        return [one for one in self.passages if one.is_line]

    @property
    def rendered(self) -> list[Passage]:
        return [one for one in self.passages if one.is_html]

    @property
    def places(self) -> list[Place]:
        """Return every place where words will go, in the order in which they were written."""
        return [
            Place(one.kind, one.language, hit)
            for one in self.texts
            for hit in (hits_in_line if one.is_line else hits_in_source)(one.before, self.phrases)
        ]


def phrases_in(lines: str) -> list[str]:
    """Return one phrase per line, the longest first so that none hides inside another."""
    if found := redaction.phrases_in(lines):
        return found
    raise NothingToRedact


def occurrences(notice: Notice, phrases: Iterable[str]) -> list[Edition]:
    """Return the published editions of `notice` in which a phrase occurs, the newest first."""
    patterns = [redaction.pattern(one) for one in phrases]
    editions = Edition.objects.published().filter(notice=notice).select_related("notice")
    return [
        edition
        for edition in editions.order_by("-number", "-correction")
        .prefetch_related("html_rows")
        .iterator(chunk_size=50)
        if any(pattern.search(text) for pattern in patterns for *_name, text in _texts(edition))
    ]


def plan(edition: Edition, phrases: Sequence[str]) -> Plan:
    """Return what readers would see; raise if the words would not be gone."""
    if edition.status != Edition.Status.PUBLISHED:
        raise NotPublished(edition)
    passages = []
    for field, language, before in _texts(edition):
        after = _redacted(field, language, before, phrases)
        limit = field in LINES and getattr(Edition._meta.get_field(field), "max_length", None)
        if limit and len(after) > limit:
            raise NoLongerFits(field)
        if after != before:
            passages.append(Passage(field, language, before, after))
    if not passages:
        raise NotFound(edition)
    return Plan(edition, passages, phrases)


@transaction.atomic
def redact(
    edition: Edition, phrases: Sequence[str], *, reason: str, by: User, role: str
) -> Redaction:
    """Put the mark in the place of `phrases` in every text of a published edition."""
    if not reason.strip():
        raise NeedsAReason(edition)
    # The notice first, as publishing does: the next row must name one digest or the other.
    Notice.objects.select_for_update().get(pk=edition.notice_id)
    edition = Edition.objects.select_related("notice").get(pk=edition.pk)
    planned = plan(edition, phrases)
    old_digest, fresh = edition.digest, fresh_languages(edition)
    for passage in planned.texts:
        setattr(edition, passage.field, passage.after)
    for passage in planned.rendered:
        setattr(edition.rendered[passage.language], HTML[passage.kind], passage.after)
    note_source(edition, fresh)
    edition.digest = edition_digest(edition)
    row = Redaction.objects.create(
        edition=edition,
        reason=reason.strip(),
        fields=sorted(passage.field for passage in planned.texts),
        old_digest=old_digest,
        new_digest=edition.digest,
        role=role,
        recorded_by_id=by.pk,
    )
    _store(edition)
    audit.record(
        Act.EDITION_REDACTED,
        f"{edition.notice.key} {edition.label}",
        by=by,
        old_digest=old_digest,
        new_digest=edition.digest,
    )
    return row


def _store(edition: Edition) -> None:
    """Write the admitted columns; the model refuses to save a published row, the trigger decides.

    By name and in SQL: modeltranslation keeps a copy of each required text in a column of its
    own, which must not go on holding the words. What is rendered goes first: its trigger admits
    a change only until the edition has its new digest.
    """
    for row in edition.rendered.values():
        values = {name: getattr(row, name) for name in EditionHtml.admitted_columns}
        _update(EditionHtml, row.pk, values)
    values = {name: getattr(edition, name) for name in Edition.admitted_columns}
    values |= {field: text_of(edition, field) for field in TEXT_FIELDS}
    _update(Edition, edition.pk, values | {"made_from": json.dumps(edition.made_from)})


def _update(model: type[Model], pk: int, values: Mapping[str, str]) -> None:
    columns = ", ".join(f'"{name}" = %s' for name in values)
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{model._meta.db_table}" SET {columns} WHERE id = %s',  # noqa: S608
            [*values.values(), pk],
        )


def _redacted(field: str, language: str, before: str, phrases: Sequence[str]) -> str:
    """Return one text of an edition without the phrases; raise if that would damage it."""
    mark = redaction_mark(language)
    if field in LINES:
        return redaction.in_line(before, phrases, mark)
    if field not in HTML:
        after = redaction.in_source(before, phrases, mark)
        # Drafts begin from this text, so it must go on meaning the same to Markdown.
        # A link that leads to the person herself goes.
        links_go = any(redaction.is_address(one) for one in phrases)
        rendered = markdown.render(after, language)
        if _structure(markdown.render(before, language), links_go) != _structure(
            rendered, links_go
        ):
            raise WouldDamage(field)
        # Written with entities or backslashes, the words would come back with the next draft.
        if _is_shown(rendered, phrases):
            raise StillThere(field)
        return after
    after = redaction.in_html(before, phrases, mark)
    if _is_shown(after, phrases):
        raise StillThere(field)
    if not is_clean(after) and is_clean(before):
        raise WouldDamage(field)
    return after


def _is_shown(html: str, phrases: Sequence[str]) -> bool:
    shown = redaction.shown(html)
    return any(redaction.pattern(one).search(shown) for one in phrases)


def _structure(html: str, links_go: bool) -> list[str]:
    tags = redaction.tags_of(html)
    return [tag for tag in tags if not (links_go and tag in ("<a", "</a"))]


def _texts(edition: Edition) -> Iterator[tuple[str, str, str]]:
    """Yield field, language and words of every text of an edition."""
    for field in TEXT_FIELDS:
        yield from ((field, language, text_of(edition, field, language)) for language in CODES)
    for language, row in edition.rendered.items():
        yield "html", language, row.text
        yield "summary_html", language, row.summary
