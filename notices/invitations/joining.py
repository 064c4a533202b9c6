"""Which ways into a meeting are open, and how sure that is. No database, no clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from notices.safeguards import states
from notices.safeguards.states import State

# Keys of the safeguards that are read from the account to answer "how do I join?".
BROWSER_OFFERED = "browser_join"
PHONE_OFFERED = "phone_join"
NO_FULL_ENCRYPTION = "join_without_end_to_end"
NO_ACCOUNT = "account_not_required"
NUMBER_MASKED = "phone_masked"
KEYS = (BROWSER_OFFERED, PHONE_OFFERED, NO_FULL_ENCRYPTION, NO_ACCOUNT, NUMBER_MASKED)


class Way(StrEnum):
    """How a person takes part, in the order of the page."""

    BROWSER = "browser"
    PHONE = "phone"
    APP = "app"


@dataclass(frozen=True, slots=True)
class OpenWay:
    """A way that the meeting offers and the account admits.

    `certainty` is the worst of the settings it rests on: on, exception or check due.
    """

    way: Way
    certainty: State
    needs_account: bool = False
    number: State = State.DUE


@dataclass(frozen=True, slots=True)
class Joining:
    """The open ways in order, and whether full end-to-end encryption shuts the others."""

    ways: Sequence[OpenWay]
    shut_by_encryption: bool


_RESTS_ON = {
    Way.BROWSER: (BROWSER_OFFERED, NO_FULL_ENCRYPTION, NO_ACCOUNT),
    Way.PHONE: (PHONE_OFFERED, NO_FULL_ENCRYPTION),
    Way.APP: (NO_ACCOUNT,),
}


def joining(offered: Sequence[Way], known: Mapping[str, State | None]) -> Joining:
    """Return the ways among `offered` that the settings leave open; `known` is state by key."""
    now = {key: _certain(known.get(key)) for key in KEYS}
    ways = []
    for way in Way:
        rests_on = [now[key] for key in _RESTS_ON[way] if key != NO_ACCOUNT]
        if way not in offered or State.OFF in rests_on:
            continue
        account = now[NO_ACCOUNT] if NO_ACCOUNT in _RESTS_ON[way] else State.ON
        needs_account = account is State.OFF
        # An account that is needed for certain is said in the steps and leaves no doubt.
        doubts = rests_on if needs_account else [*rests_on, account]
        ways.append(
            OpenWay(
                way=way,
                certainty=states.worst(doubts) or State.ON,
                needs_account=needs_account,
                number=now[NUMBER_MASKED],
            )
        )
    encrypted = now[NO_FULL_ENCRYPTION] is State.OFF
    shut = encrypted and bool({Way.BROWSER, Way.PHONE} & set(offered))
    return Joining(ways, shut_by_encryption=shut)


def _certain(state: State | None) -> State:
    """Never take for granted what has no record or no longer exists at Zoom."""
    return State.DUE if state is None or state is State.RETIRED else state
