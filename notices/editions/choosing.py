"""Choose two editions to compare: a form without script, with room for a mistake."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language

from .history import LABEL, History, exact_edition
from .models import Edition

# The fields per language: the older one, the newer one, how to show them.
FIELDS = {"de": ("von", "zu", "ansicht"), "en": ("from", "to", "view")}
SIDE_BY_SIDE = {"de": "nebeneinander", "en": "side-by-side"}
# A list of more than this is harder to use than two short fields.
LONGEST_LIST = 50


@dataclass(frozen=True, slots=True)
class CompareForm:
    """The two fields as the reader filled them in, named in the language of the page."""

    names: tuple[str, str, str]
    side_by_side: str
    choices: Sequence[Edition]
    old: str = ""
    new: str = ""
    is_side_by_side: bool = False
    is_submitted: bool = False


def compare_form(history: History, query: Mapping[str, str]) -> CompareForm:
    """Read the form in either language; without any answer, offer the two newest editions."""
    language = get_language() or "de"
    own, choices = FIELDS[language], history.choices(LONGEST_LIST)
    newest = [edition.label for edition in history.editions[:2]]
    old, new, submitted = newest[-1], newest[0], False
    for names in FIELDS.values():
        if names[0] in query or names[1] in query:
            old, new = (query.get(name, "").strip()[:20] for name in names[:2])
            submitted = True
    side = wants_side_by_side(query)
    return CompareForm(own, SIDE_BY_SIDE[language], choices, old, new, side, submitted)


def wants_side_by_side(query: Mapping[str, str]) -> bool:
    """Say whether the two texts shall stand side by side, asked for in either language."""
    asked = (query.get(names[2], "") for names in FIELDS.values())
    return any(value in SIDE_BY_SIDE.values() for value in asked)


def chosen(history: History, form: CompareForm) -> tuple[Edition, Edition] | None:
    """Return the old and the new edition, None if one does not exist or both are the same."""
    found = []
    for label in (form.old, form.new):
        if not re.fullmatch(LABEL, label, re.ASCII):
            return None
        found.append(exact_edition(history.notice, label, history.moment))
    old, new = found
    return (old, new) if old and new and old.pk != new.pk else None
