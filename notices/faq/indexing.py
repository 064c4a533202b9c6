"""The search index: in the memory of each process, and as new as the rows it is made from.

Before each search the stamp of the site is read, which the database renews with every change of
what is shown, whoever makes it. Only what changed is taken out and put in again; texts that are
the same as before are not read again.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from math import log

from django.db import connection
from django.utils import timezone

from notices.firm.languages import CODES
from notices.firm.storage import site_version
from notices.lib import analysis

from .documents import Document, Raw, all_raw, documents
from .models import Synonyms

END_LENGTH = 4


class Entry:
    """A document as a search sees it; two of the same text are still two."""

    __slots__ = ("body", "document", "in_ways", "thing", "ways")

    def __init__(self, document: Document) -> None:
        self.document = document
        self.thing = (document.kind, document.object_id)
        self.ways = [
            [word.stems for word in words]
            for way in document.ways
            if (words := analysis.every_word(way, document.language))
        ]
        self.in_ways = frozenset(stem for way in self.ways for stems in way for stem in stems)
        self.body = frozenset(analysis.stems(document.body, document.language))

    def stems(self) -> frozenset[str]:
        """Return every stem that stands anywhere in it."""
        return self.in_ways | self.body


class Index:
    """The entries of one language, the stems in them, and the forms by which stems are found."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.stamp = ""
        self.known: dict[tuple[str, int], Raw] = {}
        self.in_ways: dict[str, dict[Entry, None]] = {}
        self.in_body: dict[str, dict[Entry, None]] = {}
        self.vocabulary: Counter[str] = Counter()
        self.by_end: dict[str, set[str]] = defaultdict(set)
        self.by_length: dict[int, set[str]] = defaultdict(set)
        self.synonyms: tuple[str, ...] = ()
        self._entries: dict[tuple[str, int], list[Entry]] = {}

    def put(self, thing: tuple[str, int], found: Iterable[Document]) -> None:
        """Take out what was known of a thing and put in what is found of it now."""
        for entry in self._entries.pop(thing, ()):
            self._drop(entry.stems())
            for postings, stems in ((self.in_ways, entry.in_ways), (self.in_body, entry.body)):
                for stem in stems:
                    del postings[stem][entry]
                    if not postings[stem]:
                        del postings[stem]
        entries = [Entry(document) for document in found]
        for entry in entries:
            self._take(entry.stems())
            for postings, stems in ((self.in_ways, entry.in_ways), (self.in_body, entry.body)):
                for stem in stems:
                    postings.setdefault(stem, {})[entry] = None
        if entries:
            self._entries[thing] = entries

    def entries_of(self, kind: str) -> Iterator[Entry]:
        """Yield what is known of all things of one kind, in every state."""
        for (of_kind, _object_id), entries in self._entries.items():
            if of_kind == kind:
                yield from entries

    def mean_the_same(self, synonyms: tuple[str, ...]) -> None:
        """Take over the lists of words that staff say mean the same."""
        if synonyms != self.synonyms:
            self._drop(self._stems(self.synonyms))
            self._take(self._stems(synonyms))
            self.synonyms = synonyms

    def weight_of(self, entries: Iterable[Entry]) -> float:
        """Return what a word in so many things says: a rare one more, but never all."""
        number, size = len({entry.thing for entry in entries}), len(self._entries)
        return COMMON + (1 - COMMON) * log((size + 1) / (number + 1)) / log(size + 2)

    def _stems(self, synonyms: Iterable[str]) -> Iterator[str]:
        for listed in synonyms:
            yield from analysis.stems(listed, self.language)

    def _take(self, stems: Iterable[str]) -> None:
        for stem in stems:
            self.vocabulary[stem] += 1
            if self.vocabulary[stem] == 1 and not stem.startswith(analysis.SMALL):
                self.by_length[len(stem)].add(stem)
                for end in ends(stem):
                    self.by_end[end].add(stem)

    def _drop(self, stems: Iterable[str]) -> None:
        for stem in stems:
            self.vocabulary[stem] -= 1
            if not self.vocabulary[stem]:
                del self.vocabulary[stem]
                self.by_length[len(stem)].discard(stem)
                for end in ends(stem):
                    self.by_end[end].discard(stem)


# What a word counts that stands in every entry, against one that stands in a single one.
COMMON = 0.3

_lock = threading.Lock()
_indexes = {language: Index(language) for language in CODES}


@contextmanager
def current() -> Iterator[Callable[[str], Index]]:
    """Hold the index of any language as the rows are now; nobody changes it meanwhile."""
    # Read before the rows: what changes in between is then read again next time.
    stamp = site_version.read(connection)
    with _lock:
        yield lambda language: _as_of(stamp, language)


def _as_of(stamp: str, language: str) -> Index:
    index = _indexes[language]
    if not stamp or stamp != index.stamp:
        _read(index)
        index.stamp = stamp
    return index


def _read(index: Index) -> None:
    found = {raw[:2]: raw for raw in all_raw(index.language, timezone.now())}
    for thing in index.known.keys() - found.keys():
        index.put(thing, [])
        del index.known[thing]
    for thing, raw in found.items():
        if index.known.get(thing) != raw:
            index.put(thing, documents(raw, index.language))
            index.known[thing] = raw
    listed = Synonyms.objects.filter(language=index.language).order_by("words")
    index.mean_the_same(tuple(listed.values_list("words", flat=True)))


def ends(stem: str) -> set[str]:
    """Return the forms by which compounds of a stem, or stems like a beginning, are found."""
    if len(stem) < END_LENGTH:
        return set()
    return {f"^{stem[:END_LENGTH]}", f"${stem[-END_LENGTH:]}"}
