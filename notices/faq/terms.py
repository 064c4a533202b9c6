"""What the words of a question may stand for: stems that the site knows, each with its worth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from notices.lib import analysis
from notices.lib.analysis import Word
from notices.lib.words import words_of

from .indexing import END_LENGTH, Index

# How much a stem found in the place of the one that was typed is worth, in percent.
TYPED = 100
OTHER_FORM = 97
SAME_MEANING = 75
IN_COMPOUND = 45
MISTYPED = 85
PART_OF_IT = 45

# A short word begins many compounds; so many of them count.
MOST_COMPOUNDS = 6
SHORTEST_COMPOUND = 8
# A word that nobody wrote may hold a known one of so many letters.
SHORTEST_KNOWN_PART = 5


@dataclass(slots=True)
class Term:
    """One word of the question and the stems that may stand for it, each with its worth.

    All of `pieces` together may stand for it too: they are the words of which it is made.
    """

    is_small: bool = False
    tokens: dict[str, int] = field(default_factory=dict)
    pieces: list[Term] = field(default_factory=list)

    def allow(self, tokens: Iterable[str], worth: int) -> None:
        for token in tokens:
            self.tokens[token] = max(worth, self.tokens.get(token, 0))


def terms_for(words: Sequence[Word], index: Index, *, may_guess: bool) -> list[Term]:
    """Return for each word the stems of the site's vocabulary that may stand for it."""
    meanings = _meanings(words, index)
    joined = _joined(words, index)
    found: list[Term] = []
    for place, word in enumerate(words):
        if word.stems[0].startswith(analysis.SMALL):
            found.append(Term(is_small=True, tokens={word.stems[0]: TYPED}))
            continue
        term = _term(word.stems, index, meanings)
        term.allow(joined.get(place, ()), OTHER_FORM)
        made_of = [
            _term(analysis.stems_of(piece, index.language), index, meanings)
            for piece in _pieces(word, index)
        ]
        if may_guess and not term.tokens:
            _mistyped(word, term, index, meanings)
        if term.tokens:
            term.pieces = made_of
            found.append(term)
        elif made_of:
            found += made_of
        else:
            if may_guess:
                _hold_known_ends(word, term, index)
            found.append(term)
    return found


def _joined(words: Sequence[Word], index: Index) -> dict[int, set[str]]:
    """Return, by place, known words that are written there in two: "zoom bombing"."""
    found: dict[int, set[str]] = defaultdict(set)
    for place, (left, right) in enumerate(pairwise(words)):
        if min(len(left.folded), len(right.folded)) >= analysis.SHORTEST_PART:
            stem = analysis.stems_of(left.folded + right.folded, index.language)[0]
            if stem in index.vocabulary:
                found[place].add(stem)
                found[place + 1].add(stem)
    return found


def _pieces(word: Word, index: Index) -> Sequence[str]:
    if not words_of(index.language).joins_words or len(word.folded) < SHORTEST_COMPOUND:
        return ()
    return analysis.split(word.folded, index.language, index.vocabulary)


def _term(stems: Sequence[str], index: Index, meanings: Mapping[str, frozenset[str]]) -> Term:
    """Allow the stems themselves, words of the same meaning, and compounds of them."""
    term = Term()
    known = [stem for stem in stems if stem in index.vocabulary]
    term.allow(known[:1], TYPED)
    term.allow(known, OTHER_FORM)
    for stem in known:
        term.allow(meanings.get(stem, ()), SAME_MEANING)
    if words_of(index.language).joins_words:
        for stem in known:
            compounds = sorted(_compounds_with(stem, index), key=lambda token: (len(token), token))
            term.allow(compounds[:MOST_COMPOUNDS], IN_COMPOUND)
    return term


def _compounds_with(stem: str, index: Index) -> Iterable[str]:
    if len(stem) < END_LENGTH:
        return
    for token in index.by_end.get(f"^{stem[:END_LENGTH]}", ()):
        if token.startswith(stem) and len(token) - len(stem) >= END_LENGTH:
            yield token
    for token in index.by_end.get(f"${stem[-END_LENGTH:]}", ()):
        if token.endswith(stem) and len(token) - len(stem) >= END_LENGTH:
            yield token


def _mistyped(word: Word, term: Term, index: Index, meanings: Mapping[str, frozenset[str]]) -> None:
    """Allow known words of which the word looks like a typing mistake."""
    for typed in word.stems[:2]:
        near = analysis.near(typed, index.by_length)
        term.allow(near, MISTYPED)
        for token in near:
            term.allow(meanings.get(token, ()), MISTYPED * SAME_MEANING // 100)


def _hold_known_ends(word: Word, term: Term, index: Index) -> None:
    """Allow known words with which a word begins or ends that nobody wrote."""
    particles = words_of(index.language).particles
    for typed in word.stems:
        for token in index.by_end.get(f"^{typed[:END_LENGTH]}", ()):
            shared = min(len(token), len(typed))
            if shared > END_LENGTH and token[:shared] == typed[:shared]:
                term.allow([token], PART_OF_IT)
        for token in index.by_end.get(f"${typed[-END_LENGTH:]}", ()):
            # "mitfilmen" is a way of "filmen"; otherwise the end of a word says what it is.
            before = typed.removesuffix(token)
            long_enough = len(token) >= SHORTEST_KNOWN_PART or before in particles
            if before != typed and long_enough:
                term.allow([token], PART_OF_IT)


Phrase = tuple[tuple[str, ...], ...]


def _meanings(words: Sequence[Word], index: Index) -> Mapping[str, frozenset[str]]:
    """Return for each stem the stems of the words that staff say mean the same.

    A phrase stands for the others only where the question holds all of it.
    """
    alone, phrases = _listed(index.synonyms, index.language)
    asked = {stem for word in words for stem in word.stems}
    found = dict(alone)
    for phrase, others in phrases:
        if not any(asked.isdisjoint(word) for word in phrase):
            for stem in _own(phrase):
                found[stem] = found.get(stem, frozenset()) | others
    return found


@lru_cache(maxsize=8)
def _listed(
    synonyms: tuple[str, ...], language: str
) -> tuple[dict[str, frozenset[str]], list[tuple[Phrase, frozenset[str]]]]:
    """Return what each single word may stand for, and what each phrase of several words may."""
    alone: dict[str, set[str]] = defaultdict(set)
    phrases: list[tuple[Phrase, frozenset[str]]] = []
    for listed in synonyms:
        split: list[Phrase] = [
            tuple(word.stems for word in analysis.every_word(phrase, language))
            for phrase in listed.split(",")
        ]
        every = {stem for phrase in split for stem in _own(phrase)}
        for phrase in split:
            own = _own(phrase)
            if len(phrase) == 1:
                for stem in own:
                    alone[stem] |= every - own
            else:
                phrases.append((phrase, frozenset(every - own)))
    return {stem: frozenset(others) for stem, others in alone.items()}, phrases


def _own(phrase: Phrase) -> set[str]:
    """Return the stems of a phrase without its small words."""
    return {stem for word in phrase for stem in word if not stem.startswith(analysis.SMALL)}
