"""The steps of joining come from the same reading as the answers on the page."""

from __future__ import annotations

import pytest

from notices.invitations.joining import KEYS, Joining, Way, joining
from notices.safeguards.states import State


def steps(**known: State) -> Joining:
    states: dict[str, State | None] = {**dict.fromkeys(KEYS, State.ON), **known}
    return joining(list(Way), states)


def said(found: Joining) -> str:
    words = [found.invitation_sentence]
    for one in found.ways:
        words += [one.entering, one.dialling, one.speaking]
    return " ".join(words)


def test_a_password_that_is_asked_for_is_a_step() -> None:
    assert "Geben Sie Ihren Namen und das Passwort ein." in said(steps())


def test_no_step_asks_for_a_password_that_nobody_asks_for() -> None:
    assert "Passwort" not in said(steps(password=State.OFF))


@pytest.mark.parametrize("state", [State.DUE, State.EXCEPTION])
def test_where_it_is_unsure_the_step_says_if(state: State) -> None:
    words = said(steps(password=state))
    assert "wenn Zoom danach fragt" in words
    assert "falls es eines gibt" in words


def test_waiting_is_a_step_only_where_there_is_a_waiting_room() -> None:
    assert "wenn wir Sie einlassen" in said(steps())
    for state in (State.OFF, State.DUE):
        found = steps(waiting_room=state)
        assert "einlassen" not in said(found)
        assert not any(one.is_waiting for one in found.ways)
