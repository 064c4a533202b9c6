"""All languages show the same facts; a missing translation is said, never hidden.

Nothing else in the code names a language or a column of one: `settings.LANGUAGES` does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import Any, TypeVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language_info, pgettext
from django.utils.translation import gettext as _
from modeltranslation.utils import build_localized_fieldname

from notices.lib.folding import is_blank

TAG = re.compile(r"<[^>]*>")
Read = TypeVar("Read")

# The language in which every text exists; all others are translations of it.
REQUIRED: str = settings.MODELTRANSLATION_DEFAULT_LANGUAGE
CODES: tuple[str, ...] = tuple(code for code, _name in settings.LANGUAGES)
FURTHER: tuple[str, ...] = tuple(code for code in CODES if code != REQUIRED)
# The languages of editions sealed in the first format of their digest, which named no others.
AT_FIRST = ("de", "en")


def current() -> str:
    """Return the language of the page that is being made."""
    active = translation.get_language() or REQUIRED
    return active if active in CODES else active.split("-")[0]


def chosen(code: str | None) -> str:
    """Return `code` if the site speaks it, else the required language."""
    return code if code in CODES else REQUIRED


def direction(language: str) -> str:
    """Return "rtl" for a language written from right to left, else "ltr"."""
    return "rtl" if get_language_info(language)["bidi"] else "ltr"


def own_name(language: str) -> str:
    """Return how the language calls itself, as its switch says it."""
    return str(dict(settings.LANGUAGES)[language])


def name_of(language: str) -> str:
    """Return the name of a language in the language of the page."""
    return _(get_language_info(language)["name"])


def in_each(read: Callable[[], Read]) -> dict[str, Read]:
    """Return what `read` gives in every language, for instance words of an address."""
    found = {}
    for language in CODES:
        with translation.override(language):
            found[language] = read()
    return found


def page_name() -> str:
    """Return what addresses call the page of a long list."""
    return pgettext("address", "page")


@lru_cache(maxsize=500)
def column(field: str, language: str = REQUIRED) -> str:
    """Return the name of the column that holds a translated field in one language."""
    return build_localized_fieldname(field, language)


def columns(*fields: str) -> tuple[str, ...]:
    """Return the columns of translated fields: all languages of the first, then of the next."""
    return tuple(column(field, language) for field in fields for language in CODES)


def beside(*fields: str) -> list[tuple[str, ...]]:
    """Return one line of a fieldset per translated field, its languages side by side."""
    return [columns(field) for field in fields]


def language_of(name: str) -> str | None:
    """Return the language of a column, or None if the column belongs to all of them."""
    return next((code for code in CODES if name.endswith(column("", code))), None)


def field_of(name: str) -> str:
    """Return the translated field that a column belongs to."""
    language = language_of(name)
    return name.removesuffix(column("", language)) if language else name


def text_of(row: models.Model, field: str, language: str = REQUIRED) -> str:
    """Return what stands in one language, without any fallback."""
    return getattr(row, column(field, language), "") or ""


def texts_of(row: models.Model, field: str) -> dict[str, str]:
    """Return what stands in each language, without any fallback."""
    return {language: text_of(row, field, language) for language in CODES}


def column_values(row: models.Model, *fields: str) -> dict[str, Any]:
    """Return the columns of translated fields as keyword arguments for another row."""
    return {name: getattr(row, name) for name in columns(*fields)}


def in_columns(field: str, texts: Mapping[str, Any]) -> dict[str, Any]:
    """Return texts per language as keyword arguments; what is not given stays empty."""
    return {column(field, language): texts.get(language) or "" for language in CODES}


def all_columns(field: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return every column of a field from those `given`; what is not given is empty."""
    return {name: given.get(name) or "" for name in columns(field)}


def required(
    *fields: str, everywhere: Iterable[str] = ()
) -> dict[str, list[str] | tuple[str, ...]]:
    """Return for django-modeltranslation which fields must not be empty in which language."""
    return {**dict.fromkeys(CODES, tuple(everywhere)), REQUIRED: (*everywhere, *fields)}


def help_for(field: str, first: Any, further: Any = "") -> dict[str, Any]:
    """Return help for the columns of a field: one for the required language, one for others."""
    texts = {REQUIRED: first, **dict.fromkeys(FURTHER, further)}
    return {column(field, language): text for language, text in texts.items() if text}


def unique_in_each(field: str, name: str) -> Iterable[models.UniqueConstraint]:
    """Return one constraint per language; `name` has a place for the column."""
    for each in columns(field):
        yield models.UniqueConstraint(name=name.format(column=each), fields=[each])


@dataclass(frozen=True, slots=True)
class Localised:
    """A text and the language it is really in."""

    text: str
    language: str
    is_missing: bool

    def __str__(self) -> str:
        return self.text


def localised(row: models.Model, field: str, language: str | None = None) -> Localised:
    """Return the field in `language` (the active one), or the required one and that it is that."""
    return localised_by(lambda code: text_of(row, field, code), language)


def localised_by(read: Callable[[str], str], language: str | None = None) -> Localised:
    """Return what `read` gives in `language`, or in the required one and that it is that."""
    language = language or current()
    text = read(language)
    if language == REQUIRED or not is_missing(text):
        return Localised(text, language, is_missing=False)
    required = read(REQUIRED)
    return Localised(required, REQUIRED, is_missing=bool(required))


def is_missing(text: str | None) -> bool:
    """Say whether a translation shows nothing: empty, or blanks and invisible signs alone."""
    text = text or ""
    # Rendered texts have tags and entities around nothing.
    return is_blank(unescape(TAG.sub("", text)) if text.startswith("<") else text)


def alternates(viewname: str, kwargs: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return the page's path in each language; `kwargs` are the URL's parts per language."""
    paths = {}
    for language in CODES:
        with translation.override(language):
            paths[language] = reverse(viewname, kwargs=dict(kwargs.get(language, {})))
    return paths


def slug_alternates(viewname: str, row: models.Model, **kwargs: Any) -> dict[str, str]:
    """Return the path of a page with a translated slug in each language."""
    return alternates(
        viewname,
        # Every language finds a page under the address of any, so one that is missing is borrowed.
        {code: {"slug": str(localised(row, "slug", code)), **kwargs} for code in CODES},
    )
