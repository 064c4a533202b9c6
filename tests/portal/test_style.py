"""Plain words in every starter text and both languages of the catalogue (DESIGN-UX 6).

Edition 1 of the letter is excepted: it is kept as it was written.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from gettext import GNUTranslations
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

import portal.starter
from notices.lib import reading_ease

HERE = Path(portal.starter.__file__).parent
PART = 400
CATALOGUE = Path(settings.BASE_DIR) / "locale" / "de" / "LC_MESSAGES" / "django.mo"

FORBIDDEN = re.compile(
    r"absolut sicher|garantiert|\b100 %|dsgvo-konform|\beventuell|möglicherweise"
    r"|in der regel|\bup to 100 %|absolutely secure|guaranteed|gdpr[- ]compliant"
    r"|\w[*:_]innen\b",
    re.IGNORECASE,
)
# Pair forms or neutral words: no capital inside a word.
INNER_CAPITAL = re.compile(r"[a-zäöüß]Innen\b")
# Found wanting once: jargon, a stiff tone, a claim wider than its proof.
WANTING = (
    *("Für alle gesperrt.", "Vorgabe, kann geändert werden.", "Unser Wert", "KI-Begleiter"),
    *("mit Ausnahme.", "In Ausnahmen ist", "Weicht bei", "Aus unserem Verlauf"),
    *("So wurde aus Fassung", "Sind sie heute eingeschaltet", "Damals galt keine"),
    *("nur nach unserer Weisung", "Wir bitten zu Beginn jedes", "am häufigsten gestellt"),
    *("Zoom mostly gets", "Are you not content", "You do not want", "does not count you"),
    *("under the magnifier", "Our value"),
)


def strings(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text in a TOML file with the name that it has there."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from strings(part, name)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part, key)
    elif isinstance(value, str):
        yield key, value


def starter_texts() -> Iterator[tuple[str, str]]:
    for path in sorted(HERE.glob("notices/*/*.md")):
        if not (path.parent.name == "zoom-letter" and path.name.startswith("1.")):
            yield str(path.relative_to(HERE)), path.read_text("utf-8")
    for path in sorted(HERE.glob("*.toml")):
        found: dict[str, list[str]] = {"de": [], "en": []}
        for key, text in strings(tomllib.loads(path.read_text("utf-8"))):
            # What people type into a search is theirs, and one words list is no sentence.
            if key[-3:] in ("_de", "_en") and not key.startswith(("asked_as", "slug", "zoom_name")):
                found[key[-2:]].append(text)
        for language, texts in found.items():
            if texts:
                yield f"{path.name} {language}", "\n\n".join(texts)


def catalogue() -> Iterator[tuple[str, str]]:
    """Yield both languages of the catalogue in parts: what is looked at of one is bounded."""
    with CATALOGUE.open("rb") as file:
        messages = GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    english: list[str] = []
    german: list[str] = []
    for name, text in messages.items():
        # A plural has a number beside its name, and a context before it; "" holds the header.
        words = (name[0] if isinstance(name, tuple) else name).rpartition("\x04")[2]
        if words:
            english.append(words)
            german.append(text)
    for language, texts in (("en", english), ("de", german)):
        for number, start in enumerate(range(0, len(texts), PART)):
            yield f"catalogue {language} {number}", "\n\n".join(texts[start : start + PART])


TEXTS = dict([*starter_texts(), *catalogue()])


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_keeps_to_plain_words(name: str) -> None:
    text = TEXTS[name]
    assert FORBIDDEN.findall(text) + INNER_CAPITAL.findall(text) == []
    assert [words for words in WANTING if words in text] == []


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_has_short_sentences_and_no_abbreviations(name: str) -> None:
    language = next(code for code in ("de", "en") if re.search(rf"\b{code}\b", name))
    hints = reading_ease.hints(TEXTS[name], language)
    assert hints.average <= reading_ease.AVERAGE
    assert hints.abbreviations == ()


def test_the_catalogue_was_read_whole() -> None:
    german = [text for name, text in TEXTS.items() if name.startswith("catalogue de")]
    assert sum(map(len, german)) > 80_000
    assert all(len(text) < reading_ease.LIMIT for text in german)
    assert any("Schutz aktiv" in text for text in german)
