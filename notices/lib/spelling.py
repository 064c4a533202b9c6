"""What a spelling dictionary knows about one word; loaded once, when somebody first corrects."""

from __future__ import annotations

from functools import lru_cache
from itertools import takewhile

from spellchecker import SpellChecker

from .words import words_of

# Two shorter words make too many compounds that nobody ever wrote.
SHORTEST_PART = 4
# What German puts between the parts of a compound.
JOINTS = ("", "s", "es", "n", "en")
# How German letters are written where there are none; "koennte" is "könnte" and not "konnte".
WRITTEN_OUT = (("ae", "ä"), ("oe", "ö"), ("ue", "ü"), ("ss", "ß"))


@lru_cache(maxsize=4)
def dictionary(language: str) -> SpellChecker | None:
    """Return the dictionary of `language`; None if there is none, and then nothing is known."""
    if language not in SpellChecker.languages():
        return None
    return SpellChecker(language=language, distance=1)


def is_word(word: str, language: str) -> bool:
    """Say whether the dictionary knows `word`, or the two words that it is made of."""
    known = dictionary(language)
    word = word.lower()
    if known is None:
        return False
    if word in known or word in words_of(language).own_words:
        return True
    return _is_compound(word, known) or _is_written_out(word, known, language)


def only_suggestion(word: str, language: str) -> str:
    """Return the one known word at distance 1 (two swapped letters count as 1), or ""."""
    known = dictionary(language)
    found = (known.candidates(word.lower()) if known else None) or set()
    found -= {word.lower()}
    return next(iter(found)) if len(found) == 1 else ""


def may_be_another_form(word: str, other: str, language: str) -> bool:
    """Say whether the two differ as words of their own do: in what they begin or end with.

    No dictionary has every form; where it lacks one, that is no slip of the other.
    """
    word, other = word.lower(), other.lower()
    known = words_of(language)
    rests = [
        {text[len(start) :] for start in known.prefixes if text.startswith(start)}
        for text in (word, other)
    ]
    if rests[0] & rests[1]:
        return True
    if word == other + other[-1:]:
        return False  # the last letter twice
    same = len([*takewhile(lambda pair: pair[0] == pair[1], zip(word, other, strict=False))])
    ends = word[same:], other[same:]
    return all(len(end) <= 1 for end in ends) and known.endings.issuperset("".join(ends))


def _is_written_out(word: str, known: SpellChecker, language: str) -> bool:
    """Say whether `word` is known as soon as its umlauts are written as such."""
    if not words_of(language).has_umlauts:
        return False
    umlauts = word
    for written, letter in WRITTEN_OUT:
        if word.replace(written, letter) in known:
            return True
        umlauts = umlauts.replace(written, letter)
    return umlauts in known


def _is_compound(word: str, known: SpellChecker) -> bool:
    return any(
        word[:cut] in known and word[cut:].startswith(joint) and word[cut + len(joint) :] in known
        for cut in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1)
        for joint in JOINTS
        if len(word) - cut - len(joint) >= SHORTEST_PART
    )
