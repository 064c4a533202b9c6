"""Which ways into a meeting are open, and how sure that is. No database, no clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from notices.safeguards import states
from notices.safeguards.states import State

# Keys of the safeguards that are read from the account to answer "how do I join?".
BROWSER_OFFERED = "browser_join"
PHONE_OFFERED = "phone_join"
NO_FULL_ENCRYPTION = "join_without_end_to_end"
NO_ACCOUNT = "account_not_required"
NUMBER_MASKED = "phone_masked"
PASSWORD_ASKED = "password"  # noqa: S105 - the key of a safeguard
WAITING_ROOM = "waiting_room"
KEYS = (
    *(BROWSER_OFFERED, PHONE_OFFERED, NO_FULL_ENCRYPTION, NO_ACCOUNT, NUMBER_MASKED),
    *(PASSWORD_ASKED, WAITING_ROOM),
)


class Way(StrEnum):
    """How a person takes part, in the order of the page."""

    BROWSER = "browser"
    PHONE = "phone"
    APP = "app"

    @property
    def is_browser(self) -> bool:
        return self is Way.BROWSER

    @property
    def is_phone(self) -> bool:
        return self is Way.PHONE


@dataclass(frozen=True, slots=True)
class OpenWay:
    """A way that the meeting offers and the account admits.

    `certainty` is the worst of the settings it rests on: on, exception or check due.
    """

    way: Way
    certainty: State
    needs_account: bool = False
    number: State = State.DUE
    password: State = State.DUE
    waiting_room: State = State.DUE

    @property
    def headline(self) -> str:
        """Say in a few words whom this way suits."""
        if self.way is Way.PHONE:
            return _("Without internet and without picture")
        if self.way is Way.APP and self.needs_account:
            return _("If you have the app and a Zoom account")
        if self.way is Way.APP:
            return _("If you already have the app")
        if self.needs_account:
            return _("Without the app, but with a Zoom account")
        if self.certainty is State.ON:
            return _("Without an account and without the app")
        return _("Without the app")

    @property
    def entering(self) -> str:
        """Say what has to be typed once the link is open."""
        if self.needs_account:
            sign_in = {
                State.ON: _("Sign in with your Zoom account and enter the password."),
                State.OFF: _("Sign in with your Zoom account."),
            }
            unsure = _("Sign in with your Zoom account. Enter the password if Zoom asks for it.")
            return sign_in.get(self.password, unsure)
        name = {
            State.ON: _("Enter your name and the password."),
            State.OFF: _("Enter your name."),
        }
        return name.get(self.password, _("Enter your name, and the password if Zoom asks for it."))

    @property
    def dialling(self) -> str:
        """Say what has to be typed on the keypad of a telephone."""
        texts = {
            State.ON: _("Enter the meeting ID and the password on the keypad."),
            State.OFF: _("Enter the meeting ID on the keypad."),
        }
        unsure = _("Enter the meeting ID on the keypad, and the password if Zoom asks for it.")
        return texts.get(self.password, unsure)

    @property
    def speaking(self) -> str:
        """Say when to tell who is calling."""
        if self.waiting_room is State.ON:
            return _("Say your name when we let you in.")
        return _("Say your name when you are in the meeting.")

    @property
    def is_waiting(self) -> bool:
        return self.waiting_room is State.ON

    @property
    def received(self) -> str:
        """Say which data Zoom gets on this way."""
        if self.way is Way.PHONE:
            return _("Zoom receives: your phone number.")
        if self.way is Way.APP:
            return _(
                "Zoom receives: details of your device and, if you are signed in, your account."
            )
        if self.needs_account:
            return _("Zoom receives: your account, your IP address and the kind of browser.")
        return _("Zoom receives: the name you enter, your IP address and the kind of browser.")

    @property
    def number_sentence(self) -> str:
        """Say how much of a phone number the others see."""
        return {
            State.ON: _("The others see only part of it."),
            State.EXCEPTION: _("Some people may see all of it."),
            State.OFF: _("The others may see all of it."),
        }.get(
            self.number,
            _("We cannot confirm right now that the others see only part of it."),
        )


@dataclass(frozen=True, slots=True)
class Joining:
    """The open ways in order, and whether full end-to-end encryption shuts the others."""

    ways: Sequence[OpenWay]
    shut_by_encryption: bool
    password: State

    @property
    def invitation_sentence(self) -> str:
        """Say what of it stands in the invitation."""
        texts = {
            State.ON: _("The link, the meeting ID and the password are in your invitation."),
            State.OFF: _("The link and the meeting ID are in your invitation."),
        }
        unsure = _(
            "The link and the meeting ID are in your invitation, and the password if there is one."
        )
        return texts.get(self.password, unsure)


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
                password=now[PASSWORD_ASKED],
                waiting_room=now[WAITING_ROOM],
            )
        )
    encrypted = now[NO_FULL_ENCRYPTION] is State.OFF
    shut = encrypted and bool({Way.BROWSER, Way.PHONE} & set(offered))
    return Joining(ways, shut_by_encryption=shut, password=now[PASSWORD_ASKED])


def _certain(state: State | None) -> State:
    """Never take for granted what has no record or no longer exists at Zoom."""
    return State.DUE if state is None or state is State.RETIRED else state
