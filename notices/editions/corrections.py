"""Decide by a positive rule whether a change of an approved text is a typing error. Pure.

A correction is only what cannot change what a text says: a word that was no word becomes the one
word that it can have been; a doubled word, a doubled sign or needless white space goes. All else,
capitals, commas, endings, numbers, links and dates included, needs a second person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import pairwise

from notices.lib import markdown
from notices.lib.markdown import MarkdownError
from notices.lib.spelling import is_word, may_be_another_form, only_suggestion
from notices.lib.words import words_of as known_of


class Reason(StrEnum):
    """Why a change needs a second person."""

    NOTHING = "nothing"
    WORD = "word"  # what was changed was a word
    SUGGESTION = "suggestion"  # it can have been another word, too
    OTHER = "other"  # more than words, doubled words, doubled signs and white space


@dataclass(frozen=True, slots=True)
class WordChange:
    """One word that differs, in the field it stands in."""

    field: str
    position: int
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What differs, and every reason why it needs a second person; none: a correction."""

    changes: tuple[WordChange, ...]
    reasons: frozenset[Reason]

    @property
    def is_correction(self) -> bool:
        return not self.reasons


WORD = r"[^\W\d_]+"
TOKENS = re.compile(rf"{WORD}|[ \t\xa0]+|.", re.DOTALL)
# Blank space before this is structure: indentation, marks of lists, headings and quotes.
LINE_START = re.compile(r"[ \t\xa0]*(?:(?:[-*+>#|]+|\d+[.)])[ \t\xa0]*)*")
BLANKS = re.compile(r"[ \t\xa0]+")
# A changed word stands alone or in quotation marks, emphasis, brackets: never in an address.
AROUND = "\"'„“”‚‘’»«()*_.,;:!?…–-"
APOSTROPHES = frozenset("'’")
DOUBLED_SIGNS = frozenset(",.;:!?")
PARTING_SIGNS = frozenset(",;!?")
TAGS = re.compile(r"<[^>]*>")
IDS = re.compile(r' (?:id|href="#)[^ >]*')


def decide(
    approved: Mapping[str, str],
    new: Mapping[str, str],
    site: Mapping[str, frozenset[str]] | None = None,
    *,
    current: Mapping[str, str] | None = None,
) -> Decision:
    """Hold `new` against what a second person approved; `site` has the words of all other texts.

    By field, as in `text_de`; the words by language, in lower case. `current` is what readers see
    now, if it was corrected since: the rule counts from the approval, so that no row of harmless
    steps leads to another meaning.
    """
    site = site or {}
    before = current or approved
    if all(before.get(field, "") == text for field, text in new.items()):
        return Decision((), frozenset({Reason.NOTHING}))
    reasons: set[Reason] = set()
    for field in sorted({*approved, *new}):
        was, now = approved.get(field, ""), new.get(field, "")
        if was != now:
            language = field.rpartition("_")[2]
            reasons |= _reasons(was, now, language, site.get(language, frozenset()))
    return Decision(word_changes(before, new), frozenset(reasons))


def word_changes(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[WordChange, ...]:
    """Return the words that differ, in fields where nothing else does."""
    changes = []
    for field in sorted({*old, *new}):
        before, after = _parts(old.get(field, "")), _parts(new.get(field, ""))
        if len(before) != len(after) or before[1::2] != after[1::2]:
            continue
        changes += [
            WordChange(field, position, was, now)
            for position, (was, now) in enumerate(zip(before[::2], after[::2], strict=True))
            if was != now
        ]
    return tuple(changes)


def apply(changes: Iterable[WordChange], texts: Mapping[str, str]) -> dict[str, str] | None:
    """Make the same word changes in other `texts`; None if a word is not there exactly once."""
    result = dict(texts)
    for change in changes:
        parts = _parts(result.get(change.field, ""))
        places = [index for index, part in enumerate(parts) if part == change.old]
        if len(places) != 1:
            return None
        parts[places[0]] = change.new
        result[change.field] = "".join(parts)
    return result


def words_of(text: str) -> frozenset[str]:
    """Return the words of `text` in lower case."""
    return frozenset(re.findall(WORD, text.lower()))


def _reasons(was: str, now: str, language: str, site: frozenset[str]) -> set[Reason]:
    before, after = _lines(was), _lines(now)
    if len(before) != len(after) or _tags(was, language) != _tags(now, language):
        return {Reason.OTHER}
    reasons: set[Reason] = set()
    for old, new in zip(before, after, strict=True):
        if old != new:
            reasons |= _line_reasons(old, new, language, site)
    return reasons


def _line_reasons(old: str, new: str, language: str, site: frozenset[str]) -> set[Reason]:
    was, now = TOKENS.findall(old), TOKENS.findall(new)
    reasons: set[Reason] = set()
    for kind, i, j, k, m in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        if kind == "delete" and (_is_doubled(was, i, j, language) or _is_loose(was, i, j)):
            continue
        if kind == "insert" and _is_loose(now, k, m):
            continue
        if kind != "replace" or j - i != 1 or m - k != 1:
            return {Reason.OTHER}
        if not (_stands_alone(was, i) and _stands_alone(now, k)):
            return {Reason.OTHER}
        if _is_name(was, i, language):
            return {Reason.SUGGESTION}
        reasons |= _word_reasons(was[i], now[k], language, site)
    return reasons


def _word_reasons(was: str, now: str, language: str, site: frozenset[str]) -> set[Reason]:
    if not (was.isalpha() and now.isalpha()) or _shape(was) != _shape(now):
        return {Reason.OTHER}
    if was.lower() in site or is_word(was, language):
        return {Reason.WORD}
    if only_suggestion(was, language) != now.lower() or may_be_another_form(was, now, language):
        return {Reason.SUGGESTION}
    return set()


def _is_name(tokens: list[str], index: int, language: str) -> bool:
    """Say whether what stands before the word says that it is a name; those have no dictionary."""
    before = [one.lower() for one in tokens[max(0, index - 3) : index] if one.isalpha()]
    return bool(before) and before[-1] in known_of(language).before_names


def _is_doubled(tokens: list[str], i: int, j: int, language: str) -> bool:
    """Say whether `tokens[i:j]` repeats the word or the sign beside it."""
    gone = tokens[i:j]
    before, after = tokens[:i], tokens[j:]
    if len(gone) == 1 and gone[0] in DOUBLED_SIGNS:
        sign = gone[0]
        run = [*before[-2:], sign, *after[:2]]
        ends = not after or after[0].isspace() or after[0] in (*AROUND, sign)
        # Three are an ellipsis, and between digits or letters it is a number or an address.
        return ends and run.count(sign) == 2 and sign in (*before[-1:], *after[:1])
    if len(gone) != 2:
        return False
    word, blank = sorted(gone, key=str.isspace)
    if not (word.isalpha() and blank.isspace()) or _stands_twice(tokens[:i], word, language):
        return False
    # The comparison may call either of the two words gone, with the blank before or after it.
    if gone[0] == word:
        twin = after[:1] == [word] or before[-2:] == [word, blank]
        return twin and _stands_alone(tokens, i)
    twin = before[-1:] == [word] or after[:2] == [blank, word]
    return twin and _stands_alone(tokens, i + 1)


def _stands_twice(before: list[str], word: str, language: str) -> bool:
    """Say whether the language writes this word twice in a row, too: "alle, die die Daten"."""
    known = known_of(language)
    if word.lower() not in known.doubled_in_clauses:
        return word.lower() in known.doubled
    last = "".join(before).rpartition(",")
    # The comparison may call either of the two words gone; the one before is no distance.
    return bool(last[1]) and len([one for one in last[2].split() if one != word]) <= 1


def _is_loose(tokens: list[str], i: int, j: int) -> bool:
    """Say whether `tokens[i:j]` is a blank beside a sign that parts the words without it, too."""
    if j - i != 1 or not tokens[i].isspace() or not 0 < i < len(tokens) - 1:
        return False
    left, right = tokens[i - 1], tokens[i + 1]
    if left.isalpha() and right in DOUBLED_SIGNS:
        return i + 2 == len(tokens) or tokens[i + 2].isspace()
    # No colon and no point: "Leser:innen" is one word, and "haus.example" is an address.
    return left in PARTING_SIGNS and right.isalpha() and i > 1 and tokens[i - 2].isalpha()


def _stands_alone(tokens: list[str], index: int) -> bool:
    """Say whether nothing but words and harmless signs is glued to the word at `index`."""
    first = last = index
    while first and not tokens[first - 1].isspace():
        first -= 1
    while last + 1 < len(tokens) and not tokens[last + 1].isspace():
        last += 1
    glued = tokens[first : last + 1]
    # After a point it is an address, after an apostrophe the end of a word: "couldn't".
    inside = zip(glued, glued[1:], glued[2:], strict=False)
    return (
        all(one.isalpha() or one in AROUND for one in glued)
        and not any(one == "." and after.isalpha() for one, after in pairwise(glued))
        and not any(
            sign in APOSTROPHES and before.isalpha() and after.isalpha()
            for before, sign, after in inside
        )
    )


def _shape(word: str) -> str:
    """Return "a" for small letters, "Aa" for a capital first; any other keeps the word itself."""
    if word == word.lower():
        return "a"
    return "Aa" if word == word[:1].upper() + word[1:].lower() else word


def _lines(text: str) -> list[str]:
    """Return the lines without white space that means nothing: no word is split or joined."""
    lines: list[str] = []
    for line in text.split("\n"):
        found = LINE_START.match(line)
        start = found[0] if found else ""
        rest = BLANKS.sub(" ", line[len(start) :].rstrip())
        # Blank lines part paragraphs; more than one part them no further.
        if (start + rest).strip() or not lines or lines[-1].strip():
            lines.append((start + rest) if rest else start.rstrip())
    while lines and not lines[-1].strip():
        lines.pop()
    return lines


def _tags(text: str, language: str) -> list[str]:
    """Return the structure that readers get, addresses of links included."""
    try:
        return [IDS.sub("", tag) for tag in TAGS.findall(markdown.render(text, language))]
    except MarkdownError as error:
        return [str(error)]


def _parts(text: str) -> list[str]:
    return re.split(r"(\s+)", text)
