"""Yes and no as words of the reader's language, where Django's staff pages draw an icon."""

from __future__ import annotations

from django.contrib.admin.templatetags import admin_list
from django.utils.translation import gettext


def words(value: bool | None) -> str:
    """Return what is read in place of a tick or a cross."""
    if value is None:
        return gettext("unknown")
    return gettext("yes") if value else gettext("no")


def install() -> None:
    """Let Django write words: its icons are called "True" and "False" in every language.

    It offers no setting for this. Should it call that function otherwise one day, a test sees
    the icons again.
    """
    admin_list._boolean_icon = words  # type: ignore[attr-defined]
