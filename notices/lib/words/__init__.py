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
    data["stop_words"] = frozenset(data.get("stop_words", "").split())
    data["conjunctions"] = frozenset(data.get("conjunctions", "").split())
    data["abbreviations"] = tuple(data.get("abbreviations", ()))
    data["before_numbers"] = frozenset(data.get("before_numbers", "").split())
    data["particles"] = tuple(data.get("particles", "").split())
    particle = "|".join(data["particles"])
    data["forms"] = tuple(
        (re.compile(form["pattern"].replace("PARTICLE", particle)), form["ending"])
        for form in data.get("forms", ())
    )
    return Words(**data.pop("markdown", {}), **data)
