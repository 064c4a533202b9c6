"""What the tools here must know about a language, one file of data for each."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
# Written as one text with blanks between them.
SETS = (
    "stop_words",
    "conjunctions",
    "before_numbers",
    "prefixes",
    "endings",
    "doubled",
    "doubled_in_clauses",
    "own_words",
    "before_names",
)


@dataclass(frozen=True, slots=True)
class Words:
    """One language as the data say it; without a file, what does no harm in any language."""

    quotes: str = "“”‘’"
    # The name of the Snowball stemmer; empty: a word is its own stem.
    stemmer: str = ""
    has_umlauts: bool = False
    joins_words: bool = False
    stop_words: frozenset[str] = frozenset()
    particles: tuple[str, ...] = ()
    # Particles that people shorten, and words after which a new thought begins.
    short: Mapping[str, str] = field(default_factory=dict)
    conjunctions: frozenset[str] = frozenset()
    forms: tuple[tuple[re.Pattern[str], str], ...] = ()
    roots: Mapping[str, str] = field(default_factory=dict)
    # What is better written out; some of it only stands before a number. Stops that end nothing.
    abbreviations: tuple[str, ...] = ()
    before_numbers: frozenset[str] = frozenset()
    stop_in_date: str = ""
    # What words can begin with and how they can end, by which two of them differ and not one word
    # from a slip; what stands rightly twice in a row, always or where a clause begins; words of
    # this field that no dictionary has; what stands before a name.
    prefixes: frozenset[str] = frozenset()
    endings: frozenset[str] = frozenset()
    doubled: frozenset[str] = frozenset()
    doubled_in_clauses: frozenset[str] = frozenset()
    own_words: frozenset[str] = frozenset()
    before_names: frozenset[str] = frozenset()
    # By what a privacy notice is checked for completeness; empty: in this language it is not.
    notice: Mapping[str, Any] = field(default_factory=dict)
    # What is said around tables and footnotes; signs where nobody wrote words.
    table: str = "▦"
    footnotes: str = "※"
    footnote: str = "※"
    back: str = "↑"


@cache
def words_of(language: str) -> Words:
    """Return what is known about a language."""
    path = FOLDER / f"{language}.toml"
    return _read(path.read_text("utf-8")) if path.is_file() else Words()


def _read(text: str) -> Words:
    data: dict[str, Any] = tomllib.loads(text)
    for name in SETS:
        data[name] = frozenset(data.get(name, "").split())
    data["abbreviations"] = tuple(data.get("abbreviations", ()))
    data["particles"] = tuple(data.get("particles", "").split())
    particle = "|".join(data["particles"])
    data["forms"] = tuple(
        (re.compile(form["pattern"].replace("PARTICLE", particle)), form["ending"])
        for form in data.get("forms", ())
    )
    return Words(**data.pop("markdown", {}), **data)
