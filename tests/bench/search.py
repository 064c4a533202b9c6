"""Search: the score of the test set, and how its time grows from 100 to 10,000 entries."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from statistics import median, quantiles

from django.db import transaction
from django.utils import timezone

from notices.faq.indexing import Document, Kind, add_words, weigh
from notices.faq.models import SearchEntry, SearchToken
from notices.faq.search import search
from tests.faq.scoring import answers

SIZES = (100, 10_000)
ROUNDS = 3
QUERIES = (
    "aufgezeichnet",
    "Kamera einschalten",
    "Mietervideokonferenz",
    "Kenwort",
    "wie lange speichert ihr meine Daten",
    "Passwort",
    "Eigentümerversamlung",
    "kann zoom meine daten an google weitergeben",
    "qwertzuiop",
    "Zoom",
)
# Parts from which words of a vocabulary like that of a large site are made.
HEADS = (
    "Miet Haus Wohn Video Daten Schutz Eigentum Nebenkosten Heiz Garten Keller Dach Fenster Vertrag"
)
TAILS = (
    "konferenz versammlung recht schutz abrechnung frist kosten ordnung verwaltung anlage raum plan"
)
COMMON_WORDS = "Daten Zoom Kamera Passwort Treffen Telefon löschen speichern einschalten"


def run(report: Callable[[str], None]) -> None:
    """Print the score of the test set and the times of a search."""
    _score(report)
    times = {}
    with transaction.atomic():
        for size in SIZES:
            _fill(size)
            times[size] = _measure()
            middle, slowest = times[size]
            entries = SearchEntry.objects.filter(language="de").count()
            report(
                f"search, {entries} entries per language: "
                f"median {middle:.1f} ms, p99 {slowest:.1f} ms"
            )
        transaction.set_rollback(True)
    small, large = times[SIZES[0]], times[SIZES[1]]
    report(
        f"search, {SIZES[1]} against {SIZES[0]} entries: "
        f"median x {large[0] / small[0]:.2f}, p99 x {large[1] / small[1]:.2f}"
    )


def _score(report: Callable[[str], None]) -> None:
    found = list(answers())
    for language in dict.fromkeys(answer.language for answer in found):
        asked = [answer for answer in found if answer.language == language]
        right = sum(answer.is_right for answer in asked)
        report(f"search, {language}: {right} of {len(asked)} queries answered")
        for answer in asked:
            if not answer.is_right:
                report(f"  not: {answer.query!r} needs {answer.needed}, got {answer.came}")


def _measure() -> tuple[float, float]:
    now = timezone.now()
    times = []
    for _round in range(ROUNDS):
        for query in QUERIES:
            for _again in range(4):
                start = time.perf_counter()
                search(query, "de", now)
                times.append((time.perf_counter() - start) * 1000)
    return median(times), quantiles(times, n=100)[98]


def _fill(size: int) -> None:
    """Add entries until German has `size`, as `indexing` writes them, only many at once."""
    chance = random.Random(size)  # noqa: S311 - the same entries in every run, no secret
    pool = [f"{head}{tail}" for head in HEADS.split() for tail in TAILS.split()]
    pool += [f"{word}{tail}" for word in pool[:60] for tail in TAILS.split()]
    pool += COMMON_WORDS.split() * 20
    first = SearchEntry.objects.count()
    missing = size - SearchEntry.objects.filter(language="de").count()
    documents = []
    for _number in range(missing):
        words = chance.choices(pool, k=45)
        documents.append(Document("", "de", " ".join(words[:6]), "", " ".join(words[6:])))
    for start in range(0, len(documents), 500):
        part = documents[start : start + 500]
        entries = SearchEntry.objects.bulk_create(
            SearchEntry(
                kind=Kind.QUESTION,
                object_id=1_000_000 + first + start + number,
                place=f"bench-{first + start + number}",
                language=document.language,
                digest=document.digest,
            )
            for number, document in enumerate(part)
        )
        weights = [weigh(document) for document in part]
        SearchToken.objects.bulk_create(
            [
                SearchToken(entry=entry, language="de", token=token, weight=weight)
                for entry, tokens in zip(entries, weights, strict=True)
                for token, weight in tokens.items()
            ],
            batch_size=5000,
        )
        add_words({("de", token) for tokens in weights for token in tokens})
