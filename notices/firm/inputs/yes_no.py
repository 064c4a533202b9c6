"""Yes and no in lists and on pages that are only read: words, where Django puts a picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.admin.templatetags import admin_list
from django.utils.translation import gettext


def in_words(value: bool | None) -> str:
    """Return yes, no, or a dash while it is open."""
    if value is None:
        return "–"
    return gettext("yes") if value else gettext("no")


def install() -> None:
    """Let Django write words: its icons are called "True" and "False" in every language.

    It offers no setting for this. Should it call that function otherwise one day, a test sees
    the icons again.
    """
    admin_list._boolean_icon = in_words  # type: ignore[attr-defined]


def yes_or_no(name: str, title: Any) -> Callable[[Any], str]:
    """Return a column for the field `name` under a title of its own."""

    @admin.display(description=title, ordering=name)
    def column(row: Any) -> str:
        return in_words(getattr(row, name))

    return column
