"""Which lists of words with the same meaning a search can use: the one rule of form and file."""

from __future__ import annotations

from . import analysis


class SameMeaningError(ValueError):
    """A list of words of which a search would use nothing, or not all."""


class OneWordAlone(SameMeaningError):
    """A word alone means the same as no other."""


class SilentWord(SameMeaningError):
    """The search pays no attention to this word."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


def words_of_list(typed: str, language: str) -> list[str]:
    """Return the words between the commas, each once; raise SameMeaningError if they are no use."""
    words = list(dict.fromkeys(word for part in typed.split(",") if (word := part.strip())))
    if len(words) < 2:
        raise OneWordAlone(typed)
    for word in words:
        if not analysis.words(word, language):
            raise SilentWord(word)
    return words
