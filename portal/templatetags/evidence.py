"""Words for the cover page of an evidence file."""

from __future__ import annotations

from django import template

from notices.firm.audit import in_words
from notices.safeguards.board.words import lock_sentence_then
from notices.safeguards.models import Check, Finding, Promise, Source
from notices.safeguards.states import Lock
from portal.staff.roles import ROLE_NAMES

register = template.Library()
NAMED = (Promise.Value, Finding.Verdict, Finding.Lock, Check.Outcome)


@register.filter
def role_name(role: str) -> str:
    """Return the role without what it may do: "Datenschutz"."""
    return str(ROLE_NAMES.get(role, role)).partition(":")[0]


@register.filter
def act_words(entry: dict[str, str]) -> str:
    """Return what an entry of the audit tells, as the dashboard says it."""
    return in_words(entry["act"], entry["subject"])


@register.filter
def source_name(source: str) -> str:
    return str(Source(source).label)


@register.filter
def lock_then(lock: str) -> str:
    """Return in a sentence of its own whether the people below could change the setting."""
    return lock_sentence_then(Lock(lock))


@register.filter
def choice_name(value: str) -> str:
    """Return the word for a stored value of a promise, finding, report or check."""
    for model in NAMED:
        if value in model.values:
            return str(model(value).label)
    return value
