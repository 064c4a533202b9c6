"""Turn text into the word stems by which a search compares it: text in, stems out."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache, lru_cache
from typing import NamedTuple

import snowballstemmer
from rapidfuzz import process
from rapidfuzz.distance import OSA

from .folding import fold, fold_accents
from .words import words_of

# Longer words are cut: nobody types them, and a column must hold them.
LONGEST = 60
SHORTEST_PART = 3
SHORTEST_SPELLING = 5
LONG_SPELLING = 8
MOST_REMEMBERED = 50_000
# Stands before a word that says little, so that nobody takes it for another.
SMALL = "·"

# Words that are joined or split as one likes: E-Mail, K.I., DS-GVO and DS GVO.
_JOINED = r"(?<![^\W_])(?:(?:[^\W\d_]\.){2,}|[^\W\d_]-[^\W_]{2,}|(?i:ds)[- ](?i:gvo)(?![^\W_]))"
_JOINTS = re.compile(r"[-. ]")
# Signs between the two genders of a word: Mieter*innen, Mieter:in, Mieter/-innen.
_WORD = re.compile(rf"{_JOINED}|[^\W_]+(?:(?:\xad|[*:·_/]-?(?=in(?:nen)?(?![^\W_])))[^\W_]+)*")
_INSIDE = re.compile(r"[*:·_/]-?")
_CLAUSE_END = re.compile(r"[.,;:!?()\n„“”\"–—]")

_SHORT_PARTICLE = re.compile(r"(?:runter|raus|rein|rauf|ruber)\w*$")


class Word(NamedTuple):
    """One word of a text: where it stands, how it is folded, and the stems that it counts as."""

    start: int
    end: int
    folded: str
    stems: tuple[str, ...]


def words(text: str, language: str) -> list[Word]:
    """Return the words of `text` that carry meaning, each with its stems, the plain one first."""
    return [
        Word(match.start(), match.end(), folded, stems)
        for match, folded, stems in _found(text, language)
    ]


def stems(text: str, language: str) -> list[str]:
    """Return every stem of `text`, in reading order."""
    return [stem for stems in stems_of_words(text, language) for stem in stems]


def stems_of_words(text: str, language: str) -> list[tuple[str, ...]]:
    """Return the stems of each word of `text`."""
    return [stems for _match, _folded, stems in _found(text, language)]


def every_word(text: str, language: str) -> list[Word]:
    """Return the words of `text`, the small ones too, each of which has a mark before it."""
    return [
        Word(match.start(), match.end(), folded, stems or (SMALL + folded,))
        for match, folded, stems in _read(text, language)
    ]


@lru_cache(maxsize=50_000)
def stems_of(word: str, language: str) -> tuple[str, ...]:
    """Return the stems of one word: the plain one, then those that join its other forms."""
    folded = folded_word(word, language)
    plain = _stem(folded, language)
    known = words_of(language)
    if not known.joins_words:
        return (plain,)
    found = [plain]
    # "Speicherung" and "speichern" meet only when the stem is stemmed again.
    while (again := _stem(found[-1], language)) != found[-1] and len(again) > SHORTEST_PART:
        found.append(again)
    if short := _SHORT_PARTICLE.match(folded):
        # People say "runterladen" and "rein" for "herunterladen" and "herein".
        found += stems_of(f"he{short[0]}", language)
    for pattern, ending in known.forms:
        # The plain stem too: "gespeicherte" is "gespeichert" with an ending.
        match = pattern.match(folded) or pattern.match(plain)
        if match:
            before = match.groupdict().get("before") or ""
            found.append(_stem(before + match["root"] + ending, language))
            found.append(before + match["root"])
    found += [root for stem in found if (root := _root(stem, known.roots)) != stem]
    return tuple(dict.fromkeys(stem[:LONGEST] for stem in found if len(stem) > 1))


def folded_word(word: str, language: str) -> str:
    """Return a word as it is compared; umlauts may be typed as two letters."""
    return (fold if words_of(language).has_umlauts else fold_accents)(word)[:LONGEST]


def near(typed: str, by_length: Mapping[int, Collection[str]]) -> list[str]:
    """Return the known words that `typed` is with a typing mistake: one, or two in a long word."""
    found: list[str] = []
    for length in range(max(len(typed) - 2, SHORTEST_SPELLING), len(typed) + 3):
        allowed = 1 if length < LONG_SPELLING else 2
        if len(typed) >= SHORTEST_SPELLING and abs(length - len(typed)) <= allowed:
            # Letters to add, drop, change or swap with a neighbour.
            hits = process.extract_iter(
                typed, by_length.get(length, ()), scorer=OSA.distance, score_cutoff=allowed
            )
            found += [str(word) for word, _distance, _place in hits]
    return found


def split(folded: str, language: str, known: Collection[str]) -> tuple[str, ...]:
    """Return the two or three known words of which a word is made, or nothing.

    Letters that only join two words drop out with the endings. Of several ways the one with the
    fewest parts is taken, then the one whose shortest part is longest.
    """
    best: tuple[str, ...] = ()
    for place in range(SHORTEST_PART, len(folded) - SHORTEST_PART):
        left, right = folded[:place], folded[place:]
        if not _is_known(left, language, known):
            continue
        rest = (right,) if _is_known(right, language, known) else _in_two(right, language, known)
        if rest and (not best or _shape((left, *rest)) > _shape(best)):
            best = (left, *rest)
    return best


def snippet(
    text: str, wanted: AbstractSet[str], language: str, length: int = 220
) -> list[tuple[str, bool]]:
    """Cut the part of `text` that holds most of `wanted`; each piece says whether it is a hit."""
    hits = [word for word in words(text, language) if not wanted.isdisjoint(word.stems)]
    start = _best_start(text, hits, length)
    end = min(len(text), start + length)
    if end < len(text):
        end = max(text.rfind(" ", start, end), start + length // 2)
    pieces: list[tuple[str, bool]] = [("… ", False)] if start else []
    at = start
    for word in hits:
        if word.start >= at and word.end <= end:
            pieces += [(text[at : word.start], False), (text[word.start : word.end], True)]
            at = word.end
    pieces.append((text[at:end].rstrip(), False))
    if end < len(text):
        pieces.append((" …", False))
    return [piece for piece in pieces if piece[0]]


# One word of a text as it stands there, folded, and its stems: none if it carries no meaning.
Read = tuple[re.Match[str], str, tuple[str, ...]]


def _found(text: str, language: str) -> list[Read]:
    """Return each word that carries meaning."""
    return [read for read in _read(text, language) if read[2]]


def _read(text: str, language: str) -> list[Read]:
    """Return each word; a small one has no stems."""
    known = words_of(language)
    remembered = _remembered(language)
    found: list[Read] = []
    begin = end = 0
    last = ""
    for match in _WORD.finditer(text):
        start = match.start()
        folded, stems = remembered[match[0]]
        if found and (
            ((start - end != 1 or text[end] != " ") and _CLAUSE_END.search(text, end, start))
            # "Nimmt das jemand auf oder nicht": the verb ends before the next thought.
            or (last in known.particles and folded in known.conjunctions)
        ):
            _join_verb(found, begin, last, language)
            begin = len(found)
        found.append((match, folded, stems))
        end, last = match.end(), folded
    _join_verb(found, begin, last, language)
    return found


def _join_verb(found: list[Read], begin: int, last: str, language: str) -> None:
    """Read "schalten Sie die Kamera ein" as "einschalten", from `begin` to the end of a clause."""
    known = words_of(language)
    if last not in known.particles or len(found) - begin < 2:
        return
    whole = known.short.get(last, last)
    alone = True
    for place in range(begin, len(found) - 1):
        match, folded, stems = found[place]
        # Nouns do not drop a particle.
        if stems and (place == begin or not match[0][0].isupper()):
            joined = (whole + stem for stem in stems if len(stem) >= SHORTEST_PART)
            found[place] = match, folded, (*stems, *joined)
            alone = False
    # "Kann da jeder rein?" has no verb of which it could be the beginning.
    found[-1] = found[-1][0], last, stems_of(whole, language) if alone else ()


class _Remembered(dict[str, tuple[str, tuple[str, ...]]]):
    """What is known of words as they were typed: folded, and their stems."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language

    def __missing__(self, typed: str) -> tuple[str, tuple[str, ...]]:
        folded = folded_word(_INSIDE.sub("", _JOINTS.sub("", typed)), self.language)
        stopped = folded in _stop_words(self.language)
        read = folded, () if stopped else stems_of(folded, self.language)
        # Bounded: whoever searches may type what they like.
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        self[typed] = read
        return read


@cache
def _remembered(language: str) -> _Remembered:
    return _Remembered(language)


def _root(stem: str, roots: Mapping[str, str]) -> str:
    for ending, root in roots.items():
        if stem.endswith(ending):
            return stem.removesuffix(ending) + root
    return stem


def _is_known(part: str, language: str, known: Collection[str]) -> bool:
    return any(stem in known for stem in stems_of(part, language))


def _in_two(folded: str, language: str, known: Collection[str]) -> tuple[str, ...]:
    places = range(SHORTEST_PART, len(folded) - SHORTEST_PART)
    found = [
        (folded[:place], folded[place:])
        for place in places
        if _is_known(folded[:place], language, known) and _is_known(folded[place:], language, known)
    ]
    return max(found, key=_shape, default=())


def _shape(found: Sequence[str]) -> tuple[int, int]:
    """Prefer few parts, then long ones."""
    return -len(found), min(map(len, found))


def _best_start(text: str, hits: Sequence[Word], length: int) -> int:
    """Return the beginning of the sentence from which most different hits can be seen."""
    best, most = 0, 0
    for word in hits:
        start = max(text.rfind(sign, 0, word.start) for sign in (". ", "? ", "! ", "\n"))
        start = start + 2 if start > 0 and text[start] != "\n" else start + 1
        if word.end - start > length:
            start = text.rfind(" ", 0, max(word.start - length // 3, 1)) + 1
        seen = {one.folded for one in hits if one.start >= start and one.end <= start + length}
        if len(seen) > most:
            best, most = start, len(seen)
    return best


@lru_cache(maxsize=100_000)
def _stem(folded: str, language: str) -> str:
    stemmer = words_of(language).stemmer
    # A stemmer keeps state while it works, so threads must not share one.
    return str(snowballstemmer.stemmer(stemmer).stemWord(folded)) if stemmer else folded


@cache
def _stop_words(language: str) -> frozenset[str]:
    return frozenset(folded_word(word, language) for word in words_of(language).stop_words)
