"""Hints for plain words: long sentences and abbreviations. Never a verdict."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from .words import Words, words_of

# Words a sentence, as the house words ask for; one sentence may be longer than the average.
AVERAGE = 15
LONG = 30
SHOWN = 5
# More than a notice ever holds; the rest of a longer text is not looked at.
LIMIT = 100_000

_LINK = re.compile(r"\]\([^)\s]{0,500}\)")
_MARKS = re.compile(r"[*_`#>|\[\]]+")
_LINE_OF_ITS_OWN = re.compile(r"^\s*(?:#{1,6}\s|[-*+]\s|\d+[.)]\s|\||:)")
_SENTENCE_END = re.compile(r"[.!?…]+[\"“”»)]*(?=\s|$)")
_WORD = re.compile(r"\w[\w’'-]*")
_NOTHING = re.compile(r"(?!)")
# Stands for a full stop that ends nothing; a private character that no keyboard writes.
_QUIET = "\ue000"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that is too long, and how many words it has."""

    text: str
    words: int


@dataclass(frozen=True, slots=True)
class Hints:
    """What would make a text easier to read."""

    average: int
    long_sentences: tuple[Sentence, ...]
    abbreviations: tuple[str, ...]

    @property
    def is_long_on_average(self) -> bool:
        return self.average > AVERAGE

    @property
    def is_easy(self) -> bool:
        return not (self.is_long_on_average or self.long_sentences or self.abbreviations)


def hints(markdown: str, language: str) -> Hints:
    """Look through a Markdown source; the longest sentences and each abbreviation come once."""
    known = words_of(language)
    text = _MARKS.sub(" ", "\n".join(_paragraphs(_LINK.sub(" ", markdown[:LIMIT]))))
    found: dict[str, None] = {}
    for match in _abbreviation(known.abbreviations).finditer(text):
        if _counts(match, text, known.before_numbers):
            found.setdefault(" ".join(match.group().split()), None)
    sentences = [
        Sentence(" ".join(one.split()), len(_WORD.findall(one))) for one in _sentences(text, known)
    ]
    counted = [sentence for sentence in sentences if sentence.words > 1]
    long = sorted((one for one in counted if one.words > LONG), key=lambda one: -one.words)
    average = round(sum(one.words for one in counted) / len(counted)) if counted else 0
    return Hints(average, tuple(long[:SHOWN]), tuple(found))


def _paragraphs(text: str) -> list[str]:
    """Join the wrapped lines of a paragraph; headings, items and rows stay lines of their own."""
    lines: list[str] = [""]
    for line in text.splitlines():
        if not line.strip() or _LINE_OF_ITS_OWN.match(line):
            lines += ["", line] if line.strip() else [""]
        else:
            lines[-1] = f"{lines[-1]} {line}" if len(lines[-1]) < LIMIT else line
    return [line for line in lines if line.strip()]


def _counts(match: re.Match[str], text: str, before_numbers: frozenset[str]) -> bool:
    word = match.group().lower()
    return word not in before_numbers or text[match.end() :][:2].strip()[:1].isdigit()


def _sentences(text: str, known: Words) -> list[str]:
    """Split at full stops that end a sentence: none in an abbreviation or after a day."""
    abbreviation = _abbreviation(known.abbreviations)
    quiet = abbreviation.sub(lambda match: match.group().replace(".", _QUIET), text)
    if known.stop_in_date:
        quiet = re.sub(known.stop_in_date, _QUIET, quiet)
    return [
        sentence.replace(_QUIET, ".")
        for line in quiet.splitlines()
        for sentence in _SENTENCE_END.split(line)
        if sentence.strip()
    ]


@cache
def _abbreviation(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return what finds `words`, in which a full stop ends no sentence."""
    if not words:
        return _NOTHING
    # "z. B." is also written "z.B.", with or without the narrow space of a typesetter.
    spaced = (
        r"[ \u00a0\u202f]?".join(re.escape(part) for part in one.split())
        for one in sorted(words, key=len, reverse=True)
    )
    return re.compile(rf"(?<!\w)(?:{'|'.join(spaced)})(?!\w)", re.IGNORECASE)
