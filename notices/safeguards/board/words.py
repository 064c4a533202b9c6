"""What is said of a state, a lock, a check or what was seen."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from notices.firm.languages import Localised, current, localised

from ..models import (
    Finding,
    QuickAnswer,
    Safeguard,
    Source,
    Wording,
)
from ..models.safeguard import PROPERTIES
from ..states import Coverage, Lock, State
from .timelines import Board

# Translated when they are said: a page says them dozens of times, but never all of them.
_STATE_WORDS = {
    State.ON: gettext_lazy("Protection on"),
    State.EXCEPTION: gettext_lazy("On, with an exception"),
    State.OFF: gettext_lazy("Protection off"),
    State.DUE: gettext_lazy("Check due"),
    State.RETIRED: gettext_lazy("No longer exists at Zoom"),
}
_LOCK_SENTENCES = {
    Lock.LOCKED: gettext_lazy("This is fixed for all meetings."),
    Lock.UNLOCKED: gettext_lazy("Whoever hosts a meeting can change this."),
}
_LOCKS_THEN = {
    Lock.LOCKED: gettext_lazy("This was fixed for all meetings."),
    Lock.UNLOCKED: gettext_lazy("Whoever hosted a meeting could change this."),
}
# The answer that says more where this safeguard is on, and no less where it is not.
STRANGERS, WAITING_ROOM = "strangers", "waiting_room"
WAYS_IN = ("account_not_required", "browser_join", "phone_join")


def state_word(state: State) -> str:
    """Return the word that stands beside the mark."""
    return str(_STATE_WORDS[state])


def word_for(state: State, key: str) -> str:
    """Return the word of a state for the safeguard called `key`: a way in is open or not."""
    if key in WAYS_IN:
        ways = {
            State.ON: _("Possible"),
            State.EXCEPTION: _("Possible, with an exception"),
            State.OFF: _("Not possible"),
        }
        return ways.get(state) or state_word(state)
    if key in PROPERTIES:
        encrypted = {
            State.ON: _("Encrypted throughout: no"),
            State.EXCEPTION: _("Encrypted throughout: in some cases"),
            State.OFF: _("Encrypted throughout: yes"),
        }
        return encrypted.get(state) or state_word(state)
    return state_word(state)


def role_word(role: str) -> str:
    """Return the name of a role of staff as readers see it."""
    return {"editor": _("office"), "reviewer": _("data protection")}.get(role, "")


def how_checked(coverage: Coverage | None) -> str:
    """Return in a sentence who or what made a check; an import is no check of this account."""
    if coverage is None:
        return _("It has not been compared with our list yet.")
    if coverage.source == Source.IMPORT:
        return _(
            "The present entry was taken over when this portal was set up. "
            "Nobody has compared it with the Zoom account since."
        )
    if coverage.source == Source.ACCOUNT and coverage.role:
        return _(
            "Somebody from our office read the answers of our Zoom account from a file, "
            "and the portal compared them with our list."
        )
    if coverage.source == Source.ACCOUNT:
        return _(
            "The portal reads this setting from our Zoom account and compares it with our list. "
            "It may only read there and change nothing."
        )
    if coverage.confirmed:
        return _(
            "One person from our office compared the setting in the Zoom account with our list. "
            "A second person confirmed it."
        )
    return _("One person from our office compared the setting in the Zoom account with our list.")


def lock_sentence(lock: Lock) -> str:
    """Return what code adds about the lock; nothing where Zoom offers or tells none."""
    return str(_LOCK_SENTENCES.get(lock, ""))


def lock_sentence_then(lock: Lock) -> str:
    """Return the same of a time that is past."""
    return str(_LOCKS_THEN.get(lock, ""))


def below_sentence(finding: Finding) -> str:
    """Return who differs from the account's value."""
    sentences = []
    if finding.users_differing:
        sentences.append(
            ngettext(
                "%(differing)d of %(read)d account has another value.",
                "%(differing)d of %(read)d accounts have another value.",
                finding.users_differing,
            )
            % {"differing": finding.users_differing, "read": finding.users_read}
        )
    if finding.groups_differing:
        sentences.append(
            ngettext(
                "%(differing)d of %(read)d group has another value.",
                "%(differing)d of %(read)d groups have another value.",
                finding.groups_differing,
            )
            % {"differing": finding.groups_differing, "read": finding.groups_read}
        )
    return " ".join(sentences)


def seen_sentence(finding: Finding) -> str:
    """Return to staff what a finding of less than promised saw."""
    if finding.verdict == Finding.Verdict.NOT_PROTECTED:
        return _("The protection is off in the Zoom account.")
    return " ".join([_("The protection is on, but not for everyone."), below_sentence(finding)])


def name_of(known: Board, safeguard: Safeguard, moment: datetime) -> Localised:
    wording = known.wording("safeguard", safeguard.pk, Wording.For.NAME, moment)
    return localised(wording, "text") if wording else localised(safeguard, "name")


def question_past(known: Board, quick_answer: QuickAnswer, moment: datetime) -> Localised:
    wording = known.wording("quick_answer", quick_answer.pk, Wording.For.NAME, moment)
    if wording:
        return localised(wording, "past")
    return localised(quick_answer, "question_past")


def answer_text(
    known: Board, quick_answer: QuickAnswer, state: State, attribute: str, moment: datetime
) -> Localised:
    wording = known.wording("quick_answer", quick_answer.pk, state.value, moment)
    if wording:
        return localised(wording, attribute)
    unconfirmed = (
        _("We cannot confirm that for this time.")
        if attribute == "past"
        else _("We cannot confirm this right now.")
    )
    return Localised(unconfirmed, current(), is_missing=False)
