"""How the fields of two languages are called on staff pages."""

from __future__ import annotations

from django.utils.translation import gettext as _


def with_language(name: str, language: str) -> str:
    """Return "Title (German)" for the German one of the fields called "Title"."""
    languages = {"de": _("German"), "en": _("English")}
    return _("%(field)s (%(language)s)") % {"field": name, "language": languages[language]}
