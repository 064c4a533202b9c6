from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.lib.diff import Block, Run, compare
from tests.pace import takes_less_than

WORDS = st.lists(st.sampled_from(["ein", "zwei", "drei", "vier", "-", "\n", "\n\n", "# "])).map(
    " ".join
)


def test_it_shows_the_changed_words_of_a_paragraph() -> None:
    old = "Kopf\n\nWir speichern das drei Monate lang.\n\nFuß"
    new = "Kopf\n\nWir speichern das sechs Monate lang.\n\nFuß"
    assert compare(old, new) == [
        Block("same", [Run("same", "Kopf")]),
        Block(
            "changed",
            [
                Run("same", "Wir speichern das"),
                Run("removed", "drei"),
                Run("added", "sechs"),
                Run("same", "Monate lang."),
            ],
        ),
        Block("same", [Run("same", "Fuß")]),
    ]


def test_an_inserted_paragraph_does_not_disturb_its_changed_neighbour() -> None:
    old = "Wir zeichnen das Treffen nicht auf."
    new = "Etwas ganz Neues steht hier.\n\nWir zeichnen dieses Treffen nicht auf."
    assert [block.kind for block in compare(old, new)] == ["added", "changed"]


def test_a_rewritten_paragraph_is_removed_and_added_as_a_whole() -> None:
    blocks = compare("alles war ganz anders", "nun gilt etwas Neues")
    assert [block.kind for block in blocks] == ["removed", "added"]


def test_list_items_are_compared_one_by_one() -> None:
    blocks = compare("Liste:\n- Name\n- Bild", "Liste:\n- Name\n- Bild\n- Ton")
    assert [block.kind for block in blocks] == ["same", "same", "same", "added"]


def test_line_breaks_inside_a_paragraph_do_not_count() -> None:
    blocks = compare("ein Satz\nin zwei Zeilen", "ein Satz in zwei\r\nZeilen")
    assert [block.kind for block in blocks] == ["same"]


@given(WORDS, WORDS)
def test_both_texts_can_be_read_back(old: str, new: str) -> None:
    runs = [run for block in compare(old, new) for run in block.runs]
    assert " ".join(r.text for r in runs if r.kind != "removed").split() == new.split()
    assert " ".join(r.text for r in runs if r.kind != "added").split() == old.split()


@given(WORDS, WORDS)
def test_kinds_tell_the_truth(old: str, new: str) -> None:
    for block in compare(old, new):
        kinds = {run.kind for run in block.runs}
        if block.kind == "changed":
            assert len(kinds) > 1
        else:
            assert kinds == {block.kind}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ein ein", "ein \n\n ein"),
        ("ein \n\n ein", "ein ein"),
        ("ein zwei\n\ndrei", "ein\n\nzwei drei"),
        ("Kopf\n\nein zwei", "Anfang\n\nein\n\nzwei"),
    ],
)
def test_a_paragraph_parted_otherwise_has_no_changed_word(old: str, new: str) -> None:
    kept = [block for block in compare(old, new) if block.kind == "same"]
    assert (
        " ".join(run.text for block in kept for run in block.runs).split()[-2:]
        == (new.split()[-2:])
    )
    assert "changed" not in {block.kind for block in compare(old, new)}


@given(st.lists(st.tuples(st.sampled_from(["ein", "zwei", "drei"]), st.booleans(), st.booleans())))
def test_breaks_alone_change_no_word(words: list[tuple[str, bool, bool]]) -> None:
    old = "".join(word + ("\n\n" if breaks else " ") for word, breaks, _ in words)
    new = "".join(word + ("\n\n" if breaks else " ") for word, _, breaks in words)
    assert {block.kind for block in compare(old, new)} <= {"same"}


def test_long_different_texts_are_compared_quickly() -> None:
    def both() -> None:
        compare("a b " * 15_000, "b c " * 15_000)
        compare("a\n\nb\n\n" * 8_000, "b\n\nc\n\n" * 8_000)

    assert takes_less_than(1, both)
