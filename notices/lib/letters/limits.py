"""How large a letter may be, and what can be wrong with its file."""

from __future__ import annotations

from enum import StrEnum

LARGEST = 5 * 1024 * 1024
# Far above any letter; what unpacks to more was made to fill a disk or a memory.
MOST_MEMBERS = 1_000
MOST_UNPACKED = 16 * 1024 * 1024
MOST_ELEMENTS = 40_000
DEEPEST = 120
# A page as a browser or a mail program saved it, without its looks and scripts.
LONGEST = 1024 * 1024
MOST_MARKS = 60_000
MOST_ENTITIES = 10_000
DEEPEST_PAGE = 200


class Fault(StrEnum):
    """What is wrong with a file; what to say about it stands with those who talk to people."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN_ENDING = "unknown_ending"
    OTHER_INSIDE = "other_inside"
    OLD_WORD = "old_word"
    IS_PDF = "is_pdf"
    BROKEN = "broken"
    UNPACKS_TOO_LARGE = "unpacks_too_large"
    HAS_MACROS = "has_macros"
    HAS_ENTITIES = "has_entities"
    LOCKED = "locked"
    TOO_TANGLED = "too_tangled"
    NO_WORDS = "no_words"


class LetterError(ValueError):
    """A file that cannot be read as a letter."""

    def __init__(self, fault: Fault) -> None:
        self.code = fault
        super().__init__(fault.value)
