"""How the fields of each language are called on staff pages."""

from __future__ import annotations

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _


def with_language(name: str, language: str) -> str:
    """Return "Title (German)" for the German one of the fields called "Title"."""
    # The settings name this function, so it cannot ask `languages`, which reads the settings.
    called = _(get_language_info(language)["name"])
    return _("%(field)s (%(language)s)") % {"field": name, "language": called}
