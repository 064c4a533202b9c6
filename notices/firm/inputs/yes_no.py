"""Yes and no in lists and on pages that are only read: words, where Django puts a picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.utils.translation import gettext


def yes_or_no(name: str, title: Any) -> Callable[[Any], str]:
    """Return a column for the field `name`: yes, no, or a dash while it is open."""

    @admin.display(description=title, ordering=name)
    def in_words(row: Any) -> str:
        value = getattr(row, name)
        if value is None:
            return "–"
        return gettext("yes") if value else gettext("no")

    return in_words
