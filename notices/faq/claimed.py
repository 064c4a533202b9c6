"""Which safeguards a letter seems to speak of: the words of the search, held against each passage.

A guess for a person to confirm; nothing here stores or decides anything.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from math import log

from notices.lib import analysis, markdown
from notices.safeguards.models import Safeguard

from . import indexing
from .documents import NO_WORDING, Kind
from .indexing import Index
from .terms import TYPED, Term, terms_for

MOST_PASSAGES = 400
MOST_SHOWN = 3
# A passage is read to so many words: behind them it speaks of something else.
MOST_WORDS = 40
# What a word counts by where a safeguard has it: in its name, in a sentence, in what it means.
IN_NAME, IN_CLAIM, IN_MEANING = 1.0, 0.7, 0.5
# So much a passage must say of a safeguard to be shown at all.
ENOUGH = 1.5
# From here on a passage is likely to mean it.
LIKELY = 3.0
# Of several passages about one safeguard those are shown that say at least this part of the best.
NEARLY = 0.6
# How much it counts that a passage holds all of a name, not one word of it.
FITTING = 0.3

_ITEM = re.compile(r"(?m)^[ ]*(?:[-*+]|\d{1,5}[.)])[ ]+")
_SENTENCE = re.compile(r"(?<=[^\d][.!?])\s+(?=[A-ZÄÖÜ„“\"])")


@dataclass(frozen=True, slots=True)
class Claimed:
    """A safeguard and the passages of a letter that seem to speak of it, best first."""

    safeguard: Safeguard
    passages: tuple[str, ...]
    is_likely: bool


def claimed_in(text: str, language: str) -> list[Claimed]:
    """Return the safeguards that a letter in Markdown seems to speak of, in their own order."""
    with indexing.current() as index_of:
        known = _Known(index_of(language))
        found: dict[int, list[tuple[float, str]]] = defaultdict(list)
        for passage in passages(text):
            score, pk = known.best(passage)
            if score >= ENOUGH:
                found[pk].append((score, passage))
    return [
        Claimed(one, tuple(_nearly_best(found[one.pk])), max(found[one.pk])[0] >= LIKELY)
        for one in Safeguard.objects.filter(pk__in=found).order_by("position", "key")
    ]


def _nearly_best(found: list[tuple[float, str]]) -> Iterator[str]:
    ordered = sorted(found, key=lambda one: -one[0])
    for score, passage in ordered[:MOST_SHOWN]:
        if score >= ordered[0][0] * NEARLY:
            yield passage


def passages(text: str) -> list[str]:
    """Return the items of lists and the sentences of a text in Markdown, without headings."""
    return [*_passages(text)][:MOST_PASSAGES]


def _passages(text: str) -> Iterator[str]:
    for block in re.split(r"\n[ \t]*\n", text):
        if block.lstrip().startswith("#"):
            continue
        begins = [match.start() for match in _ITEM.finditer(block)]
        items = [block[a:b] for a, b in zip([0, *begins], [*begins, len(block)], strict=True)]
        for item in items:
            words = " ".join(markdown.plain_text(markdown.render(item)).split())
            if _ITEM.match(item):
                yield re.sub(r"^\d+\. ", "", words)
            elif words:
                yield from _SENTENCE.split(words)


class _Known:
    """What the search knows of each safeguard: its stems, and how rare they are among all."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.places: dict[int, dict[str, float]] = defaultdict(dict)
        self.names: dict[int, list[list[tuple[str, ...]]]] = defaultdict(list)
        for entry in index.entries_of(Kind.SAFEGUARD):
            pk, is_name = entry.document.object_id, entry.document.variant == NO_WORDING
            self._take(pk, entry.body, IN_MEANING)
            self._take(pk, entry.in_ways, IN_NAME if is_name else IN_CLAIM)
            if is_name:
                self.names[pk] = entry.ways
        holding: dict[str, float] = defaultdict(float)
        for stems in self.places.values():
            for stem, worth in stems.items():
                holding[stem] += worth
        size = len(self.places)
        self.rarity = {
            stem: max(0.0, log((size + 1) / (number + 0.5))) for stem, number in holding.items()
        }

    def _take(self, pk: int, stems: Iterable[str], worth: float) -> None:
        for stem in stems:
            self.places[pk][stem] = max(worth, self.places[pk].get(stem, 0.0))

    def best(self, passage: str) -> tuple[float, int]:
        """Return how much a passage says of the safeguard of which it says most, and its id."""
        words = analysis.every_word(passage, self.index.language)[:MOST_WORDS]
        found = terms_for(words, self.index, may_guess=False)
        terms = [term for term in found if not term.is_small]
        slots = [slot for term in terms for slot in (term, *term.pieces)]
        tokens = {token for slot in slots for token in slot.tokens}
        scores = [
            (self._said(terms, pk) * (1 - FITTING + FITTING * self._fit(tokens, pk)), -pk)
            for pk in self.places
        ]
        score, pk = max(scores, default=(0.0, 0))
        return score, -pk

    def _said(self, terms: Iterable[Term], pk: int) -> float:
        stems = self.places[pk]
        said = 0.0
        for term in terms:
            held = [
                worth / TYPED * stems[token] * self.rarity[token]
                for token, worth in term.tokens.items()
                if token in stems
            ]
            said += max(max(held, default=0.0), self._said(term.pieces, pk))
        return said

    def _fit(self, tokens: AbstractSet[str], pk: int) -> float:
        """Say how much of one name of a safeguard is there: "remote control", not of a camera."""
        best = 0.0
        for name in self.names[pk]:
            weights = [max(self.rarity.get(stem, 0.0) for stem in stems) for stems in name]
            held = [
                weight
                for weight, stems in zip(weights, name, strict=True)
                if not tokens.isdisjoint(stems)
            ]
            best = max(best, sum(held) / (sum(weights) or 1.0))
        return best
