"""Only the ways that the meeting offers and the account leaves open are shown."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from notices.invitations.joining import (
    BROWSER_OFFERED,
    KEYS,
    NO_ACCOUNT,
    NO_FULL_ENCRYPTION,
    NUMBER_MASKED,
    PHONE_OFFERED,
    OpenWay,
    Way,
    joining,
)
from notices.safeguards.states import State

ALL = list(Way)
ALL_ON: dict[str, State | None] = dict.fromkeys(KEYS, State.ON)

known_states = st.fixed_dictionaries(
    {key: st.one_of(st.none(), st.sampled_from(State)) for key in KEYS}
)


def ways(known: Mapping[str, State | None], offered: list[Way] = ALL) -> dict[Way, OpenWay]:
    return {one.way: one for one in joining(offered, known).ways}


def test_with_everything_on_all_three_come_in_order_and_for_certain() -> None:
    found = joining([Way.APP, Way.PHONE, Way.BROWSER], ALL_ON)
    assert [one.way for one in found.ways] == [Way.BROWSER, Way.PHONE, Way.APP]
    assert {one.certainty for one in found.ways} == {State.ON}
    assert not any(one.needs_account for one in found.ways)
    assert not found.shut_by_encryption


def test_full_encryption_shuts_browser_and_phone_and_says_so() -> None:
    found = joining(ALL, ALL_ON | {NO_FULL_ENCRYPTION: State.OFF})
    assert [one.way for one in found.ways] == [Way.APP]
    assert found.shut_by_encryption


def test_full_encryption_is_no_news_where_only_the_app_was_offered() -> None:
    found = joining([Way.APP], ALL_ON | {NO_FULL_ENCRYPTION: State.OFF})
    assert not found.shut_by_encryption


def test_a_switched_off_browser_link_or_phone_is_not_shown() -> None:
    assert set(ways(ALL_ON | {BROWSER_OFFERED: State.OFF})) == {Way.PHONE, Way.APP}
    assert set(ways(ALL_ON | {PHONE_OFFERED: State.OFF})) == {Way.BROWSER, Way.APP}


def test_forced_sign_in_changes_the_steps_of_browser_and_app_not_of_the_phone() -> None:
    found = ways(ALL_ON | {NO_ACCOUNT: State.OFF})
    assert found[Way.BROWSER].needs_account
    assert found[Way.APP].needs_account
    assert not found[Way.PHONE].needs_account
    assert found[Way.BROWSER].certainty is State.ON


def test_a_masked_number_that_is_not_masked_stays_a_way_with_another_sentence() -> None:
    assert ways(ALL_ON | {NUMBER_MASKED: State.OFF})[Way.PHONE].number is State.OFF


@given(known_states, st.sets(st.sampled_from(Way)))
def test_it_never_offers_what_the_meeting_does_not(
    known: dict[str, State | None], offered: set[Way]
) -> None:
    assert set(ways(known, list(offered))) <= offered


@given(known_states)
def test_it_is_certain_only_where_every_setting_was_seen_on(
    known: dict[str, State | None],
) -> None:
    rests_on = {
        Way.BROWSER: [BROWSER_OFFERED, NO_FULL_ENCRYPTION],
        Way.PHONE: [PHONE_OFFERED, NO_FULL_ENCRYPTION],
        Way.APP: [],
    }
    found = ways(known)
    for way, keys in rests_on.items():
        seen = [known[key] for key in keys]
        assert (way in found) is (State.OFF not in seen)
        if way not in found:
            continue
        if way is not Way.PHONE and known[NO_ACCOUNT] is not State.OFF:
            seen.append(known[NO_ACCOUNT])
        assert (found[way].certainty is State.ON) is all(state is State.ON for state in seen)


@given(known_states)
def test_a_setting_without_record_or_that_is_gone_is_never_called_on(
    known: dict[str, State | None],
) -> None:
    phone = ways(known).get(Way.PHONE)
    if phone:
        assert (phone.number is State.ON) is (known[NUMBER_MASKED] is State.ON)
