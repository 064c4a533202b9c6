"""What a privacy notice has to say, and that what is missing is named."""

from __future__ import annotations

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from notices.editions.review.completeness import ITEMS, LIMIT, checklist, gaps
from notices.lib.words import words_of
from portal.starter.files import HERE
from tests.pace import takes_less_than

STARTER = {"privacy": "video-meetings", "website_privacy": "website-privacy"}
# The words that carry each item in the starter notice; without them it has to be missed.
TAKEN_AWAY = {
    "de": {
        "officer": "atenschutzbeauftragte",
        "recipients": "Wer die Daten bekommt",
        "transfer-copy": "Kopie",
        "access": "Auskunft",
        "rectification": "erichtig",
        "erasure": "Löschung",
        "restriction": "inschränk",
        "objection": "Recht auf Widerspruch",
        "complaint": "eschwer",
        "automated": "utomatisch",
        "categories": "Welche Daten",
        "source": "Woher die Daten kommen",
    },
    "en": {
        "officer": "ata protection officer",
        "transfer-copy": "copy",
        "access": "ccess",
        "erasure": "eletion",
        "restriction": "estriction",
        "portability": "ortability",
        "complaint": "ompla",
        "automated": "utomated",
        "categories": "Which data",
        "source": "Where the data comes from",
    },
}


def starter(kind: str) -> dict[str, str]:
    folder = HERE / "notices" / STARTER[kind]
    return {one: (folder / f"1.{one}.md").read_text("utf-8") for one in ("de", "en")}


@pytest.mark.parametrize("kind", STARTER)
def test_the_starter_notices_say_everything(kind: str) -> None:
    assert gaps(kind, starter(kind)) == []


@pytest.mark.parametrize(
    ("language", "key"), [(one, key) for one, keys in TAKEN_AWAY.items() for key in keys]
)
def test_what_is_taken_away_is_missed_by_name_and_nothing_else(language: str, key: str) -> None:
    texts = starter("privacy")
    texts[language] = texts[language].replace(TAKEN_AWAY[language][key], "x")
    assert [(gap.key, gap.language) for gap in gaps("privacy", texts)] == [(key, language)]


def test_an_empty_notice_lacks_everything_that_has_no_condition() -> None:
    conditional = words_of("de").notice["needed_if"]
    unconditional = [item.key for item in ITEMS if item.key not in conditional]
    assert [gap.key for gap in gaps("privacy", {"de": "", "en": ""})] == unconditional


def test_of_a_language_without_data_nothing_is_assumed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notices.editions.review.completeness.CODES", ("de", "en", "tr"))
    texts = {**starter("privacy"), "tr": "Kısa bir metin."}
    assert gaps("privacy", texts) == []
    assert {line.missing_in for line in checklist("privacy", texts)} == {()}


def test_conditions_ask_for_more() -> None:
    bare = {gap.key for gap in gaps("privacy", {"de": "Nichts.", "en": ""})}
    asked = {
        gap.key
        for gap in gaps(
            "privacy",
            {"de": "Unser berechtigtes Interesse. Mit Einwilligung in die USA.", "en": ""},
        )
    }
    assert {"interest", "withdrawal", "transfer-basis"} <= asked - bare


def test_a_purpose_without_its_legal_basis_is_named() -> None:
    texts = starter("privacy")
    texts["de"] = texts["de"].replace(
        "### Besprechungen", "### Umfragen\n\nWir fragen nach.\n\n### Besprechungen"
    )
    with translation.override("de"):
        names = [str(gap.name) for gap in gaps("privacy", texts)]
    assert names == ["Rechtsgrundlage zum Zweck „Umfragen“"]


def test_a_phone_number_elsewhere_reaches_no_officer() -> None:
    text = "## Beauftragte\n\nUnsere Datenschutzbeauftragte hilft.\n\n## Büro\n\n030 111 111"
    assert "officer" in {gap.key for gap in gaps("privacy", {"de": text, "en": ""})}


def test_a_website_notice_is_not_asked_for_article_14() -> None:
    keys = {gap.key for gap in gaps("website_privacy", {"de": "", "en": ""})}
    assert "controller" in keys
    assert not keys & {"categories", "source"}


@pytest.mark.parametrize("kind", ["letter", "imprint", "accessibility", "easy"])
def test_other_texts_are_not_asked(kind: str) -> None:
    assert gaps(kind, {"de": "", "en": ""}) == []
    assert checklist(kind, {"de": "", "en": ""}) == []


def test_the_checklist_calls_nothing_present_that_the_text_need_not_say() -> None:
    assert all(line.is_needed for line in checklist("privacy", starter("privacy")))
    website = checklist("website_privacy", starter("website_privacy"))
    with translation.override("en"):
        lines = {str(line.name): line for line in website}
    copy = lines["how to get a copy of the clauses"]
    assert (copy.is_needed, copy.missing_in) == (False, ())


def test_a_missing_english_text_is_not_counted_twice() -> None:
    assert {gap.language for gap in gaps("privacy", {"de": "", "en": " "})} == {"de"}


@given(st.sampled_from(["privacy", "website_privacy", "easy"]), st.text(max_size=1500))
def test_no_text_is_too_strange(kind: str, text: str) -> None:
    for line in checklist(kind, {"de": text, "en": text}):
        assert str(line.name)


@pytest.mark.thorough
@pytest.mark.parametrize(
    "piece", ["# a\n", "einwilligung ", "interesse ", "geben ", "withdraw ", "9 ", "müssen sie "]
)
def test_the_largest_text_takes_bounded_time(piece: str) -> None:
    text = piece * (LIMIT // len(piece))
    assert takes_less_than(8, lambda: gaps("privacy", {"de": text, "en": text}))
