"""One question as a page shows it: stored words, computed first sentence, live states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import get_language

from notices.firm import days
from notices.firm.languages import Localised, localised
from notices.safeguards.board import timelines
from notices.safeguards.board.now import AnswerRow, Row, answers_at, rows_at

from .models import Question


@dataclass(frozen=True, slots=True)
class Entry:
    """A question with what is computed for it, in the language in which it is shown."""

    question: Question
    lead: AnswerRow | None
    rows: Sequence[Row]
    language: str

    @property
    def words(self) -> Localised:
        return self._in_language("question")

    @property
    def answer_html(self) -> Localised:
        return self._in_language("answer_html")

    @property
    def is_only_german(self) -> bool:
        """Say whether the answer is still missing in the language of the page."""
        return localised(self.question, "answer_html").is_missing

    @property
    def slug(self) -> str:
        return str(localised(self.question, "slug"))

    def _in_language(self, field: str) -> Localised:
        return shown_in(localised(self.question, field, self.language))


class Reader:
    """Give each question its computed sentence and the states of this moment."""

    def __init__(self) -> None:
        self.now = days.now()
        self.board = timelines.load_now().of()
        self.rows: Mapping[int, Row] = {
            row.safeguard.pk: row for row in rows_at(self.board, self.now, listed=False)
        }

    @cached_property
    def leads(self) -> Mapping[int, AnswerRow]:
        """Return the quick answers of this moment, by id."""
        answers = answers_at(self.board, self.now)
        return {answer.quick_answer.pk: answer for answer in answers}

    def entry(self, question: Question, language: str) -> Entry:
        rows = (self.rows.get(safeguard.pk) for safeguard in question.safeguards.all())
        return Entry(
            question=question,
            lead=self.leads.get(question.lead_id) if question.lead_id else None,
            rows=[row for row in rows if row],
            language=language,
        )


def shown_in(text: Localised) -> Localised:
    """Say that a text is in another language when it is not in that of the page."""
    return Localised(text.text, text.language, is_missing=text.language != get_language())
