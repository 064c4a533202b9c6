"""Which passwords are refused: those that whoever knows the firm would try first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from notices.firm.models import Organisation

WORDS = Path(__file__).parent / "words.txt"
# So much has to be left once everything is gone that anybody could guess.
LEAST_LEFT = 8
SHORTEST_WORD = 3
# Four words from four books are far shorter; what is longer only keeps the machine busy.
LONGEST = 256
# Rows of German and English keyboards; whoever walks along four keys of one has typed nothing new.
ROWS = ("qwertzuiopü", "asdfghjklöä", "yxcvbnm", "qwertyuiop", "zxcvbnm")
SHORTEST_WALK = 4
# What stands for a letter in "Passw0rt" and "Z00m".
STANDS_FOR = str.maketrans("013457@$!€", "oleastasie")


class LongestLength:
    """Refuse what is far longer than anybody types."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError if `password` is too long to be looked at."""
        if len(password) > LONGEST:
            raise ValidationError(
                _("This password is too long: at most %(limit)d characters are allowed."),
                code="password_too_long",
                params={"limit": LONGEST},
            )

    def get_help_text(self) -> str:
        """Return nothing: nobody comes near it by typing."""
        return ""


class GuessableWords:
    """Refuse a password made of words that whoever knows the firm would try first.

    Taken away are the words of `words.txt` (longest first), the firm's own, and all that is no
    letter; what is left has to be long enough by itself.
    """

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError if hardly anything of `password` would have to be guessed."""
        if len(password) > LONGEST:
            return  # refused already, and taking words out of it would take long
        if len(left_of(password, _words_of_firm())) < LEAST_LEFT:
            raise ValidationError(
                _(
                    "This password can be guessed: it is made of words such as months, the name of "
                    "the firm or “password”. Take four words that have nothing to do with each "
                    "other."
                ),
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        """Return what the page says before anybody types."""
        return _(
            "Best are four words that have nothing to do with each other, such as from four books."
        )


def left_of(password: str, more_words: frozenset[str] = frozenset()) -> str:
    """Return what of `password` is left without guessable words, figures and signs."""
    # As typed first: "2026" must not become letters.
    texts = {_plain(password), _plain(password.translate(STANDS_FOR))}
    words = sorted(guessable_words() | more_words, key=len, reverse=True)
    return min((_without(text, words) for text in texts), key=len)


@lru_cache(maxsize=1)
def guessable_words() -> frozenset[str]:
    """Return the words of the shipped list, as they are compared."""
    lines = WORDS.read_text(encoding="utf-8").splitlines()
    words = {_plain(line) for line in lines if line and not line.startswith("#")}
    return frozenset(words | set(_walks()))


def _walks() -> Iterator[str]:
    """Yield every walk along a row of keys, in both directions."""
    for row in (*map(_plain, ROWS), *(_plain(row)[::-1] for row in ROWS)):
        for start in range(len(row)):
            for end in range(start + SHORTEST_WALK, len(row) + 1):
                yield row[start:end]


def _words_of_firm() -> frozenset[str]:
    firm = Organisation.objects.current()
    texts = (firm.name, firm.legal_name, firm.city, firm.street, *_mail_words(firm.email))
    words = {_plain(word) for text in texts for word in re.split(r"[\W_]+", text or "")}
    return frozenset(word for word in words if len(word) >= SHORTEST_WORD)


def _mail_words(address: str) -> list[str]:
    return re.split(r"[@.]", address or "")


def _without(text: str, words: list[str]) -> str:
    for word in words:
        text = text.replace(word, " ")
    # A repeated or single sign is no more than one.
    return re.sub(r"(.)\1+", r"\1", text.replace(" ", ""))


def _plain(text: str) -> str:
    """Return the letters of `text`: small, umlauts as two letters, without accents."""
    # Some keyboards send an umlaut as a letter and a mark.
    text = unicodedata.normalize("NFC", text).casefold()
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue")):
        text = text.replace(umlaut, letters)
    text = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in text if sign.isalpha())
