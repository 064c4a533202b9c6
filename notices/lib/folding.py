"""Fold words so that a search finds them however they are typed."""

from __future__ import annotations

import re
import unicodedata

# "ae", "oe", "ue" stand for an umlaut, but not in "neue", "Steuer" or "Quelle".
SPELLED_UMLAUT = re.compile(r"(?<![aeiouq])([aou])e+")


def fold(text: str) -> str:
    """Return `text` in the form in which a search compares it.

    Case, accents, soft hyphens and the kind of white space do not count; "ß" equals "ss"; "ä",
    "ae" and "a" are all "a" (likewise o, u). Both sides of a comparison must be folded: the
    result is for comparing, not for showing ("Poesie" becomes "posie").
    """
    return SPELLED_UMLAUT.sub(r"\1", fold_accents(text))


def fold_accents(text: str) -> str:
    """Return `text` without case, accents and invisible signs; "ae" stays as it is."""
    return " ".join(_strip(_strip(text).casefold()).split())


def _strip(text: str) -> str:
    """Take away accents and invisible signs."""
    return "".join(
        character
        for character in unicodedata.normalize("NFKD", text)
        if unicodedata.category(character) not in {"Mn", "Me", "Cf"}
    )
