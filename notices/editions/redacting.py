"""The one change a published edition admits: personal data become a mark.

Number, dates, roles and the link to the row before stay. The removed words are stored nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape, unescape

from django.contrib.auth.models import User
from django.db import connection, transaction

from notices.firm.models import AuditEntry
from notices.lib.markdown_tree import slug

from .digests import TEXT_FIELDS, edition_digest, english_is_stale, german_source_digest
from .models import Edition, Notice, Redaction

REDACT = "editions.redact_edition"
# No sign that Markdown or HTML gives a meaning to.
MARKS = {"de": "‹geschwärzt›", "en": "‹redacted›"}
SHORTEST = 3
MOST = 20
HTML_OF = {"text": "html", "summary": "summary_html"}
HTML_ANCHOR = re.compile(r'(?<= )(?:id|name|href)="[^"]*"')
SOURCE_ANCHOR = re.compile(r"\(\s*<?#[^)\s]*|\{[^}\n]*#[^}\n]*\}|\]:\s*#\S*")


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


class NoLongerFits(RedactingError):
    """The mark is longer than the field."""


class NeedsAReason(RedactingError):
    """A redaction says why."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One text of an edition before and after."""

    field: str
    before: str
    after: str

    @property
    def language(self) -> str:
        return self.field[-2:]

    @property
    def is_line(self) -> bool:
        """Say whether readers see this text itself and not what is rendered from it."""
        return self.field.startswith(("title", "change_note"))


@dataclass(frozen=True, slots=True)
class Plan:
    """What a redaction would change in one edition; nothing is stored yet."""

    edition: Edition
    passages: Sequence[Passage]

    @property
    def texts(self) -> list[Passage]:
        """Return the passages that staff wrote; the rendered ones follow from them."""
        return [one for one in self.passages if "html" not in one.field]

    @property
    def rendered(self) -> list[Passage]:
        return [one for one in self.passages if "html" in one.field]


def phrases_in(lines: str) -> list[str]:
    """Return one phrase per line, the longest first so that none hides inside another."""
    found = {" ".join(line.split()) for line in lines.splitlines()} - {""}
    if not found or len(found) > MOST or any(len(one) < SHORTEST for one in found):
        raise NothingToRedact
    return sorted(found, key=lambda one: (-len(one), one))


def occurrences(notice: Notice, phrases: Iterable[str]) -> list[Edition]:
    """Return the published editions of `notice` in which a phrase occurs, the newest first."""
    patterns = [_pattern(one) for one in phrases]
    editions = Edition.objects.published().filter(notice=notice).select_related("notice")
    return [
        edition
        for edition in editions.order_by("-number", "-correction").iterator(chunk_size=50)
        if any(pattern.search(text) for pattern in patterns for text in _texts(edition).values())
    ]


def plan(edition: Edition, phrases: Sequence[str]) -> Plan:
    """Return what readers would see; raise if the words would not be gone."""
    if edition.status != Edition.Status.PUBLISHED:
        raise NotPublished(edition)
    passages = []
    for field, before in _texts(edition).items():
        is_html = "html" in field
        after = before
        for phrase in phrases:
            after = _without(after, phrase, MARKS[field[-2:]], is_html)
            if is_html and _shows(after, phrase):
                raise StillThere(phrase)
        limit = getattr(Edition._meta.get_field(field), "max_length", None)
        if limit and len(after) > limit:
            raise NoLongerFits(field)
        if after != before:
            passages.append(Passage(field, before, after))
    if not passages:
        raise NotFound(edition)
    return Plan(edition, passages)


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
    old_digest, was_fresh = edition.digest, not english_is_stale(edition)
    for passage in planned.passages:
        setattr(edition, passage.field, passage.after)
    if edition.text_en and was_fresh:
        edition.english_made_from = german_source_digest(edition)
    edition.digest = edition_digest(edition)
    redaction = Redaction.objects.create(
        edition=edition,
        reason=reason.strip(),
        fields=sorted(passage.field for passage in planned.texts),
        old_digest=old_digest,
        new_digest=edition.digest,
        role=role,
        recorded_by_id=by.pk,
    )
    _store(edition)
    AuditEntry.objects.create(
        by_id=by.pk,
        act="edition-redacted",
        subject=f"{edition.notice.key} {edition.label}",
        detail={"old_digest": old_digest, "new_digest": edition.digest},
    )
    return redaction


def _store(edition: Edition) -> None:
    """Write the admitted columns; the model refuses to save a published row, the trigger decides.

    By name and in SQL: modeltranslation keeps a copy of each German text in a column of its own,
    which must not go on holding the words.
    """
    values = {name: getattr(edition, name) for name in Edition.admitted_columns}
    values |= {field: getattr(edition, f"{field}_de") for field in TEXT_FIELDS}
    columns = ", ".join(f'"{name}" = %s' for name in values)
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{Edition._meta.db_table}" SET {columns} WHERE id = %s',  # noqa: S608
            [*values.values(), edition.pk],
        )


def _texts(edition: Edition) -> dict[str, str]:
    fields = (*TEXT_FIELDS, *HTML_OF.values())
    names = [f"{field}_{language}" for field in fields for language in ("de", "en")]
    return {name: getattr(edition, name) or "" for name in names}


def _without(text: str, phrase: str, mark: str, is_html: bool) -> str:
    # Headings have ids made from their words, which links repeat.
    trace = re.compile(rf"(?<![a-z0-9]){re.escape(slug(phrase))}(?![a-z0-9])")
    text = _pattern(escape(phrase, quote=False) if is_html else phrase).sub(mark, text)
    return (HTML_ANCHOR if is_html else SOURCE_ANCHOR).sub(
        lambda found: trace.sub("x", found[0]), text
    )


def _shows(html: str, phrase: str) -> bool:
    """Say whether a reader, a browser or a search engine still finds the phrase."""
    pattern = _pattern(phrase)
    words = unescape(re.sub(r"<[^>]*>", "", html)).replace("\xad", "")
    return bool(pattern.search(unescape(html)) or pattern.search(words))


def _pattern(phrase: str) -> re.Pattern[str]:
    """Match the phrase as whole words, in any case and across line breaks."""
    words = r"\s+".join(re.escape(word) for word in phrase.split())
    before = r"(?<!\w)" if phrase[0].isalnum() else ""
    after = r"(?!\w)" if phrase[-1].isalnum() else ""
    return re.compile(before + words + after, re.IGNORECASE)
