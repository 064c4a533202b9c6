"""How much was read of those who can change a setting, and why that is not enough, in words."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..models import Finding, Source
from ..new_settings import NEW
from ..read_share import enough_read
from ..states import Situation, State

# Names of settings are long; beyond so many the sentence only says that there are more.
MOST_NAMES = 5


def read_sentence(finding: object) -> str:
    """Return of how many accounts and groups the setting was read; nothing where none has it."""
    if not isinstance(finding, Finding) or finding.source != Source.ACCOUNT:
        return ""
    sentences = []
    if finding.users_total:
        sentences.append(
            ngettext(
                "%(read)d of %(total)d account read.",
                "%(read)d of %(total)d accounts read.",
                finding.users_total,
            )
            % {"read": finding.users_read, "total": finding.users_total}
        )
    elif finding.rests_on_users:
        sentences.append(_("The list of accounts could not be read."))
    if finding.groups_total:
        sentences.append(
            ngettext(
                "%(read)d of %(total)d group read.",
                "%(read)d of %(total)d groups read.",
                finding.groups_total,
            )
            % {"read": finding.groups_read, "total": finding.groups_total}
        )
    return " ".join(sentences)


def due_reason(situation: Situation) -> str:
    """Return why what was read is not enough; nothing where only time has passed."""
    finding = situation.finding
    if situation.state is not State.DUE or not isinstance(finding, Finding):
        return ""
    if new := [p for p, kept in finding.evidence.items() if isinstance(kept, dict) and NEW in kept]:
        return _new_settings(sorted(new))
    if finding.verdict != Finding.Verdict.PROTECTED or finding.is_sure:
        return ""
    if not finding.rests_on_users or enough_read(finding.users_read, finding.users_total):
        return " ".join([_("Groups in our firm can set this differently."), read_sentence(finding)])
    return " ".join(
        [
            _("Single accounts of our firm can set this differently, and too few were read."),
            read_sentence(finding),
        ]
    )


def _new_settings(names: Sequence[str]) -> str:
    shown = ", ".join(names[:MOST_NAMES]) + (" …" if len(names) > MOST_NAMES else "")
    return ngettext(
        "Zoom has a new setting that may capture something. We are finding out what it does: "
        "%(names)s.",
        "Zoom has new settings that may capture something. We are finding out what they do: "
        "%(names)s.",
        len(names),
    ) % {"names": shown}
