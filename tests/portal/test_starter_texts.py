"""The starter texts keep the words of the house."""

from __future__ import annotations

from pathlib import Path

import pytest

import portal.starter

HERE = Path(portal.starter.__file__).parent
TEXTS = sorted([*HERE.glob("*.toml"), *HERE.glob("notices/*/*.md")])


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(HERE)))
def test_texts_keep_the_words_of_the_house(path: Path) -> None:
    text = path.read_text("utf-8")
    for forbidden in (
        "absolut sicher",
        "garantiert",
        "100 %",
        "DSGVO-konform",
        "eventuell",
        "möglicherweise",
        "z. B.",
        "z.B.",
        "ggf.",
    ):
        assert forbidden not in text
    assert "*innen" not in text
    assert ":innen" not in text
