"""Choose two editions to compare: a form without script, with room for a mistake."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from notices.firm.languages import in_each

from ..models import Edition
from .history import LABEL, History, exact_edition

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

    @property
    def side_by_side_query(self) -> str:
        """Return the query that asks for two columns."""
        return f"?{self.names[2]}={self.side_by_side}"

    @property
    def view_query(self) -> str:
        """Return the query that asks for the view chosen now."""
        return self.side_by_side_query if self.is_side_by_side else ""

    @property
    def other_view_name(self) -> str:
        if self.is_side_by_side:
            return _("Show the changes in one text")
        return _("Show both texts side by side")

    @property
    def problem(self) -> str:
        """Say why there is nothing to compare."""
        if self.old and self.old == self.new:
            return _("You chose the same edition twice.")
        return _("We do not have both of these editions.")


def compare_form(history: History, query: Mapping[str, str]) -> CompareForm:
    """Read the form in any language; without any answer, offer the two newest editions."""
    own, choices = names(), history.choices(LONGEST_LIST)
    newest = [edition.label for edition in history.editions[:2]]
    old, new, submitted = newest[-1], newest[0], False
    for called in in_each(names).values():
        if called[0] in query or called[1] in query:
            old, new = (query.get(name, "").strip()[:20] for name in called[:2])
            submitted = True
    side = wants_side_by_side(query)
    return CompareForm(own, _side_by_side(), choices, old, new, side, submitted)


def names() -> tuple[str, str, str]:
    """Return what the fields are called in addresses: the older, the newer, how to show them."""
    return pgettext("address", "from"), pgettext("address", "to"), pgettext("address", "view")


def _side_by_side() -> str:
    return pgettext("address", "side-by-side")


def wants_side_by_side(query: Mapping[str, str]) -> bool:
    """Say whether the two texts shall stand side by side, asked for in any language."""
    asked = (query.get(called[2], "") for called in in_each(names).values())
    return any(value in in_each(_side_by_side).values() for value in asked)


def chosen(history: History, form: CompareForm) -> tuple[Edition, Edition] | None:
    """Return the old and the new edition, None if one does not exist or both are the same."""
    found = []
    for label in (form.old, form.new):
        if not re.fullmatch(LABEL, label, re.ASCII):
            return None
        found.append(exact_edition(history.notice, label, history.moment))
    old, new = found
    return (old, new) if old and new and old.pk != new.pk else None
