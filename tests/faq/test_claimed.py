"""Which settings a letter speaks of; two of the letters were written before the matcher."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from notices.faq.claimed import claimed_in, passages

CASES = Path(__file__).parent.parent / "portal" / "letters" / "cases"
SEED = Path(__file__).parents[2] / "portal" / "starter" / "notices" / "zoom-letter" / "1.de.md"
LETTERS = [
    ("seed", SEED, 11),
    ("prose", CASES / "prose.md", 8),
    ("list", CASES / "list.md", 8),
    ("later", CASES / "later.md", 8),
    ("short", CASES / "short.md", 8),
    ("formal", CASES / "formal.md", 8),
]


@pytest.mark.usefixtures("starter")
@pytest.mark.parametrize(("name", "letter", "least"), LETTERS)
def test_most_of_what_a_letter_says_of_the_settings_is_found(
    name: str, letter: Path, least: int
) -> None:
    claims = tomllib.loads((CASES / f"{name}.toml").read_text("utf-8"))["claims"]
    found = {one.safeguard.key: one.passages for one in claimed_in(letter.read_text("utf-8"), "de")}
    missed = [key for words, key in claims if not any(words in p for p in found.get(key, ()))]
    assert len(claims) - len(missed) >= least, missed


@pytest.mark.usefixtures("starter")
@pytest.mark.parametrize(("name", "letter", "least"), LETTERS)
def test_nearly_all_that_is_likely_is_really_said(name: str, letter: Path, least: int) -> None:
    claims = tomllib.loads((CASES / f"{name}.toml").read_text("utf-8"))["claims"]
    likely = [one for one in claimed_in(letter.read_text("utf-8"), "de") if one.is_likely]
    wrong = {one.safeguard.key for one in likely} - {key for _words, key in claims}
    assert len(wrong) <= len(likely) / 5, wrong


@pytest.mark.usefixtures("starter")
def test_a_letter_about_something_else_speaks_of_no_setting() -> None:
    assert claimed_in("Am Dienstag kommt der Kaminkehrer.\n\nBitte lüften Sie.", "de") == []


def test_passages_are_sentences_and_whole_items_without_headings() -> None:
    text = "# Titel\n\nErster Satz. Zweiter **Satz**!\n\n1. Eins. Noch eins.\n2. Zwei\n\n- Punkt"
    assert passages(text) == ["Erster Satz.", "Zweiter Satz!", "Eins. Noch eins.", "Zwei", "Punkt"]
