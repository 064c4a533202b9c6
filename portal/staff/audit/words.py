"""Entries of the audit in words: names instead of keys, states as readers see them, both values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.contrib.admin.models import LogEntry
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notices.editions.models import Notice
from notices.editions.review.completeness import ITEMS
from notices.firm import audit
from notices.firm.audit import Act
from notices.firm.languages import CODES, name_of
from notices.firm.models import AuditEntry
from notices.safeguards.board.words import state_word
from notices.safeguards.models import Safeguard
from notices.safeguards.states import State

from ..roles import ROLE_NAMES

FACTORS = {"totp": _("app for codes"), "webauthn": _("passkey")}
TOLD = {
    "comment": _("Comment: %(words)s"),
    "reason": _("Reason: %(words)s"),
    "was": _("State before: %(words)s"),
    "value": _("State: %(words)s"),
    "captures": _("Can capture something: %(words)s"),
    "missing": _("Missing: %(words)s"),
    "correction": _("Correction: %(words)s"),
    "language": _("Language: %(words)s"),
    "kind": _("Kind: %(words)s"),
    "add": _("New: %(words)s"),
    "remove": _("No longer: %(words)s"),
    "source": _("Source: %(words)s"),
    "checked_on": _("Checked on: %(words)s"),
    "fallen_on": _("Fallen on: %(words)s"),
    "as_known_at": _("As known at: %(words)s"),
    "sha256": _("SHA-256: %(words)s"),
    "file": _("Evidence file, SHA-256: %(words)s"),
    "old_digest": _("SHA-256 before: %(words)s"),
    "new_digest": _("SHA-256 now: %(words)s"),
}


# What is kept of a choice is its mark; people read its words.
CHOICES: dict[str, dict[Any, Any]] = {"kind": FACTORS}
STATES = ("was", "value")
LISTS: dict[str, dict[Any, Any]] = {
    "add": ROLE_NAMES,
    "remove": ROLE_NAMES,
    "missing": {one.key: one.name for one in ITEMS},
}


class Words:
    """The words of one list of entries; names are read once for all of them."""

    @cached_property
    def _names(self) -> dict[str, str]:
        safeguards = {one.key: str(one.name) for one in Safeguard.objects.all()}
        return safeguards | {one.key: str(one.title) for one in Notice.objects.all()}

    def of(self, entry: AuditEntry) -> str:
        """Return what was done, with the name of what it was done to."""
        # A safeguard is kept by its key, an edition by the key of its notice and its number.
        key, space, number = entry.subject.partition(" ")
        is_key = entry.act != Act.SETTING_SAID and key in self._names
        subject = f"{self._names[key]}{space}{number}" if is_key else entry.subject
        return audit.in_words(entry.act, subject)


def lines_of(entry: AuditEntry) -> Iterator[str]:
    """Yield what stands behind an entry, in words: old and new values, reasons, digests."""
    detail = entry.detail
    for label, old, new in detail.get("values", ()):
        words = gettext("%(name)s: before “%(old)s”, now “%(new)s”")
        yield words % {"name": label, "old": old or "–", "new": new or "–"}
    if message := detail.get("message"):
        # Django knows its own notes in every language.
        yield LogEntry(change_message=json.dumps(message)).get_change_message()
    for name, label in TOLD.items():
        value = detail.get(name)
        if value or value is False:
            yield label % {"words": _value(name, value)}


def _value(name: str, value: Any) -> str:
    if name in LISTS and isinstance(value, list):
        return ", ".join(str(LISTS[name].get(one, one)) for one in value)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if name == "language" and value in CODES:
        return name_of(value)
    if name in STATES and value in {one.value for one in State}:
        # Of what protects, not of a switch: "off" would read as the opposite.
        return str(state_word(State(value)))
    return str(CHOICES.get(name, {}).get(value, value))
