"""Find questions however the words are typed; the query is neither kept nor logged."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import unescape

from django.conf import settings
from django.utils.html import strip_tags

from notices.lib.folding import fold

from .models import Question

MAX_LENGTH = 200
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Hit:
    """A question that matches, and the language in which it does."""

    question: Question
    language: str


def search(questions: Iterable[Question], query: str, language: str) -> list[Hit]:
    """Return the questions in which every word of `query` begins a word of one language.

    Hits in `language` come first, and among those of one language hits in the question itself.
    """
    wanted = _words(query[:MAX_LENGTH])
    if not wanted:
        return []
    others = [code for code, _name in settings.LANGUAGES if code != language]
    found: list[tuple[int, Hit]] = []
    for question in questions:
        for rank, code in enumerate([language, *others]):
            title = _words(getattr(question, f"question_{code}") or "")
            body = unescape(strip_tags(getattr(question, f"answer_html_{code}")))
            if _all_begin(wanted, [*title, *_words(body)]):
                in_title = _all_begin(wanted, title)
                found.append((2 * rank + (not in_title), Hit(question, code)))
                break
    return [hit for _rank, hit in sorted(found, key=lambda pair: pair[0])]


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(text))


def _all_begin(wanted: Iterable[str], words: Sequence[str]) -> bool:
    return all(any(word.startswith(one) for word in words) for one in wanted)
