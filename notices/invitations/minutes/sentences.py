"""What readers are told about the minutes of a meeting. No database, no clock."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from notices.firm.languages import Localised, current, localised
from notices.firm.templatetags.lupe import day_words

from ..models import Minutes


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence under an optional heading; a text of staff may be in one language only."""

    text: Localised
    label: str = ""


def sentences(minutes: Minutes | None, *, past: bool) -> list[Said]:
    """Return what is said about the minutes, sentence by sentence."""
    if minutes is None or not (minutes.is_by_machine or minutes.keeps_sound):
        person = _("A person wrote the minutes.") if past else _("A person writes the minutes.")
        return [_said(person), *_typed(minutes)]
    return [*(_said(words) for words in warnings(minutes, past=past)), *_typed(minutes)]


def warnings(minutes: Minutes | None, *, past: bool = False) -> list[str]:
    """Return what an invitation must say beforehand: a machine helps, or sound is kept."""
    if minutes is None:
        return []
    said = []
    if minutes.is_by_machine:
        # What Art. 50 of the AI Act and Art. 13 GDPR ask to be told before it happens.
        said += _of_machine(past=past)
    if minutes.keeps_sound:
        day = {"day": day_words(minutes.sound_until)}
        said.append(_("The sound is kept until %(day)s.") % day)
    if said and not past:
        said.append(
            _("Would you rather not have that? Tell us before the meeting or when it begins.")
        )
    return said


def _of_machine(*, past: bool) -> list[str]:
    if past:
        return [
            _(
                "Artificial intelligence helped with the minutes: "
                "a machine turned speech into text."
            ),
            _("For this your voice was processed and kept at least for a short time."),
        ]
    return [
        _("Artificial intelligence helps with the minutes: a machine turns speech into text."),
        _("For this your voice is processed and kept at least for a short time."),
        _("It serves the minutes of this meeting and nothing else."),
    ]


def _typed(minutes: Minutes | None) -> list[Said]:
    if minutes is None:
        return []
    fields = (
        (_("Legal basis"), "legal_basis"),
        (_("Who gets the minutes"), "recipients"),
        (_("How to object"), "objection"),
    )
    typed = [Said(localised(minutes, field), label) for label, field in fields]
    return [one for one in typed if one.text.text]


def _said(words: str) -> Said:
    return Said(Localised(words, current(), is_missing=False))
