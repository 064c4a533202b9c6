"""What a search shows: each hit with words that hold now, and the place where it was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from notices.editions.models import Edition, Notice
from notices.firm.languages import Localised, current, localised, name_of
from notices.firm.templatetags.lupe import lang
from notices.lib import analysis
from notices.lib.markdown.reading import plain_text
from notices.safeguards.board.now import Row, rows_at

from .documents import Kind
from .models import Question
from .reading import Entry, Reader
from .search import Hit, search
from .states import variants_of

LONGEST_TITLE = 400


@dataclass(frozen=True, slots=True)
class Result:
    """One hit: a link, the words around what was found, and the thing itself."""

    kind: str
    url: str
    language: str
    is_foreign: bool
    title: SafeString
    plain_title: Localised
    snippet: SafeString
    entry: Entry | None = None
    row: Row | None = None
    edition: Edition | None = None

    @property
    def kind_word(self) -> str:
        """Return what was found: a question, a safeguard or a notice."""
        words = {Kind.QUESTION: _("Question"), Kind.SAFEGUARD: _("Safeguard")}
        return words.get(Kind(self.kind), _("Notice"))

    @property
    def foreign_sentence(self) -> str:
        """Say in the text of which language it was found."""
        return _("Found in the %(language)s text.") % {"language": name_of(self.language)}


def results(query: str, reader: Reader) -> list[Result]:
    """Search and return what to show, best first, all of it as it is at this moment."""
    language = current()
    hits = search(query, language, reader.now, variants_of(reader.rows.values()))
    questions = Question.objects.prefetch_related("safeguards").in_bulk(_ids(hits, Kind.QUESTION))
    notices = Notice.objects.in_bulk(_ids(hits, Kind.NOTICE))
    rows = {code: _rows(reader, code) for code in {hit.language for hit in hits}}
    found = []
    for hit in hits:
        result = None
        # The index may be a moment behind: only what the content itself confirms is shown.
        if hit.kind == Kind.QUESTION and (question := questions.get(hit.object_id)):
            result = _question(hit, reader.entry(question, hit.language))
        elif hit.kind == Kind.SAFEGUARD and (row := rows[hit.language].get(hit.object_id)):
            result = _safeguard(hit, row)
        elif hit.kind == Kind.NOTICE and (notice := notices.get(hit.object_id)):
            edition = notice.in_force_at(reader.now)
            if edition and str(edition.pk) == hit.variant:
                result = _notice(hit, notice, edition)
        if result:
            found.append(result)
    return found


def marked(text: str, hit: Hit, length: int) -> SafeString:
    """Return the part of `text` around what was found, escaped, each found word in `mark`."""
    pieces = analysis.snippet(text, hit.tokens, hit.language, length)
    html = format_html_join(
        "",
        "{}",
        ((format_html("<mark>{}</mark>", part) if hit_ else part,) for part, hit_ in pieces),
    )
    if hit.language != get_language():
        return format_html("<span {}>{}</span>", lang(hit.language), html)
    return html


def _question(hit: Hit, entry: Entry) -> Result:
    return _result(
        hit,
        reverse("question-detail", kwargs={"slug": entry.slug}),
        entry.words.text,
        plain_text(entry.answer_html.text),
        entry=entry,
    )


def _safeguard(hit: Hit, row: Row) -> Result:
    # The anchor is that of the page, which is in the language of the reader.
    anchor = localised(row.safeguard, "slug")
    return _result(
        hit,
        f"{reverse('safeguard-list')}#{anchor}",
        row.claim.text,
        row.meaning.text if row.meaning else "",
        row=row,
    )


def _notice(hit: Hit, notice: Notice, edition: Edition) -> Result:
    return _result(
        hit,
        notice.get_absolute_url(),
        getattr(edition, f"title_{hit.language}"),
        plain_text(edition.html_in(hit.language)),
        edition=edition,
    )


def _result(
    hit: Hit,
    url: str,
    title: str,
    body: str,
    *,
    entry: Entry | None = None,
    row: Row | None = None,
    edition: Edition | None = None,
) -> Result:
    is_foreign = hit.language != get_language()
    return Result(
        kind=hit.kind,
        url=url,
        language=hit.language,
        is_foreign=is_foreign,
        title=marked(title, hit, LONGEST_TITLE),
        plain_title=Localised(title, hit.language, is_missing=is_foreign),
        snippet=marked(" ".join(body.split()), hit, 220),
        entry=entry,
        row=row,
        edition=edition,
    )


def _rows(reader: Reader, language: str) -> Mapping[int, Row]:
    """Return the safeguards with the words of `language`, by id."""
    if language == current():
        return reader.rows
    with override(language):
        return {row.safeguard.pk: row for row in rows_at(reader.board, reader.now)}


def _ids(hits: Sequence[Hit], kind: str) -> list[int]:
    return [hit.object_id for hit in hits if hit.kind == kind]
