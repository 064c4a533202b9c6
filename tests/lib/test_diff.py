from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from notices.lib.diff import Block, Run, compare, words_changed

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
    assert words_changed(old, new) == 1


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
    assert words_changed("ein Satz\nin zwei Zeilen", "ein Satz in zwei\r\nZeilen") == 0


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
    assert (words_changed(old, new) == 0) == (old.split() == new.split())


def test_long_different_texts_are_compared_quickly() -> None:
    start = time.process_time()
    compare("a b " * 15_000, "b c " * 15_000)
    compare("a\n\nb\n\n" * 8_000, "b\n\nc\n\n" * 8_000)
    assert time.process_time() - start < 1
