"""The search test set: queries as people type them, with the hits they need."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils import timezone

from notices.faq.search import search
from notices.faq.states import safeguard_variants
from notices.safeguards.board import timelines

QUERIES = Path(__file__).with_name("search_queries.toml")


@dataclass(frozen=True, slots=True)
class Answered:
    """One query of the set, what was needed and what came first."""

    language: str
    query: str
    needed: tuple[str, ...]
    came: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        if not self.needed:
            return not self.came
        return set(self.needed) <= set(self.came)


def answers() -> Iterator[Answered]:
    """Put every query of the set to the search, on the content of the database."""
    now = timezone.now()
    states = safeguard_variants(timelines.load(), now)
    for language, rows in tomllib.loads(QUERIES.read_text("utf-8")).items():
        for row in rows:
            hits = search(row["query"], language, now, states)[:3]
            yield Answered(
                language,
                row["query"],
                tuple(row["first_three"]),
                tuple(f"{hit.kind}:{hit.place}" for hit in hits),
            )


# Each was written and committed before the search was tuned, and is never edited later.
EVERYDAY = ("everyday", "stranger", "later", "fresh", "last")


def everyday_answers() -> Iterator[tuple[str, Answered]]:
    """Put every everyday query to the search; one of its targets among three is enough."""
    now = timezone.now()
    states = safeguard_variants(timelines.load(), now)
    for name in EVERYDAY:
        path = Path(__file__).with_name(f"{name}_queries.toml")
        for language, rows in tomllib.loads(path.read_text("utf-8")).items():
            for query, targets in rows.items():
                needed = {target if ":" in target else f"question:{target}" for target in targets}
                came = [f"{h.kind}:{h.place}" for h in search(query, language, now, states)[:3]]
                shown = tuple(sorted(needed & set(came))) or tuple(sorted(needed))
                yield name, Answered(language, query, shown, tuple(came))
