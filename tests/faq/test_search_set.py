"""The search answers what people really type: each set was written before the search changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone

from notices.faq.models import Question
from notices.faq.search import search
from tests.factories import make_question

from .scoring import answers, everyday_answers

CASES = Path(__file__).parent.parent / "lib" / "cases" / "15-search-hyphens.txt"
PAIRS = [
    line
    for line in CASES.read_text(encoding="utf-8").split("-----\n", 1)[1].splitlines()
    if "=" in line
]


@pytest.mark.usefixtures("starter")
def test_nine_of_ten_queries_of_each_language_bring_what_they_need() -> None:
    asked = [("typed", answer) for answer in answers()] + list(everyday_answers())
    # The two sets that were written last are small: together they say more than each alone.
    least: dict[tuple[str, ...], tuple[int, int]] = {
        ("typed",): (60, 20),
        ("everyday",): (120, 40),
        ("stranger",): (120, 40),
        ("later", "fresh"): (140, 80),
        ("last",): (120, 40),
    }
    for names, numbers in least.items():
        for language, number in zip(("de", "en"), numbers, strict=True):
            found = [one for of, one in asked if of in names and one.language == language]
            wrong = [one for one in found if not one.is_right]
            assert len(found) >= number
            assert len(wrong) <= len(found) / 10, "\n".join(map(str, (*names, *wrong)))


@pytest.mark.usefixtures("starter")
@pytest.mark.parametrize("pair", PAIRS)
def test_joined_and_split_spellings_find_the_same(pair: str) -> None:
    language = "en" if pair.startswith("en: ") else "de"
    left, right = (part.strip() for part in pair.removeprefix("en: ").split("="))
    found = [
        [(hit.kind, hit.place) for hit in search(query, language, timezone.now(), {})]
        for query in (left, right)
    ]
    assert found[0] == found[1]
    assert found[0]


@pytest.mark.django_db
def test_a_word_written_in_two_finds_what_is_written_in_one() -> None:
    make_question("hackers", asked_as_de="Zoombombing\nWarteraum")
    for query in ("zoom bombing", "warte raum"):
        assert [hit.place for hit in search(query, "de", timezone.now(), {})] == ["hackers"]


@pytest.mark.django_db
def test_another_way_to_ask_is_found_and_never_shown(client) -> None:  # type: ignore[no-untyped-def]
    question = make_question("browser", asked_as_de="Muss ich was herunterladen?\nOhne Wumpus")
    for query in ("runterladen", "Wumpus"):
        hits = search(query, "de", timezone.now(), {})
        assert [hit.place for hit in hits] == ["browser"]
    assert "Wumpus" not in client.get(question.get_absolute_url()).content.decode()


@pytest.mark.usefixtures("starter")
def test_each_starter_question_has_five_to_eight_other_ways_in_each_language() -> None:
    odd = [
        (question.key, language)
        for question in Question.objects.all()
        for language in ("de", "en")
        if not 5 <= len(getattr(question, f"asked_as_{language}").strip().splitlines()) <= 8
    ]
    assert odd == []


@pytest.mark.usefixtures("starter")
def test_one_strange_word_does_not_hide_the_answer() -> None:
    hits = search("wird das unerhört sapperlot gefilmt", "de", timezone.now(), {})
    assert "is-recorded" in [hit.place for hit in hits[:3]]
