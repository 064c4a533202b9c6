"""On what the answers of a meeting's page rest: its own settings, or those of the account."""

from __future__ import annotations

from datetime import datetime

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from notices.firm.templatetags.lupe import day, day_and_clock
from notices.firm.words.sentences import joined, sentence

from .meeting_settings import OwnSettings
from .phases import Phase


def basis(
    own: OwnSettings,
    phase: Phase,
    checked_at: datetime | None,
    *,
    has_answers: bool,
    tool: str = "",
) -> SafeString:
    """Say what was read for the answers and when; nothing where there is nothing to say."""
    if phase is Phase.HELD:
        if own.read_at is None:
            return SafeString("")
        text = _("The settings of this meeting itself were read on %(day)s.")
        return sentence(text, day=day(own.read_at))
    if own.read_at and not own.is_due:
        said = [*_own_settings(own, own.read_at)]
    elif has_answers:
        said = [*_account(own, checked_at, tool)]
    else:
        return SafeString("")
    if phase is Phase.AHEAD:
        said.append(_("If anything changes before the meeting, you will see it here."))
    return joined(said)


def encryption(own: OwnSettings, phase: Phase) -> str:
    """Say whether the meeting is encrypted throughout, and what that shuts out."""
    if own.end_to_end is None:
        return ""
    if phase is Phase.HELD:
        return (
            _("It was encrypted throughout.")
            if own.end_to_end
            else _("It was not encrypted throughout: Zoom held the key too.")
        )
    if own.end_to_end:
        return _(
            "Encrypted throughout: yes. "
            "So browser, telephone and recording in the cloud are not possible."
        )
    return _("Encrypted throughout: no. Zoom holds the key too.")


def _own_settings(own: OwnSettings, read_at: datetime) -> list[str]:
    said = [
        _("This is how this meeting is set."),
        sentence(_("Its settings were read on %(day)s."), day=day_and_clock(read_at)),
    ]
    if own.is_partly_unread:
        said.append(_("What could not be read of it follows our Zoom account."))
    return said


def _account(own: OwnSettings, checked_at: datetime | None, tool: str) -> list[str]:
    said = [_("This is how our Zoom account is set.")]
    if tool:
        said = [_("This is how %(tool)s is set.") % {"tool": tool}]
    if checked_at:
        said.append(sentence(_("Last checked on %(day)s."), day=day(checked_at)))
    if own.is_due:
        text = _(
            "The settings of this meeting itself are due for a check. "
            "They were last read on %(day)s."
        )
        said.append(sentence(text, day=day(own.read_at)))
    return said
