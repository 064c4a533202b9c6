"""Both languages show the same facts; a missing translation is said, never hidden."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import translation

PRIMARY = "de"


@dataclass(frozen=True, slots=True)
class Localised:
    """A text and the language it is really in."""

    text: str
    language: str
    is_missing: bool

    def __str__(self) -> str:
        return self.text


def localised(row: models.Model, field: str, language: str | None = None) -> Localised:
    """Return the field in `language` (the active one), or the German text and that it is German."""
    language = language or translation.get_language() or PRIMARY
    text = getattr(row, f"{field}_{language}", "") or ""
    if text or language == PRIMARY:
        return Localised(text, language, is_missing=False)
    german = getattr(row, f"{field}_{PRIMARY}", "") or ""
    return Localised(german, PRIMARY, is_missing=bool(german))


def alternates(viewname: str, kwargs: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return the page's path in each language; `kwargs` are the URL's parts per language."""
    paths = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            paths[language] = reverse(viewname, kwargs=dict(kwargs.get(language, {})))
    return paths


def slug_alternates(viewname: str, row: models.Model, **kwargs: Any) -> dict[str, str]:
    """Return the path of a page with a translated slug in each language."""
    return alternates(
        viewname,
        {
            language: {"slug": getattr(row, f"slug_{language}"), **kwargs}
            for language, _name in settings.LANGUAGES
        },
    )
