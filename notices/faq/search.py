"""Find what the words of a question are about; the question is neither kept nor logged.

The same hits in the same order on every database: the index is in memory, and weighing and
sorting happen here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import nlargest

from django.conf import settings

from notices.lib import analysis

from . import indexing
from .documents import NO_WORDING, Kind
from .indexing import Entry, Index
from .terms import IN_COMPOUND, OTHER_FORM, TYPED, Term, terms_for

MAX_LENGTH = 200
MOST_WORDS = 12
MOST_HITS = 20

# What people want first: an answer, then what is set, then a long text that mentions the word.
WORTH: dict[str, float] = {Kind.QUESTION: 1.0, Kind.SAFEGUARD: 1.0, Kind.NOTICE: 0.7}
# A text that is asked for by its name comes before all others.
NAMED = 1.0
BY_NAME = 0.6

# A word that stands only in the body, against one in the question or a way to ask it.
IN_BODY = 0.5
# How much one way to ask counts that fits as a whole, against the words found anywhere.
ONE_WAY = 0.4
# Another way to ask, against the question as it is written.
OTHER_WAY = 0.9
# A way with many words that were not asked for fits less.
FITTING = 0.4
# What a word that stands nowhere counts in the whole; one in every entry counts `COMMON`.
UNKNOWN = 0.4
# What a small word counts, such as "how", "long", "may" or "must".
SMALL = 0.2
# A question of nothing but small words must be found nearly whole, and two of them are none.
MOST_OF_IT = 0.7
FEWEST_SMALL = 3
# A hit must answer at least this part of the question.
ENOUGH = 0.15
# So many of the best are compared way by way, and asked whether they hold now.
LOOKED_AT = 60


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that matches, in which language, and the stems that did."""

    kind: str
    object_id: int
    variant: str
    place: str
    language: str
    score: float
    # How much of the question one way to ask covers.
    covered: float
    tokens: frozenset[str]


def search(
    query: str, language: str, moment: datetime, states: Mapping[int, str] | None = None
) -> list[Hit]:
    """Return what answers `query` at `moment`, best first; hits in `language` before others.

    `states` says for each safeguard (by id) in which state its words are those of the moment.
    """
    states = states or {}
    others = [code for code, _name in settings.LANGUAGES if code != language]
    found: list[Hit] = []
    seen: set[tuple[str, int]] = set()
    with indexing.current() as index_of:
        for code in (language, *others):
            if len(found) >= MOST_HITS:
                break
            # A German word looks like a mistyped English one: guess only while nothing was found.
            may_guess = code == language or not found
            hits = _search_in(index_of(code), query[:MAX_LENGTH], moment, states, may_guess)
            found += [hit for hit in hits if (hit.kind, hit.object_id) not in seen]
            seen |= {(hit.kind, hit.object_id) for hit in hits}
    return found[:MOST_HITS]


def _search_in(
    index: Index, query: str, moment: datetime, states: Mapping[int, str], may_guess: bool
) -> list[Hit]:
    words = analysis.every_word(query, index.language)[:MOST_WORDS]
    terms = terms_for(words, index, may_guess=may_guess)
    weights: list[float] = []
    shares: dict[Entry, float] = defaultdict(float)
    only_small = all(term.is_small for term in terms)
    for term in terms:
        found = _anywhere(term, index) if only_small or not term.is_small else {}
        weights.append(_weight(term, found, index))
        for entry, worth in found.items():
            shares[entry] += weights[-1] * worth
    whole = sum(weights)
    least = MOST_OF_IT if only_small else ENOUGH
    if only_small and len(terms) < FEWEST_SMALL:
        return []
    holding = [
        (share / whole, entry)
        for entry, share in shares.items()
        if share >= least * whole and _holds(entry, moment, states)
    ]
    best = nlargest(LOOKED_AT, holding, key=lambda one: (one[0], one[1].document.place))
    asked = _Asked(index, terms, weights)
    hits = [asked.hit(entry, share) for share, entry in best]
    if only_small:
        hits = [hit for hit in hits if hit.covered >= MOST_OF_IT]
    return sorted(hits, key=lambda hit: (-hit.score, _ORDER[hit.kind], hit.place))


_ORDER = {kind: place for place, kind in enumerate(WORTH)}


def _weight(term: Term, found: Mapping[Entry, float], index: Index) -> float:
    """Return how much a word of the question says."""
    if term.is_small:
        return SMALL
    # What else the word may stand for does not make it more common.
    own = [entry for entry, worth in found.items() if worth >= OTHER_FORM / TYPED]
    return index.weight_of(own or found) if found else UNKNOWN


def _anywhere(term: Term, index: Index) -> dict[Entry, float]:
    """Return the entries in which something stands for `term`, and how well."""
    found: dict[Entry, float] = {}
    # The better ones come later and stay.
    for token, worth in sorted(term.tokens.items(), key=lambda one: one[1]):
        found |= dict.fromkeys(index.in_body.get(token, ()), worth * IN_BODY / TYPED)
    for token, worth in sorted(term.tokens.items(), key=lambda one: one[1]):
        found |= dict.fromkeys(index.in_ways.get(token, ()), worth / TYPED)
    if term.pieces:
        first, *rest = [_anywhere(piece, index) for piece in term.pieces]
        for entry, least in first.items():
            together = min([least, *(piece.get(entry, 0) for piece in rest)]) * IN_COMPOUND / TYPED
            if together > found.get(entry, 0):
                found[entry] = together
    return found


def _holds(entry: Entry, moment: datetime, states: Mapping[int, str]) -> bool:
    """Say whether its words are those of `moment`: the edition in force, the state that holds."""
    document = entry.document
    if document.kind == Kind.SAFEGUARD:
        return document.variant == states.get(document.object_id, NO_WORDING)
    if document.valid_from and document.valid_from > moment:
        return False
    return not (document.valid_until and document.valid_until <= moment)


class _Asked:
    """A question with its words weighed, to be held against one entry after the other."""

    def __init__(self, index: Index, terms: Sequence[Term], weights: Sequence[float]) -> None:
        self.index = index
        self.terms = terms
        self.weights = weights
        self.whole = sum(weights)
        self.slots = [*terms, *(piece for term in terms for piece in term.pieces)]
        self.stands_for: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, slot in enumerate(self.slots):
            for token, worth in slot.tokens.items():
                self.stands_for[token].append((place, worth / TYPED))
        self.known: dict[str, float] = {}

    def hit(self, entry: Entry, share: float) -> Hit:
        """Return the hit that an entry is of which so large a share was found anywhere."""
        document = entry.document
        covered, best = 0.0, 0.0
        for place, way in enumerate(entry.ways):
            part, fit = self._fits(way)
            covered = max(covered, part)
            best = max(best, fit * OTHER_WAY if place else fit)
        score = (ONE_WAY * best + (1 - ONE_WAY) * share) * WORTH[document.kind]
        if document.kind == Kind.NOTICE and covered >= BY_NAME:
            score = covered * NAMED
        tokens = frozenset(entry.stems() & self.stands_for.keys())
        return Hit(
            document.kind,
            document.object_id,
            document.variant,
            document.place,
            document.language,
            score,
            covered,
            tokens,
        )

    def _fits(self, way: Iterable[Sequence[str]]) -> tuple[float, float]:
        """Say how much of the question one way to ask covers, and how well the two fit."""
        asked: dict[int, float] = {}
        length = used = 0.0
        for word in way:
            weight = self._weight(word[0])
            best = 0.0
            for stem in word:
                for place, worth in self.stands_for.get(stem, ()):
                    best = max(best, worth)
                    asked[place] = max(worth, asked.get(place, 0.0))
            length += weight
            used += weight * best
        found = self._of_terms(asked)
        covered = sum(self.weights[place] * worth for place, worth in found.items()) / self.whole
        return covered, covered * (1 - FITTING + FITTING * used / length)

    def _of_terms(self, asked: Mapping[int, float]) -> dict[int, float]:
        """Return what each term found: its own stems, or all the pieces that follow the terms."""
        found = {place: worth for place, worth in asked.items() if place < len(self.terms)}
        slot = len(self.terms)
        for place, term in enumerate(self.terms):
            own = range(slot, slot + len(term.pieces))
            slot += len(term.pieces)
            if own and all(piece in asked for piece in own):
                together = min(asked[piece] for piece in own) * IN_COMPOUND / TYPED
                found[place] = max(found.get(place, 0.0), together)
        return found

    def _weight(self, stem: str) -> float:
        if stem.startswith(analysis.SMALL):
            return SMALL
        if stem not in self.known:
            self.known[stem] = self.index.weight_of(self.index.in_ways.get(stem, ()))
        return self.known[stem]
