"""What an evidence file tells of changes that waited for a second person."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import time_machine

from notices.firm.proposals import proposing
from notices.safeguards import new_settings
from tests.factories import make_organisation, make_question, make_user
from tests.portal.evidence.exporting import all_text, at, data_of, export

pytestmark = pytest.mark.django_db


def test_what_was_proposed_is_in_it_with_roles_and_never_a_name(
    tmp_path: Path, settings: Any
) -> None:
    before, nein, gut = ({"answer_de": text} for text in ("Ja.", "Nein.", "Gut."))
    with time_machine.travel(at(10), tick=False):
        make_organisation()
        question, one = make_question(answer_de="Ja."), make_user("editor", "Erika Probe")
        two = make_user("reviewer", "Rita Probe")
        change = proposing.propose(question, before, nein, by=one)
    with time_machine.travel(at(12), tick=False):
        proposing.turn_down(change, by=two, as_read=change.digest, reason="Rita sagt nein.")
        proposing.keep_decided(question, before, gut, by=one)
    with time_machine.travel(at(25), tick=False):
        path = export(tmp_path / "out.zip")
        early = export(
            tmp_path / "early.zip",
            *("--from", "2026-11-01", "--to", "2026-11-24", "--as-known-at", "2026-11-11"),
        )
    first, second = data_of(path)["proposed_changes"]
    assert (first["proposed_by"], first["decided_by"]) == ("editor", "reviewer")
    assert (first["accepted"], first["second_person"]) == (False, True)
    assert [(one["before"], one["after"]) for one in first["fields"]] == [("Ja.", "Nein.")]
    assert (second["accepted"], second["second_person"]) == (True, False)
    words = all_text(path)
    assert "vorher „Ja.“, nachher „Nein.“" in words
    assert "ohne zweite Person" in words
    assert "Erika" not in words
    assert "Rita" not in words
    [waiting] = data_of(early)["proposed_changes"]
    assert (waiting["decided_at"], waiting["accepted"]) == (None, None)
    assert json.dumps(waiting["fields"]) == json.dumps(first["fields"])


def test_what_was_said_of_new_settings_is_in_it_without_free_words(
    tmp_path: Path, settings: Any
) -> None:
    settings.FOUR_EYES = True
    with time_machine.travel(at(10), tick=False):
        make_organisation()
        said = new_settings.say(
            "in_meeting.ai_x", captures=False, what_it_does="Sagt Erika.", by=make_user()
        )
    with time_machine.travel(at(12), tick=False):
        new_settings.confirm(said, by=make_user("reviewer"))
    with time_machine.travel(at(25), tick=False):
        path = export(tmp_path / "out.zip")
    [row] = data_of(path)["new_settings"]
    assert (row["path"], row["captures"]) == ("in_meeting.ai_x", False)
    assert (row["said_by"], row["confirmed_by"]) == ("editor", "reviewer")
    words = all_text(path)
    assert "in_meeting.ai_x: hält nichts fest" in " ".join(words.split())
    assert "Erika" not in words
