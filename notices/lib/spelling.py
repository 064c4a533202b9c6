"""What a spelling dictionary knows about one word; loaded once, when somebody first corrects."""

from __future__ import annotations

from functools import lru_cache

from spellchecker import SpellChecker

# Two shorter words make too many compounds that nobody ever wrote.
SHORTEST_PART = 4
# What German puts between the parts of a compound.
JOINTS = ("", "s", "es", "n", "en")


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
    return known is not None and (word in known or _is_compound(word, known))


def only_suggestion(word: str, language: str) -> str:
    """Return the one known word at distance 1 (two swapped letters count as 1), or ""."""
    known = dictionary(language)
    found = (known.candidates(word.lower()) if known else None) or set()
    found -= {word.lower()}
    return next(iter(found)) if len(found) == 1 else ""


def _is_compound(word: str, known: SpellChecker) -> bool:
    return any(
        word[:cut] in known and word[cut:].startswith(joint) and word[cut + len(joint) :] in known
        for cut in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1)
        for joint in JOINTS
        if len(word) - cut - len(joint) >= SHORTEST_PART
    )
