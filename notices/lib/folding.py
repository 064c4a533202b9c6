"""Fold words so that a search finds them however they are typed."""

from __future__ import annotations

import re
import unicodedata

# "ae", "oe", "ue" stand for an umlaut, but not in "neue", "Steuer" or "Quelle".
SPELLED_UMLAUT = re.compile(r"(?<![aeiouq])([aou])e+")

# Letters and symbols by their category, yet without any ink.
UNSEEN_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"


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
    if text.isascii():
        return text
    return "".join(
        character
        for character in unicodedata.normalize("NFKD", text)
        if unicodedata.category(character) not in {"Mn", "Me", "Cf"}
    )


def is_blank(text: str | None) -> bool:
    """Say whether a reader would see nothing of `text`, whatever invisible signs it holds."""
    return all(
        sign in UNSEEN_LETTERS or unicodedata.category(sign)[0] in "CZM" for sign in text or ""
    )
