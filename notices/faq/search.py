"""Find what the words of a question are about; the question is neither kept nor logged.

The same hits in the same order on every database: tokens are compared by equality only, and
weighing and sorting happen here, in whole numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from math import log

from django.conf import settings
from django.db.models import Count

from notices.lib import analysis
from notices.lib.analysis import Word

from . import indexing
from .indexing import END_LENGTH, NO_WORDING, Kind
from .models import SearchEntry, SearchToken, SearchWord, Synonyms

MAX_LENGTH = 200
MOST_WORDS = 12
MOST_HITS = 20

# How much a stem found in the place of the one that was typed is worth, in percent.
TYPED = 100
OTHER_FORM = 90
SAME_MEANING = 75
IN_COMPOUND = 55
MISTYPED = 70
BEGINS_ALIKE = 40

# What people want first: an answer, then what is set, then a long text that mentions the word.
WORTH: dict[str, int] = {Kind.QUESTION: 100, Kind.SAFEGUARD: 85, Kind.NOTICE: 65}

# A hit must answer at least this part of the question, in percent.
ENOUGH = 50
# What a word that stands nowhere counts in that; a stem in every second entry counts 1100.
UNKNOWN = 1500
# A stem in more entries than this is common: only its best entries are looked at.
COMMON = 80
# So many of the best are asked whether they hold now; a safeguard has one entry per state.
LOOKED_AT = 60
# A short word begins many compounds; so many of them count.
MOST_COMPOUNDS = 6
SHORTEST_COMPOUND = 8


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that matches, in which language, and the stems that did."""

    kind: str
    object_id: int
    variant: str
    place: str
    language: str
    score: int
    tokens: frozenset[str]


@dataclass(slots=True)
class Term:
    """One word of the question and the stems that may stand for it, each with its worth.

    All of `pieces` together may stand for it too: they are the words of which it is made.
    """

    tokens: dict[str, int] = field(default_factory=dict)
    pieces: list[Term] = field(default_factory=list)

    def allow(self, tokens: Iterable[str], worth: int) -> None:
        for token in tokens:
            self.tokens[token] = max(worth, self.tokens.get(token, 0))


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
    for code in (language, *others):
        if len(found) >= MOST_HITS:
            break
        # A German word looks like a mistyped English one: guess only while nothing was found.
        may_guess = code == language or not found
        hits = _search_in(query[:MAX_LENGTH], code, moment, states, may_guess=may_guess)
        found += [hit for hit in hits if (hit.kind, hit.object_id) not in seen]
        seen |= {(hit.kind, hit.object_id) for hit in hits}
    return found[:MOST_HITS]


def _search_in(
    query: str,
    language: str,
    moment: datetime,
    states: Mapping[int, str],
    *,
    may_guess: bool,
) -> list[Hit]:
    words = analysis.words(query, language)[:MOST_WORDS]
    terms = _terms(words, language, may_guess=may_guess)
    slots = [*terms, *(piece for term in terms for piece in term.pieces)]
    tokens = {token for slot in slots for token in slot.tokens}
    if not tokens:
        return []
    rarity = _rarity(tokens, language)
    postings = _postings(rarity, language)
    importance = [
        max(
            (
                rarity[token].worth * worth
                for token, worth in term.tokens.items()
                if rarity[token].entries
            ),
            default=UNKNOWN,
        )
        for term in terms
    ]
    worths: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for place, slot in enumerate(slots):
        for token, worth in slot.tokens.items():
            worths[token].append((place, worth * rarity[token].worth))
    whole = sum(importance)
    scored: list[tuple[int, int, frozenset[str]]] = []
    for entry, weights in postings.items():
        best: dict[int, int] = {}
        for token, weight in weights.items():
            for place, worth in worths[token]:
                best[place] = max(best.get(place, 0), worth * weight)
        score = _of_terms(terms, best)
        share = 100 * sum(importance[place] for place in score) // whole
        if share >= ENOUGH:
            scored.append((sum(score.values()) * share // 100, entry, frozenset(weights)))
    scored.sort(key=lambda one: (-one[0], one[1]))
    return _live(scored, moment, states, language)


def _of_terms(terms: Sequence[Term], best: Mapping[int, int]) -> dict[int, int]:
    """Return what each term found: its own stems, or all the pieces that follow the terms."""
    found = {place: score for place, score in best.items() if place < len(terms)}
    slot = len(terms)
    for place, term in enumerate(terms):
        own = range(slot, slot + len(term.pieces))
        slot += len(term.pieces)
        if own and all(piece in best for piece in own):
            together = min(best[piece] for piece in own) * IN_COMPOUND // TYPED
            found[place] = max(found.get(place, 0), together)
    return found


def _live(
    scored: Sequence[tuple[int, int, frozenset[str]]],
    moment: datetime,
    states: Mapping[int, str],
    language: str,
) -> list[Hit]:
    """Keep what holds at `moment`: the edition in force, the state a safeguard is in."""
    entries = SearchEntry.objects.in_bulk([entry for _score, entry, _tokens in scored[:LOOKED_AT]])
    hits = []
    for score, pk, tokens in scored[:LOOKED_AT]:
        entry = entries.get(pk)
        if entry is None:
            continue
        if entry.kind == Kind.SAFEGUARD and entry.variant != states.get(
            entry.object_id, NO_WORDING
        ):
            continue
        if entry.valid_from and entry.valid_from > moment:
            continue
        if entry.valid_until and entry.valid_until <= moment:
            continue
        worth = score * WORTH[entry.kind] // 100
        hits.append(
            Hit(entry.kind, entry.object_id, entry.variant, entry.place, language, worth, tokens)
        )
    return sorted(hits, key=lambda hit: (-hit.score, _ORDER[hit.kind], hit.place))


_ORDER = {kind: place for place, kind in enumerate(WORTH)}


@dataclass(frozen=True, slots=True)
class Rarity:
    """In how many entries a stem stands, and what finding it is therefore worth."""

    entries: int
    worth: int


def _rarity(tokens: set[str], language: str) -> dict[str, Rarity]:
    total = SearchEntry.objects.filter(language=language).count()
    counted = dict(
        SearchToken.objects.filter(language=language, token__in=tokens)
        .values_list("token")
        .annotate(entries=Count("entry"))
    )
    return {
        token: Rarity(
            counted.get(token, 0), round(10 * log(1 + (total + 1) / (1 + counted.get(token, 0))))
        )
        for token in tokens
    }


def _postings(rarity: Mapping[str, Rarity], language: str) -> dict[int, dict[str, int]]:
    """Return the weights of the stems in every entry worth looking at; few, however many exist."""
    postings: dict[int, dict[str, int]] = defaultdict(dict)
    rows = SearchToken.objects.filter(language=language)
    rare = [token for token, one in rarity.items() if 0 < one.entries <= COMMON]
    common = sorted(token for token, one in rarity.items() if one.entries > COMMON)
    for token, entry, weight in rows.filter(token__in=rare).values_list(
        "token", "entry_id", "weight"
    ):
        postings[entry][token] = weight
    for token in common:
        best = rows.filter(token=token).order_by("-weight", "entry_id")
        for entry, weight in best.values_list("entry_id", "weight")[:COMMON]:
            postings[entry][token] = weight
    if common and len(rarity) > 1:
        others = rows.filter(token__in=common, entry_id__in=list(postings))
        for token, entry, weight in others.values_list("token", "entry_id", "weight"):
            postings[entry][token] = weight
    return postings


def _terms(words: Sequence[Word], language: str, *, may_guess: bool) -> list[Term]:
    """Return for each word the stems of the site's vocabulary that may stand for it."""
    if not words:
        return []
    meanings = _meanings(words, language)
    vocabulary = _look_up(words, meanings, language, may_guess=may_guess)
    return [term for word in words for term in vocabulary.terms_for(word, may_guess)]


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """The part of the site's vocabulary that one question can touch."""

    language: str
    known: frozenset[str]
    by_form: Mapping[str, frozenset[str]]
    meanings: Mapping[str, frozenset[str]]

    def terms_for(self, word: Word, may_guess: bool) -> list[Term]:
        term = self._term(word.stems)
        pieces = (
            analysis.split(word.folded, self.language, self.known) if self.language == "de" else ()
        )
        made_of = [self._term(analysis.stems_of(piece, self.language)) for piece in pieces]
        if term.tokens:
            term.pieces = made_of
            return [term]
        if made_of:
            return made_of
        if may_guess:
            self._guess(word, term)
        return [term]

    def _term(self, stems: Sequence[str]) -> Term:
        """Allow the stems themselves, words of the same meaning, and compounds of them."""
        term = Term()
        known = [stem for stem in stems if stem in self.known]
        term.allow(known[:1], TYPED)
        term.allow(known, OTHER_FORM)
        for stem in known:
            term.allow(self.meanings.get(stem, ()), SAME_MEANING)
        if self.language == "de":
            for stem in known:
                compounds = sorted(
                    self._compounds_with(stem), key=lambda token: (len(token), token)
                )
                term.allow(compounds[:MOST_COMPOUNDS], IN_COMPOUND)
        return term

    def _compounds_with(self, stem: str) -> Iterable[str]:
        if len(stem) < END_LENGTH:
            return
        for token in self.by_form.get(f"^{stem[:END_LENGTH]}", ()):
            if token.startswith(stem) and len(token) - len(stem) >= END_LENGTH:
                yield token
        for token in self.by_form.get(f"${stem[-END_LENGTH:]}", ()):
            if token.endswith(stem) and len(token) - len(stem) >= END_LENGTH:
                yield token

    def _guess(self, word: Word, term: Term) -> None:
        """Allow what looks like a typing mistake, or begins like the word."""
        for typed in word.stems[:2]:
            near = {
                token
                for form in analysis.spellings(typed)
                for token in self.by_form.get(form, ())
                if analysis.is_near(typed, token)
            }
            term.allow(near, MISTYPED)
            for token in near:
                term.allow(self.meanings.get(token, ()), MISTYPED * SAME_MEANING // 100)
        if term.tokens:
            return
        typed = word.stems[0]
        for token in self.by_form.get(f"^{typed[:END_LENGTH]}", ()):
            shared = min(len(token), len(typed))
            if shared > END_LENGTH and token[:shared] == typed[:shared]:
                term.allow([token], BEGINS_ALIKE)


def _meanings(words: Sequence[Word], language: str) -> dict[str, frozenset[str]]:
    """Return for each stem the stems of the words that staff say mean the same.

    A phrase stands for the others only where the question holds all of it.
    """
    asked = {stem for word in words for stem in word.stems}
    found: dict[str, set[str]] = defaultdict(set)
    for synonyms in Synonyms.objects.filter(language=language):
        phrases = _phrases(synonyms.words, language)
        every = {stem for phrase in phrases for word in phrase for stem in word}
        for phrase in phrases:
            if len(phrase) > 1 and any(asked.isdisjoint(word) for word in phrase):
                continue
            own = {stem for word in phrase for stem in word}
            for stem in own:
                found[stem] |= every - own
    return {stem: frozenset(others) for stem, others in found.items()}


@lru_cache(maxsize=1000)
def _phrases(listed: str, language: str) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Return the stems of each word of each phrase; cached by the text itself."""
    return tuple(
        tuple(word.stems for word in analysis.words(phrase, language))
        for phrase in listed.split(",")
    )


def _look_up(
    words: Sequence[Word], meanings: Mapping[str, frozenset[str]], language: str, *, may_guess: bool
) -> _Vocabulary:
    """Read what the words can touch; further forms only of those that nobody has written."""
    plain = {stem for word in words for stem in word.stems}
    by_form = _by_form(plain | {end for stem in plain for end in indexing.ends(stem)}, language)
    unknown = [word for word in words if not any(_is_token(by_form, stem) for stem in word.stems)]
    further: set[str] = set()
    for word in words:
        if language == "de" and len(word.folded) >= SHORTEST_COMPOUND:
            further |= analysis.parts(word.folded, language, middles=word in unknown)
        if may_guess and word in unknown:
            further |= {form for stem in word.stems for form in analysis.spellings(stem)}
    by_form |= _by_form(further - by_form.keys(), language)
    # The parts of a compound have compounds of their own.
    if language == "de":
        ends = {end for part in further if _is_token(by_form, part) for end in indexing.ends(part)}
        by_form |= _by_form(ends - by_form.keys(), language)
    known = frozenset(form for form in by_form if _is_token(by_form, form))
    return _Vocabulary(language, known, by_form, meanings)


def _by_form(forms: set[str], language: str) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    if forms:
        rows = SearchWord.objects.filter(language=language, form__in=sorted(forms))
        for form, token in rows.values_list("form", "token"):
            found[form].add(token)
    return {form: frozenset(tokens) for form, tokens in found.items()}


def _is_token(by_form: Mapping[str, frozenset[str]], form: str) -> bool:
    return form in by_form.get(form, ())
