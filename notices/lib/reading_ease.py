"""Hints for plain words: long sentences and abbreviations. Never a verdict."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Words a sentence, as the house words ask for; one sentence may be longer than the average.
AVERAGE = 15
LONG = 30
SHOWN = 5
# More than a notice ever holds; the rest of a longer text is not looked at.
LIMIT = 100_000

# A full stop inside these ends no sentence.
ABBREVIATIONS = (
    *("z. B.", "d. h.", "u. a.", "o. ä.", "i. d. R.", "u. U.", "s. o.", "s. u.", "v. a."),
    *("bzw.", "ggf.", "evtl.", "usw.", "etc.", "inkl.", "exkl.", "ca.", "vgl.", "gem.", "sog."),
    *("Art.", "Abs.", "Nr.", "Ziff.", "lit.", "Buchst.", "Tel.", "Str.", "max.", "min.", "Std."),
    *("e.g.", "i.e.", "approx.", "incl.", "resp.", "para.", "no.", "cf.", "vs."),
)
_ABBREVIATION = re.compile(
    r"(?<!\w)(?:"
    + "|".join(
        # "z. B." is also written "z.B.", with or without the narrow space of a typesetter.
        r"[ \u00a0\u202f]?".join(re.escape(part) for part in one.split())
        for one in sorted(ABBREVIATIONS, key=len, reverse=True)
    )
    + r")(?!\w)",
    re.IGNORECASE,
)
# "no." ends many English sentences, "min." none: short words count only before a number.
_ONLY_BEFORE_A_NUMBER = {"no.", "min.", "max.", "str."}
_LINK = re.compile(r"\]\([^)\s]{0,500}\)")
_MARKS = re.compile(r"[*_`#>|\[\]]+")
_LINE_OF_ITS_OWN = re.compile(r"^\s*(?:#{1,6}\s|[-*+]\s|\d+[.)]\s|\||:)")
_SENTENCE_END = re.compile(r"[.!?…]+[\"“”»)]*(?=\s|$)")
_WORD = re.compile(r"\w[\w’'-]*")
_MONTHS = "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
_DATE = re.compile(rf"(?<=\d)\.(?=\s(?:{_MONTHS}|[a-zäöü]))")
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


def hints(markdown: str) -> Hints:
    """Look through a Markdown source; the longest sentences and each abbreviation come once."""
    text = _MARKS.sub(" ", "\n".join(_paragraphs(_LINK.sub(" ", markdown[:LIMIT]))))
    found: dict[str, None] = {}
    for match in _ABBREVIATION.finditer(text):
        if _counts(match, text):
            found.setdefault(" ".join(match.group().split()), None)
    sentences = [
        Sentence(" ".join(one.split()), len(_WORD.findall(one))) for one in _sentences(text)
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


def _counts(match: re.Match[str], text: str) -> bool:
    word = match.group().lower()
    return word not in _ONLY_BEFORE_A_NUMBER or text[match.end() :][:2].strip()[:1].isdigit()


def _sentences(text: str) -> list[str]:
    """Split at full stops that end a sentence: none in an abbreviation or after a day."""
    quiet = _ABBREVIATION.sub(lambda match: match.group().replace(".", _QUIET), text)
    quiet = _DATE.sub(_QUIET, quiet)
    return [
        sentence.replace(_QUIET, ".")
        for line in quiet.splitlines()
        for sentence in _SENTENCE_END.split(line)
        if sentence.strip()
    ]
